import { writeSync } from 'node:fs';
/** Writes to the device what stands complete in memory. That nobody waits for it any more is no error. */
export function tell(device, bytes, at, length) {
    try {
        writeSync(device, bytes, at, length);
    }
    catch (error) {
        const { code } = error;
        // Whoever asked is gone, the kernel has forgotten by itself what it is to forget, or the mount is gone.
        if (code !== 'ENOENT' && code !== 'ENODEV')
            throw error;
    }
}

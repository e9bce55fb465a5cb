import { writeSync } from 'node:fs';

/** Writes to the device what stands complete in memory. That nobody waits for it any more is no error. */
export function tell(device: number, bytes: Uint8Array | DataView, at: number, length: number): void {
  try {
    writeSync(device, bytes, at, length);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Whoever asked is gone, the kernel has forgotten by itself what it is to forget, or the mount is gone.
    if (code !== 'ENOENT' && code !== 'ENODEV') throw error;
  }
}

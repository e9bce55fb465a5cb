/** What a backup holds, whether its sums hold, and how the database in it is. */
import { StorageError, throwIfCancelled } from "../errors.js";
import { openBytes } from "../image/image.js";
import { readBackupMedium } from "../mtf/backup-set.js";
import { checkBackupSums } from "../mtf/check-backup.js";
import { databaseHealth } from "./health.js";
/** Reads all of the backup. Throws only for bytes that are no backup, or one of another kind. */
export async function checkBackup(locator, options = {}) {
    const source = await openBytes(locator, options);
    let medium;
    let sums;
    try {
        medium = readBackupMedium(source.map, source.name);
        let done = 0;
        sums = await checkBackupSums(source.map, medium, (bytes) => {
            throwIfCancelled(options.signal);
            options.onProgress?.((done += bytes), source.map.size, locator);
        });
    }
    finally {
        source.close();
    }
    const findings = [...medium.findings];
    for (const { position, offset } of sums.wrong) {
        const message = `set ${position}: the backup checksum of the data at ${offset} does not match`;
        findings.push({
            severity: 'error',
            code: 'MTF_CHECKSUM',
            message,
            at: { image: source.name, structure: 'CSUM', offset },
        });
    }
    try {
        return { medium, sums, health: await databaseHealth(locator, options), obstacle: null, findings };
    }
    catch (error) {
        if (!StorageError.isDamage(error))
            throw error;
        return { medium, sums, health: null, obstacle: error.toJSON(), findings };
    }
}

/** What a backup holds, whether its sums hold, and how the database in it is. */
import { type Finding, type StorageErrorJson } from '../errors.ts';
import type { DatabaseHealth } from '../mdf/health.ts';
import { type BackupMedium } from '../mtf/backup-set.ts';
import { type ChecksumResult } from '../mtf/check-backup.ts';
import { type HealthCheckOptions } from './health.ts';
export type BackupReport = {
    readonly medium: BackupMedium;
    /** Of a backup made WITH CHECKSUM; `checked` is 0 for others. */
    readonly sums: ChecksumResult;
    /** Of the database in its newest full set; null where that cannot be put together, see `obstacle`. */
    readonly health: DatabaseHealth | null;
    readonly obstacle: StorageErrorJson | null;
    readonly findings: readonly Finding[];
};
/** Reads all of the backup. Throws only for bytes that are no backup, or one of another kind. */
export declare function checkBackup(locator: string, options?: HealthCheckOptions): Promise<BackupReport>;

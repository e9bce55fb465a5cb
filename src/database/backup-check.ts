/** What a backup holds, whether its sums hold, and how the database in it is. */

import { type Finding, StorageError, type StorageErrorJson, throwIfCancelled } from '../errors.ts';
import { openBytes } from '../image/image.ts';
import type { DatabaseHealth } from '../mdf/health.ts';
import { type BackupMedium, readBackupMedium } from '../mtf/backup-set.ts';
import { type ChecksumResult, checkBackupSums } from '../mtf/check-backup.ts';
import { databaseHealth, type HealthCheckOptions } from './health.ts';

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
export async function checkBackup(locator: string, options: HealthCheckOptions = {}): Promise<BackupReport> {
  const source = await openBytes(locator, options);
  let medium: BackupMedium;
  let sums: ChecksumResult;
  try {
    medium = readBackupMedium(source.map, source.name);
    let done = 0;
    sums = await checkBackupSums(source.map, medium, (bytes) => {
      throwIfCancelled(options.signal);
      options.onProgress?.((done += bytes), source.map.size, locator);
    });
  } finally {
    source.close();
  }
  const findings: Finding[] = [...medium.findings];
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
  } catch (error) {
    if (!StorageError.isDamage(error)) throw error;
    return { medium, sums, health: null, obstacle: error.toJSON(), findings };
  }
}

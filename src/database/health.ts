/** The health of a database at a locator, together with its log where that is beside it. */

import type { OpenBytes } from '../image/image.ts';
import type { Database } from '../mdf/database.ts';
import { checkDatabase, type DatabaseHealth } from '../mdf/health.ts';
import { type DatabaseOptions, openDatabase, openIfThere, siblingLocator } from './open-database.ts';

const LOG_FILE = 1;

export type HealthCheckOptions = DatabaseOptions & {
  /** Locator of the log; by default it is looked for beside the database. */
  readonly log?: string | undefined;
};

/** Reads every page once. Damage is in the result; throws only for what is no readable database at all. */
export async function databaseHealth(locator: string, options: HealthCheckOptions = {}): Promise<DatabaseHealth> {
  await using handle = await openDatabase(locator, options);
  const log = handle.backup === null ? await findLog(locator, handle.database, options) : null;
  try {
    const { signal, onProgress } = options;
    return await checkDatabase(handle.database, handle.map, {
      log,
      signal,
      onProgress: (done, total) => onProgress?.(done, total, locator),
    });
  } finally {
    log?.close();
  }
}

/** The log by the name that the catalog has for it, then by custom (`X.mdf`, `X_log.ldf`). */
async function findLog(locator: string, database: Database, options: HealthCheckOptions): Promise<OpenBytes | null> {
  if (options.log !== undefined) return openIfThere(options.log, options);
  const names = database.catalog
    .files()
    .filter(({ fileType }) => fileType === LOG_FILE)
    .map(({ physicalName }) => physicalName.split(/[\\/]/).at(-1)!.trim());
  const stem = locator.slice(Math.max(locator.lastIndexOf('/'), locator.lastIndexOf('\\')) + 1).replace(/\.[^.]*$/, '');
  for (const name of [...names, `${stem}_log.ldf`, `${stem}_log.LDF`, `${stem}.ldf`]) {
    if (name === '') continue;
    const found = await openIfThere(siblingLocator(locator, name), options);
    if (found !== null) return found;
  }
  return null;
}

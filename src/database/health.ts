/** The health of a database at a locator, together with its log where that is beside it. */

import { PageChecker } from '../copy/page-checker.ts';
import { type OpenBytes, openBytes } from '../image/image.ts';
import type { Database } from '../mdf/database.ts';
import { type DatabaseHealth, judgeDatabase, type LogSource } from '../mdf/health.ts';
import { PageCensus } from '../mdf/page-census.ts';
import {
  baseName,
  type DatabaseHandle,
  type DatabaseOptions,
  openDatabase,
  openIfThere,
  siblingLocator,
} from './open-database.ts';

const LOG_FILE = 1;

export type HealthCheckOptions = DatabaseOptions & {
  /** Locator of the log; by default it is looked for beside the database. */
  readonly log?: string | undefined;
  /** 1: use no second thread. */
  readonly threads?: 1 | 2 | undefined;
};

/** Reads every allocated page once. Damage is in the result; throws only for what is no readable database at all. */
export async function databaseHealth(locator: string, options: HealthCheckOptions = {}): Promise<DatabaseHealth> {
  await using handle = await openDatabase(locator, options);
  const log = handle.backup === null ? await findLog(locator, handle.database, options) : null;
  try {
    const { signal, onProgress, threads } = options;
    return await checkDatabase(handle.database, {
      log: log ?? logOfBackup(handle),
      threads,
      signal,
      onProgress: (done, total) => onProgress?.(done, total, locator),
    });
  } finally {
    log?.close();
  }
}

/** Every allocated page of all files that are at hand proves itself; then the verdict. */
export async function checkDatabase(
  database: Database,
  options: {
    readonly log?: LogSource | null | undefined;
    readonly threads?: 1 | 2 | undefined;
    readonly signal?: AbortSignal | undefined;
    readonly onProgress?: ((done: number, total: number) => void) | undefined;
  } = {},
): Promise<DatabaseHealth> {
  const { log, threads, signal, onProgress } = options;
  const files = [...database.files];
  const total = files.reduce((sum, [, { map }]) => sum + map.size, 0);
  await using checker = new PageChecker({ threads });
  let done = 0;
  const onBytes = (bytes: number): void => onProgress?.((done += bytes), total);
  const censuses: PageCensus[] = [];
  for (const [file, { map }] of files) {
    const census = new PageCensus(database, file);
    await checker.check(map, census, { signal, onBytes });
    censuses.push(census);
  }
  return judgeDatabase(database, censuses, log ?? null);
}

/** The first log file, which nearly always is the only one. */
function logOfBackup({ backup, locator }: DatabaseHandle): LogSource | null {
  const log = backup?.logs[0];
  return log === undefined ? null : { map: log.map, name: `${log.logicalName} in ${locator}` };
}

/** The log by the name that the catalog has for it, then by custom (`X.mdf`, `X_log.ldf`). */
async function findLog(locator: string, database: Database, options: HealthCheckOptions): Promise<OpenBytes | null> {
  if (options.log !== undefined) return openBytes(options.log, options); // who names one wants it looked at
  const names = database.catalog
    .files()
    .filter(({ fileType }) => fileType === LOG_FILE)
    .map(({ physicalName }) => baseName(physicalName));
  const stem = locator.slice(Math.max(locator.lastIndexOf('/'), locator.lastIndexOf('\\')) + 1).replace(/\.[^.]*$/, '');
  for (const name of [...names, `${stem}_log.ldf`, `${stem}_log.LDF`, `${stem}.ldf`]) {
    if (name === '') continue;
    const found = await openIfThere(siblingLocator(locator, name), options);
    if (found !== null) return found;
  }
  return null;
}

/** The health of every database that a recovery wrote. A bad verdict is told loudly and never stops the copy. */

import { join } from 'node:path';
import { databaseHealth } from '../database/health.ts';
import { StorageError } from '../errors.ts';
import type { DatabaseHealth } from '../mdf/health.ts';
import type { FileReport } from './report.ts';

/** What the report keeps of it. */
export type DatabaseReport = Pick<DatabaseHealth, 'verdict' | 'summary' | 'database' | 'product' | 'pages'> & {
  /** At most twenty; `pages.bad` counts all. */
  readonly badPages: DatabaseHealth['badPages'];
  readonly log: DatabaseHealth['log'];
};

const BAD_PAGES_KEPT = 20;
const PRIMARY = /\.mdf$/i;

export type HealthOptions = {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number, what: string) => void) | undefined;
};

/** Reads the written files, not the source, and looks for each log beside its database. */
export async function checkDatabases(
  files: readonly FileReport[],
  out: string,
  warnings: string[],
  options: HealthOptions,
): Promise<FileReport[]> {
  const checked: FileReport[] = [];
  for (const file of files) {
    const readable = file.target !== undefined && file.status !== 'failed' && PRIMARY.test(file.target);
    checked.push(readable ? await checkOne(file, join(out, ...file.target!.split('/')), warnings, options) : file);
  }
  return checked;
}

async function checkOne(
  file: FileReport,
  path: string,
  warnings: string[],
  options: HealthOptions,
): Promise<FileReport> {
  try {
    const { verdict, summary, database, product, pages, badPages, log } = await databaseHealth(path, options);
    if (verdict === 'damaged')
      warnings.push(
        `database ${database} in ${file.target} is ${summary}; \`pitvault check\` lists the pages and tables`,
      );
    return {
      ...file,
      database: { verdict, summary, database, product, pages, badPages: badPages.slice(0, BAD_PAGES_KEPT), log },
    };
  } catch (error) {
    if (!StorageError.isDamage(error)) throw error;
    warnings.push(`${file.target} cannot be checked as a database: ${error.message}`);
    return file;
  }
}

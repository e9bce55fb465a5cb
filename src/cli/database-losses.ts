/** What was missing or damaged while a database was read, on standard error and in the exit code. */

import type { DatabaseHandle } from '../database/open-database.ts';
import { type PartialTable, partialText } from '../database/sql-tables.ts';
import type { Finding } from '../errors.ts';
import { ExitCode } from './exit-code.ts';
import { findingLine, note } from './output.ts';

/** Of the backup that the database is in, and of the database, as far as it was read. */
export function findingsOf({ backup, database }: DatabaseHandle): Finding[] {
  return [...(backup?.media.flatMap(({ findings }) => findings) ?? []), ...database.findings];
}

/** Tells all of it. `partial` when anything is lost: a damaged catalog may have lost tables, columns or rows that nobody counts. */
export function tellLosses(handle: DatabaseHandle, tables: readonly PartialTable[] = []): number {
  const findings = findingsOf(handle);
  for (const finding of findings) note(findingLine(finding));
  for (const table of tables) note(`partial: ${partialText(table)}`);
  if (tables.length === 0 && !findings.some(({ severity }) => severity === 'error')) return ExitCode.ok;
  note('`pitvault check` tells what is damaged; another recovery point, or a backup, may have it whole');
  return ExitCode.partial;
}

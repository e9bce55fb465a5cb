/** Rows of a table or a query as they go out for other programs: CSV, JSON lines, or a JSON array. */

import { csvLine, jsonLine, uniqueNames } from '../database/row-text.ts';
import { throwIfCancelled } from '../errors.ts';
import type { SqlRow } from '../mdf/value.ts';
import { arrayEnd, arrayItem, arrayStart, dataLine } from './output.ts';

export type RowFormat = 'csv' | 'jsonl' | 'json';

/** Rows between two looks at Ctrl-C. */
const PAUSE_ROWS = 4096;

/** Writes all rows and tells how many they were. A null among them is a pause: nothing yet. */
export async function writeRows(
  rows: Iterable<SqlRow | null>,
  columns: readonly string[],
  format: RowFormat,
  signal: AbortSignal,
): Promise<number> {
  const names = uniqueNames(columns);
  if (format === 'csv') dataLine(csvLine(names));
  if (format === 'json') arrayStart();
  let count = 0;
  for (const row of rows) {
    if (row !== null) {
      if (format === 'csv') dataLine(csvLine(row));
      else if (format === 'jsonl') dataLine(jsonLine(names, row));
      else arrayItem(jsonLine(names, row));
      if (++count % PAUSE_ROWS !== 0) continue;
    }
    await pause(signal);
  }
  if (format === 'json') arrayEnd();
  return count;
}

/** Lets a signal come in, and throws when one did. */
export async function pause(signal: AbortSignal): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  throwIfCancelled(signal);
}

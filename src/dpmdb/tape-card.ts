/** The tape card: which tapes hold the DPM database, to print and keep elsewhere. */

import type { SqlValue } from '../mdf/value.ts';
import type { SqlTables } from '../sql/scope.ts';
import { runOnDpmdb } from './run-script.ts';
import { TAPE_SCRIPT } from './scripts.ts';

export type TapeEntry = {
  readonly label: string | null;
  readonly barcode: string | null;
  /** As stored; DPM keeps UTC. */
  readonly created: string | null;
  readonly expires: string | null;
  readonly state: 'valid' | 'expired' | string;
  readonly path: string | null;
  readonly file: string | null;
};

const VALID = 1;
const EXPIRED = 2;

/** Newest first. Throws kind `not-found` for a database that is no DPMDB, or lacks the tables of tapes. */
export async function readTapeCard(tables: SqlTables): Promise<TapeEntry[]> {
  const { results } = await runOnDpmdb(TAPE_SCRIPT, tables);
  return [...results[0]!.rows].map(([path, file, label, barcode, created, expires, life]) => ({
    label: text(label),
    barcode: text(barcode),
    created: text(created),
    expires: text(expires),
    state: life === VALID ? 'valid' : life === EXPIRED ? 'expired' : `life status ${life}`,
    path: text(path),
    file: text(file),
  }));
}

function text(value: SqlValue | undefined): string | null {
  return value == null ? null : String(value);
}

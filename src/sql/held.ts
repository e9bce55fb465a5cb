/**
 * What a query may hold in memory for joining, sorting and distinct. A database can have more rows than any machine has
 * memory, and wide ones; so what is held is estimated as it comes, and a query that holds too much ends.
 */

import { bytesText } from '../base/byte-units.ts';
import { invalidArgument } from '../errors.ts';
import type { SqlRow } from '../mdf/value.ts';

/** Keeps the process below 160 MiB: garbage and what is there anyway come on top. */
const HELD_DEFAULT = 40 * 1024 * 1024;

/** An array, its place in another one, and what leads to it. */
const ROW = 64;
const VALUE = 24;

export class Held {
  readonly #most: number;
  #bytes = 0;

  constructor(most = HELD_DEFAULT) {
    this.#most = most;
  }

  /** Throws when that is too much; `what` is held, a table or the result. */
  add(bytes: number, what: string): void {
    this.#bytes += bytes;
    if (this.#bytes <= this.#most) return;
    throw invalidArgument('SQL_TOO_MANY_ROWS', `${what} has more rows than ${bytesText(this.#most)} of memory hold`, {
      structure: 'SQL',
      hint: 'narrow the query (where, top with order by), allow more (--memory 1G), or write the table out with `pitvault dump`',
    });
  }

  remove(bytes: number): void {
    this.#bytes -= bytes;
  }
}

/** Bytes that a row takes, about. */
export function sizeOfRow(row: SqlRow): number {
  let size = ROW;
  for (const value of row) {
    size += VALUE;
    if (typeof value === 'string') size += 2 * value.length;
    else if (value instanceof Uint8Array) size += 100 + value.length;
  }
  return size;
}

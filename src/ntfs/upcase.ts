/** $UpCase: the volume's own idea of which letters are the same, and with it the order of its directories. */

import type { AddressMap } from '../map/address-map.ts';
import { readMap } from '../map/read-map.ts';

const UNITS = 65_536;
export const UPCASE_SIZE = 2 * UNITS;

export class Upcase {
  /** Not the volume's own: directories may be sorted otherwise. */
  readonly isStandIn: boolean;
  readonly #table: Uint16Array;

  constructor(table: Uint16Array, isStandIn = false) {
    this.#table = table;
    this.isStandIn = isStandIn;
  }

  /** From the stream of record 10, `UPCASE_SIZE` bytes. Throws what reading it throws. */
  static read(stream: AddressMap): Upcase {
    const bytes = new Uint8Array(UPCASE_SIZE);
    readMap(stream, 0, bytes);
    const table = new Uint16Array(UNITS);
    for (let unit = 0; unit < UNITS; unit++) table[unit] = bytes[2 * unit]! | (bytes[2 * unit + 1]! << 8);
    return new Upcase(table);
  }

  /** A stand-in: single letters as Unicode maps them today. */
  static fallback(): Upcase {
    const table = new Uint16Array(UNITS);
    for (let unit = 0; unit < UNITS; unit++) {
      const upper = String.fromCharCode(unit).toUpperCase();
      table[unit] = upper.length === 1 ? upper.charCodeAt(0) : unit;
    }
    return new Upcase(table, true);
  }

  /** Order of two names with their case ignored: negative, 0 for the same letters, positive. */
  compare(a: string, b: string): number {
    const table = this.#table;
    const length = Math.min(a.length, b.length);
    for (let i = 0; i < length; i++) {
      const difference = table[a.charCodeAt(i)]! - table[b.charCodeAt(i)]!;
      if (difference !== 0) return difference;
    }
    return a.length - b.length;
  }
}

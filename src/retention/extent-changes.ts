/** What a clone changed, told by where the blocks of two files lie on their device. */

import type { ChangedRange } from './usage.ts';

/** A part of a file and where it lies. Ascending, without overlap; holes are left out. Bytes. */
export type PlacedRange = {
  readonly offset: number;
  readonly length: number;
  readonly physical: number;
  /** Equal addresses of two trusted ranges mean equal bytes. */
  readonly trusted: boolean;
};

/**
 * The ranges in which `current` does not share its blocks with the same place of `previous`: stored anew, or given up.
 * Blocks that do not tell where they are count as not shared.
 */
export function* extentChanges(
  previous: Iterable<PlacedRange>,
  current: Iterable<PlacedRange>,
): Generator<ChangedRange> {
  const before = new Cursor(previous);
  const now = new Cursor(current);
  let held: { offset: number; length: number; isStored: boolean } | null = null;
  for (let position = 0; ; ) {
    const start = Math.min(before.nextFrom(position), now.nextFrom(position));
    if (start === Number.POSITIVE_INFINITY) break;
    const end = Math.min(before.boundaryAfter(start), now.boundaryAfter(start));
    position = end;
    const there = now.physicalAt(start);
    if (there !== null && there === before.physicalAt(start) && there >= 0) continue;
    const isStored = there !== null;
    if (held !== null && held.isStored === isStored && held.offset + held.length === start)
      held.length = end - held.offset;
    else {
      if (held !== null) yield held;
      held = { offset: start, length: end - start, isStored };
    }
  }
  if (held !== null) yield held;
}

/** Walks one file's ranges; positions asked for never go back. */
class Cursor {
  readonly #ranges: Iterator<PlacedRange>;
  #range: PlacedRange | null;

  constructor(ranges: Iterable<PlacedRange>) {
    this.#ranges = ranges[Symbol.iterator]();
    this.#range = this.#next();
  }

  /** The first byte at or after `position` that is stored. */
  nextFrom(position: number): number {
    this.#advance(position);
    return this.#range === null ? Number.POSITIVE_INFINITY : Math.max(position, this.#range.offset);
  }

  /** Where what is said of `position` stops being true. */
  boundaryAfter(position: number): number {
    this.#advance(position);
    if (this.#range === null) return Number.POSITIVE_INFINITY;
    const { offset, length } = this.#range;
    return position < offset ? offset : offset + length;
  }

  /** Null in a hole, -1 where nobody knows. */
  physicalAt(position: number): number | null {
    if (this.#range === null || position < this.#range.offset) return null;
    return this.#range.trusted ? this.#range.physical + position - this.#range.offset : -1;
  }

  #advance(position: number): void {
    while (this.#range !== null && this.#range.offset + this.#range.length <= position) this.#range = this.#next();
  }

  #next(): PlacedRange | null {
    const { done, value } = this.#ranges.next();
    return done === true ? null : value;
  }
}

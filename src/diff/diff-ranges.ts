/** What a comparison says, and the joining of what it says bit by bit. */

import type { StorageError, StorageErrorJson } from '../errors.ts';

/**
 * What decided about bytes, cheapest first:
 *
 * - `identity`: both disks have them at one place of one file, or store nothing there.
 * - `changes`: the change maps that the engine keeps of its states do not name them.
 * - `fingerprints`: the blocks they are in have one fingerprint (128 bits) in the sidecars of both states.
 * - `extents`: the file system stores them once for both files, or has a hole in both.
 * - `bytes`: they were read.
 */
export const METHODS = ['identity', 'changes', 'fingerprints', 'extents', 'bytes'] as const;
export type DiffMethod = (typeof METHODS)[number];

/**
 * `changed`: the bytes differ (to a sector). `possible`: they live in different places and were not read, as asked.
 * `unreadable`: one side could not be read, so nobody knows.
 */
export type DiffState = 'changed' | 'possible' | 'unreadable';

/** Bytes of the disk: whole sectors, where both disks store whole sectors. */
export type DiffRange = {
  readonly offset: number;
  readonly length: number;
  readonly state: DiffState;
  /** Why it is unreadable. */
  readonly error?: StorageErrorJson;
};

/** Ranges as they are found, ascending; joined with what they touch, handed on when they are complete. */
export class RangeJoiner {
  readonly counts: Record<DiffState, { ranges: number; bytes: number }> = {
    changed: { ranges: 0, bytes: 0 },
    possible: { ranges: 0, bytes: 0 },
    unreadable: { ranges: 0, bytes: 0 },
  };
  readonly #take: (range: DiffRange) => void;
  #state: DiffState = 'changed';
  #error: StorageError | undefined;
  #start = 0;
  #end = 0;

  constructor(take: (range: DiffRange) => void) {
    this.#take = take;
  }

  add(offset: number, length: number, state: DiffState, error?: StorageError): void {
    const end = offset + length;
    const start = Math.max(offset, this.#end); // sectors that two pieces share are told of once
    if (start >= end) return;
    if (start === this.#end && this.#end > this.#start && state === this.#state && error?.code === this.#error?.code) {
      this.#end = end;
      return;
    }
    this.flush();
    this.#start = start;
    this.#end = end;
    this.#state = state;
    this.#error = error;
  }

  flush(): void {
    const length = this.#end - this.#start;
    if (length > 0) {
      const count = this.counts[this.#state];
      count.ranges++;
      count.bytes += length;
      const range = { offset: this.#start, length, state: this.#state };
      this.#take(this.#error === undefined ? range : { ...range, error: this.#error.toJSON() });
    }
    this.#start = this.#end;
    this.#error = undefined;
  }
}

/**
 * Work for the copy threads: a table of pieces in shared memory, taken by whoever is free.
 *
 * A piece is at most PIECE_SIZE bytes of one leaf. Four numbers each: where it belongs in the target, its length, its
 * source (>= 0: index into `sources`; ZERO; COMPUTED - k: the k-th computed leaf, which only the planning thread can
 * make), and its offset in the source. A batch is bounded, so memory does not grow with the image or its fragmentation.
 */

import type { ByteFile } from '../io/byte-file.ts';
import type { ComputedBytes } from '../map/address-map.ts';
import type { Extent } from '../map/extent.ts';

export const PIECE_SIZE = 1024 * 1024;
/** 16 K pieces: a 512 KiB table, and at most 16 GiB of work. */
const PIECES_MAX = 16_384;

export const ZERO = -1;
export const COMPUTED = -2;

/** Slots of the control words that all threads share. */
export const Control = {
  next: 0, //      next piece to take; TAKEN_OVER when all further ones are the other thread's (ordered copies)
  cancelled: 1, // set to 1: stop at the next piece
  doneKib: 2, //   KiB moved by the other threads
  produced: 3, //  pieces ready, in order (ordered copies)
  consumed: 4, //  pieces hashed, in order (ordered copies)
  failed: 5, //    set to 1: the producer stopped
  SIZE: 8,
} as const;

/** Behind any piece. */
export const TAKEN_OVER = PIECES_MAX + 1;

/** What crosses to a worker: names and numbers, never handles. */
export type SharedBatch = {
  readonly pieces: Float64Array<SharedArrayBuffer>;
  readonly count: number;
  readonly sources: readonly string[];
  readonly control: Int32Array<SharedArrayBuffer>;
  readonly target: string | null;
  readonly detectZeros: boolean;
};

export class Batch {
  readonly pieces = new Float64Array(new SharedArrayBuffer(PIECES_MAX * 4 * 8));
  readonly files: ByteFile[] = [];
  readonly computed: ComputedBytes[] = [];
  count = 0;
  /** Bytes that have to be read or made. */
  payload = 0;
  /** Every source can be opened by another thread, and nothing is computed. */
  get shareable(): boolean {
    return this.computed.length === 0 && this.files.every((file) => file.path !== null);
  }

  /** Adds pieces of the extent from `from` on; returns the offset reached: the extent's end, or less when full. */
  add(extent: Extent, from: number, delta: number): number {
    const end = extent.offset + extent.length;
    if (extent.kind === 'zero') {
      if (this.count >= PIECES_MAX) return from;
      this.#push(from + delta, end - from, ZERO, 0);
      return end;
    }
    const source =
      extent.kind === 'data' ? indexOf(this.files, extent.file) : COMPUTED - indexOf(this.computed, extent.source);
    const base = extent.kind === 'data' ? extent.fileOffset : extent.sourceOffset;
    let at = from;
    while (at < end && this.count < PIECES_MAX) {
      const length = Math.min(PIECE_SIZE, end - at);
      this.#push(at + delta, length, source, base + (at - extent.offset));
      this.payload += length;
      at += length;
    }
    return at;
  }

  clear(): void {
    this.count = 0;
    this.payload = 0;
    this.files.length = 0;
    this.computed.length = 0;
  }

  #push(at: number, length: number, source: number, sourceOffset: number): void {
    const base = 4 * this.count++;
    this.pieces[base] = at;
    this.pieces[base + 1] = length;
    this.pieces[base + 2] = source;
    this.pieces[base + 3] = sourceOffset;
  }
}

function indexOf<T>(list: T[], item: T): number {
  // Chains have few files and streams one computed source: the last one is nearly always it.
  if (list.at(-1) === item) return list.length - 1;
  const index = list.indexOf(item);
  return index >= 0 ? index : list.push(item) - 1;
}

/**
 * What a thread does to compare two disks by bytes: takes a piece from a shared table, reads both sides into page-aligned
 * memory, and marks the sectors that differ in a bitmap that is shared too. No message crosses for a piece.
 *
 * A piece lies inside one MiB of the disk, so its sectors fit in BITMAP_SIZE bytes; bit k stands for the k-th sector of
 * the disk from the one in which the piece starts. Sectors that a piece holds in part count for that part.
 *
 * Equal bytes are compared 64 KiB at a time by memcmp (Buffer.compare); only where those differ are words looked at, one
 * sector after another, up to the first that differs.
 */

import { alignedMemory } from '../io/aligned-memory.ts';
import { COMPUTED, Control, PIECE_SIZE, ZERO } from './batch.ts';
import { Sources, zeros } from './kernel.ts';

/** Differences are found to this precision, counted from the start of the disk. */
export const SECTOR_SIZE = 512;
export const BITMAP_SIZE = PIECE_SIZE / SECTOR_SIZE / 8;
/** Numbers of a piece: where it is on the disk, its length, and source and offset of either side. */
export const COLUMNS = 6;

const UNIT = 64 * 1024;
const WORDS = SECTOR_SIZE / 4;

export const PieceState = { open: 0, equal: 1, differs: 2, failed: 3 } as const;

/** What crosses to a worker: names and numbers, never handles. */
export type SharedComparison = {
  readonly pieces: Float64Array<SharedArrayBuffer>;
  readonly count: number;
  readonly sources: readonly string[];
  readonly control: Int32Array<SharedArrayBuffer>;
  readonly states: Uint8Array<SharedArrayBuffer>;
  readonly bitmaps: Uint8Array<SharedArrayBuffer>;
};

/** Fills `target` with the bytes of one side of a piece; throws where it cannot. */
export type ReadSide = (source: number, offset: number, target: Uint8Array) => void;

/** The two buffers of this thread. Everything here is synchronous, so two are enough. */
let left: Uint8Array | undefined;
let right: Uint8Array | undefined;

/** Compares the piece with this number and leaves its state and its bitmap in the batch. Throws what reading throws. */
export function comparePiece(batch: SharedComparison, index: number, read: ReadSide): void {
  const base = index * COLUMNS;
  const { pieces, states, bitmaps } = batch;
  const at = pieces[base]!;
  const length = pieces[base + 1]!;
  left ??= alignedMemory(PIECE_SIZE);
  right ??= alignedMemory(PIECE_SIZE);
  // Sectors of the disk are sectors of the buffers: the words of one are then found by shifting.
  const start = at % SECTOR_SIZE;
  const end = start + length;
  const whole = Math.ceil(end / SECTOR_SIZE) * SECTOR_SIZE;
  const a = load(left, pieces[base + 2]!, pieces[base + 3]!, start, end, whole, read);
  const b = load(right, pieces[base + 4]!, pieces[base + 5]!, start, end, whole, read);
  const bitmap = bitmaps.subarray(index * BITMAP_SIZE, (index + 1) * BITMAP_SIZE);
  states[index] = markDifferences(a, b, whole, bitmap) ? PieceState.differs : PieceState.equal;
}

function load(
  buffer: Uint8Array,
  source: number,
  offset: number,
  start: number,
  end: number,
  whole: number,
  read: ReadSide,
): Uint8Array {
  if (source === ZERO) return zeros;
  if (start > 0) buffer.fill(0, 0, start);
  if (end < whole) buffer.fill(0, end, whole);
  read(source, offset, buffer.subarray(start, end));
  return buffer;
}

/** Sets the bit of every sector that differs; true when there is one. Both start on a page and have whole sectors. */
function markDifferences(a: Uint8Array, b: Uint8Array, length: number, bitmap: Uint8Array): boolean {
  let differs = false;
  for (let from = 0; from < length; from += UNIT) {
    const to = Math.min(length, from + UNIT);
    if (Buffer.compare(a.subarray(from, to), b.subarray(from, to)) === 0) continue;
    if (!differs) bitmap.fill(0);
    differs = true;
    markSectors(new Int32Array(a.buffer, 0, to / 4), new Int32Array(b.buffer, 0, to / 4), from / SECTOR_SIZE, bitmap);
  }
  return differs;
}

function markSectors(a: Int32Array, b: Int32Array, firstSector: number, bitmap: Uint8Array): void {
  const sectors = a.length / WORDS;
  for (let sector = firstSector; sector < sectors; sector++) {
    const end = (sector + 1) * WORDS;
    let word = sector * WORDS;
    while (word < end && a[word] === b[word]) word++;
    if (word < end) bitmap[sector >>> 3]! |= 1 << (sector & 7);
  }
}

/** Takes pieces until none is left. Runs in a worker; what is computed, or fails, is left to the planning thread. */
export function comparePieces(batch: SharedComparison): void {
  const { control, states } = batch;
  const sources = new Sources((source) => batch.sources[source]!);
  const read: ReadSide = (source, offset, target) => sources.read(source, offset, target);
  try {
    for (;;) {
      const index = Atomics.add(control, Control.next, 1);
      if (index >= batch.count || Atomics.load(control, Control.cancelled) !== 0) break;
      if (isComputed(batch, index)) continue;
      try {
        comparePiece(batch, index, read);
        Atomics.add(control, Control.doneKib, batch.pieces[index * COLUMNS + 1]! >>> 10);
      } catch {
        states[index] = PieceState.failed; // why is found out by whoever narrows it down
      }
    }
  } finally {
    sources.close();
  }
}

/** One of the sides can only be made by whoever holds the maps. */
export function isComputed({ pieces }: SharedComparison, index: number): boolean {
  const base = index * COLUMNS;
  return pieces[base + 2]! <= COMPUTED || pieces[base + 4]! <= COMPUTED;
}

/** What a thread does with items of a CheckBatch: read a run of blocks into page-aligned memory, compare fingerprints. */

import { isZero } from '../base/bytes.ts';
import { asStorageError, StorageError } from '../errors.ts';
import { type Fingerprinter, fingerprintBuffer } from '../sidecar/fingerprint.ts';
import { Control, ZERO } from './batch.ts';
import { FINGERPRINT_BYTES, ITEM, SHA256_BYTES, type SharedCheck, Verdict } from './check-batch.ts';
import { pieceAt, pieceBuffer, Sources } from './kernel.ts';

/** Fills `target` from a source, or throws. */
export type ReadPiece = (source: number, offset: number, target: Uint8Array) => void;
/** Fills `target` with the bytes of an item from `start` on. */
export type ReadItem = (start: number, target: Uint8Array) => void;
export type Sha256 = (bytes: Uint8Array) => Uint8Array;

export type Judge = { readonly fingerprint: Fingerprinter; readonly sha256: Sha256 | null };

/** Takes items until none is left. Runs in a worker. */
export function takeItems(check: SharedCheck, judge: Judge): void {
  const { control } = check;
  const sources = new Sources((source) => check.sources[source]!);
  const read: ReadPiece = (source, offset, target) => {
    try {
      sources.read(source, offset, target);
    } catch (error) {
      throw asStorageError(error); // the planner tries again, with the file that it has open
    }
  };
  try {
    for (;;) {
      const item = Atomics.add(control, Control.next, 1);
      if (item >= check.count || Atomics.load(control, Control.cancelled) !== 0) break;
      if (isSpecial(check, item)) continue;
      judgeItem(check, item, judge, itemReader(check, item, read));
      Atomics.add(control, Control.doneKib, check.items[ITEM.SIZE * item + ITEM.length]! >>> 10);
    }
  } finally {
    sources.close();
  }
}

export function isSpecial(check: SharedCheck, item: number): boolean {
  return check.items[ITEM.SIZE * item + ITEM.firstPiece]! < 0;
}

/** Reads an item, or any part of it, by its pieces. */
export function itemReader({ items, pieces }: SharedCheck, item: number, read: ReadPiece): ReadItem {
  const first = items[ITEM.SIZE * item + ITEM.firstPiece]!;
  const endPiece = items[ITEM.SIZE * item + ITEM.endPiece]!;
  return (start, target) => {
    const end = start + target.length;
    for (let piece = first; piece < endPiece; piece++) {
      const [at, length, source, offset] = pieceAt(pieces, piece);
      const from = Math.max(start, at);
      const to = Math.min(end, at + length);
      if (to <= from) continue;
      const part = target.subarray(from - start, to - start);
      if (source === ZERO) part.fill(0);
      else read(source, offset + from - at, part);
    }
  };
}

/** Leaves a verdict for each block of the item. Where reading all of it fails, each block is read alone. */
export function judgeItem(check: SharedCheck, item: number, judge: Judge, read: ReadItem): void {
  const base = ITEM.SIZE * item;
  const length = check.items[base + ITEM.length]!;
  const slot = check.items[base + ITEM.slot]!;
  const { blockSize } = check;
  const bytes = (fingerprintBuffer() ?? pieceBuffer()).subarray(0, length);
  const isWhole = tryRead(read, 0, bytes);
  for (let start = 0, i = slot; start < length; start += blockSize, i++) {
    const block = bytes.subarray(start, Math.min(length, start + blockSize));
    if (isWhole || tryRead(read, start, block)) judgeBlock(check, i, judge, block);
    else check.verdicts[i] = Verdict.unreadable;
  }
}

const found = new Uint8Array(FINGERPRINT_BYTES);

function judgeBlock(check: SharedCheck, slot: number, { fingerprint, sha256 }: Judge, block: Uint8Array): void {
  const expected = check.expected.subarray(slot * FINGERPRINT_BYTES, (slot + 1) * FINGERPRINT_BYTES);
  const isZeroBlock = isZero(expected);
  if (isZeroBlock) check.verdicts[slot] = isZero(block) ? Verdict.good : Verdict.bad;
  else {
    fingerprint(block, found, 0);
    check.verdicts[slot] = Buffer.compare(found, expected) === 0 ? Verdict.good : Verdict.bad;
  }
  if (sha256 !== null && !isZeroBlock) check.digests!.set(sha256(block), slot * SHA256_BYTES);
}

/** False where the bytes cannot be had, for whatever reason lies in the storage. */
function tryRead(read: ReadItem, start: number, target: Uint8Array): boolean {
  try {
    read(start, target);
    return true;
  } catch (error) {
    const isSystem = error instanceof Error && 'syscall' in error;
    if (isSystem || StorageError.isDamage(error)) return false;
    throw error;
  }
}

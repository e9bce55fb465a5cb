/** What threads do with the items of an ItemBatch: take one, read its bytes by its pieces, hand them to a judge. */

import { asStorageError, StorageError, throwIfCancelled } from '../errors.ts';
import type { AddressMap } from '../map/address-map.ts';
import { readMap, shortRead } from '../map/read-map.ts';
import { Control, ZERO } from './batch.ts';
import { forEachItem, ITEM, type ItemBatch, type SharedItems } from './item-batch.ts';
import { pieceAt, Sources } from './kernel.ts';

/** Fills `target` from a source, or throws. */
type ReadPiece = (source: number, offset: number, target: Uint8Array) => void;
/** Fills `target` with the bytes of an item from `start` on. */
export type ReadItem = (start: number, target: Uint8Array) => void;
/** Leaves what it finds of an item in shared memory. */
export type JudgeItem = (item: number, read: ReadItem) => void;

/** Takes items until none is left. Runs in a worker. */
export function takeItems(shared: SharedItems, judge: JudgeItem): void {
  const { control } = shared;
  const sources = new Sources((source) => shared.sources[source]!);
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
      if (item >= shared.count || Atomics.load(control, Control.cancelled) !== 0) break;
      if (isSpecial(shared, item)) continue;
      judge(item, itemReader(shared, item, read));
      Atomics.add(control, Control.doneKib, shared.items[ITEM.SIZE * item + ITEM.length]! >>> 10);
    }
  } finally {
    sources.close();
  }
}

function isSpecial(shared: SharedItems, item: number): boolean {
  return shared.items[ITEM.SIZE * item + ITEM.firstPiece]! < 0;
}

/** All of it is zeros that are stored nowhere. */
export function isHole({ items, pieces }: SharedItems, item: number): boolean {
  const first = items[ITEM.SIZE * item + ITEM.firstPiece]!;
  return first >= 0 && items[ITEM.SIZE * item + ITEM.endPiece]! - first === 1 && pieces[4 * first + 2] === ZERO;
}

/** Reads an item, or any part of it, by its pieces. */
function itemReader({ items, pieces }: SharedItems, item: number, read: ReadPiece): ReadItem {
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

/** Reads pieces in the planning thread, which has the files themselves open. */
function readerOf(batch: ItemBatch): ReadPiece {
  return (source, offset, target) => {
    const file = batch.files[source]!;
    const count = file.read(offset, target);
    if (count < target.length) throw shortRead(file, offset + count);
  };
}

const STEP_MAX = 8;

/**
 * The planning thread's share: first what only it can do, through the map, then whatever is left. The event loop runs
 * now and then, for signals and for the other thread's arrival. True when there was nothing left for that one to take:
 * then it needs not be waited for, as where it is still on its way.
 */
export async function takeHere(
  map: AddressMap,
  batch: ItemBatch,
  shared: SharedItems,
  judge: JudgeItem,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  throwIfCancelled(signal);
  const read = readerOf(batch);
  let taken = 0;
  for (let step = 0; ; step++) {
    const isMine = step < batch.special.length;
    const item = isMine ? batch.special[step]! : Atomics.add(shared.control, Control.next, 1);
    if (item >= shared.count) return taken === shared.count;
    if (!isMine) taken++;
    if (isMine) judge(item, through(map, batch, item));
    else if (!isSpecial(shared, item)) judge(item, itemReader(shared, item, read));
    if (step % STEP_MAX !== STEP_MAX - 1) continue;
    await new Promise((resolve) => setImmediate(resolve));
    throwIfCancelled(signal);
  }
}

function through(map: AddressMap, batch: ItemBatch, item: number): ReadItem {
  const start = batch.items[ITEM.SIZE * item + ITEM.block]! * batch.blockSize;
  return (offset, target) => void readMap(map, start + offset, target);
}

/** What the other thread could not read, once more: this one has the files themselves open, not their paths. */
export function retry(
  batch: ItemBatch,
  shared: SharedItems,
  wasRead: (slot: number) => boolean,
  judge: JudgeItem,
): void {
  forEachItem(batch, batch.blockSize, (_, slot, count, item) => {
    let isRead = true;
    for (let i = slot; i < slot + count; i++) isRead &&= wasRead(i);
    if (!isRead && !isSpecial(shared, item)) judge(item, itemReader(shared, item, readerOf(batch)));
  });
}

/** False where the bytes cannot be had, for whatever reason lies in the storage. */
export function tryRead(read: ReadItem, start: number, target: Uint8Array): boolean {
  try {
    read(start, target);
    return true;
  } catch (error) {
    const isSystem = error instanceof Error && 'syscall' in error;
    if (isSystem || StorageError.isDamage(error)) return false;
    throw error;
  }
}

/**
 * The block list of one store as a sorted index: for each block of the original volume that the store knows something
 * of, where its bytes are. Nine bytes a block, so that lists of millions stay small.
 *
 * Rules of the list, in its order:
 * 1. A descriptor whose original block is the target of an earlier forwarder continues that forwarder's chain: it takes
 *    over its original block. (The file system moved X to Y, then wrote to Y: the bytes of X are in the store now.)
 * 2. A later regular or forwarding descriptor replaces an earlier one of the same block. One that forwards a block to
 *    itself says that the bytes are back in their place.
 * 3. Overlays lie over whatever the block has: each brings the sectors that its bitmap names, later ones win.
 */

import { hex, viewOf } from '../base/bytes.ts';
import { firstNotBelow } from '../base/sorted.ts';
import { corrupt } from '../errors.ts';
import {
  BLOCK_SIZE,
  DESCRIPTOR_FLAG,
  DESCRIPTORS,
  descriptorBitmap,
  descriptorFlags,
  descriptorOffset,
  descriptorOriginal,
  descriptorRelative,
  descriptorStore,
  RECORD_TYPE,
} from './format.ts';
import { type RecordVolume, recordChain } from './record.ts';
import { sortedOrder } from './sorted-order.ts';

export const BASE = { none: 0, stored: 1, forwarder: 2 } as const;

/** Block numbers fit 32 bits: 64 TiB. */
const BLOCK_LIMIT = 2 ** 32;

export class BlockIndex {
  /** Original blocks in ascending order, each once. */
  readonly blocks: Uint32Array;
  /** BASE of each. */
  readonly bases: Uint8Array;
  /** Block of the store's volume that holds the copy, or of the original volume to read instead. */
  readonly targets: Uint32Array;
  /** Overlays by ascending original block, in list order within one block. */
  readonly overlayBlocks: Uint32Array;
  readonly overlayTargets: Uint32Array;
  readonly overlayBitmaps: Uint32Array;

  constructor(base: Descriptors, overlays: Descriptors, overlayBitmaps: Uint32Array) {
    const order = sortedOrder(base.originals, base.count);
    const overlayOrder = sortedOrder(overlays.originals, overlays.count);
    this.overlayBlocks = overlayOrder.map((index) => overlays.originals[index]!);
    this.overlayTargets = overlayOrder.map((index) => overlays.targets[index]!);
    this.overlayBitmaps = overlayOrder.map((index) => overlayBitmaps[index]!);
    const blocks = new Uint32Array(base.count + overlays.count);
    const bases = new Uint8Array(blocks.length);
    const targets = new Uint32Array(blocks.length);
    let count = 0;
    let overlay = 0;
    const addOverlaysBelow = (limit: number): void => {
      for (; overlay < overlayOrder.length && this.overlayBlocks[overlay]! < limit; overlay++) {
        const block = this.overlayBlocks[overlay]!;
        if (count === 0 || blocks[count - 1] !== block) blocks[count++] = block;
      }
    };
    for (const index of order) {
      const block = base.originals[index]!;
      addOverlaysBelow(block);
      if (count === 0 || blocks[count - 1] !== block) blocks[count++] = block;
      bases[count - 1] = base.kinds[index]!; // later descriptors of the list replace earlier ones
      targets[count - 1] = base.targets[index]!;
    }
    addOverlaysBelow(BLOCK_LIMIT);
    this.blocks = blocks.subarray(0, count);
    this.bases = bases.subarray(0, count);
    this.targets = targets.subarray(0, count);
  }

  /** Position of the first entry whose block is not below this one. */
  firstNotBelow(block: number): number {
    return firstNotBelow(this.blocks, block);
  }

  /** Position of the first overlay of this block or a later one. */
  firstOverlay(block: number): number {
    return firstNotBelow(this.overlayBlocks, block);
  }
}

/** Descriptors in list order, growing. */
class Descriptors {
  originals = new Uint32Array(1024);
  targets = new Uint32Array(1024);
  kinds = new Uint8Array(1024);
  count = 0;

  add(original: number, target: number, kind: number): void {
    if (this.count === this.originals.length) {
      this.originals = grown(this.originals);
      this.targets = grown(this.targets);
      const kinds = new Uint8Array(2 * this.count);
      kinds.set(this.kinds);
      this.kinds = kinds;
    }
    this.originals[this.count] = original;
    this.targets[this.count] = target;
    this.kinds[this.count++] = kind;
  }
}

function grown(array: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(2 * array.length);
  larger.set(array);
  return larger;
}

export type BlockListOptions = {
  /** Holds the store. */
  readonly storage: RecordVolume;
  /** Volume offset of the first record. */
  readonly first: number;
  /** Bytes of the original volume when the copy was made. */
  readonly volumeSize: number;
};

/** Reads the whole list. Throws VSS_RECORD_* and VSS_DESCRIPTOR_*: a list with a gap can answer nothing. */
export function readBlockIndex({ storage, first, volumeSize }: BlockListOptions): BlockIndex {
  const base = new Descriptors();
  const overlays = new Descriptors();
  let bitmaps = new Uint32Array(1024);
  if (first === 0) {
    // Every store has one, were it empty: without it all blocks would seem to be what they are now.
    const place = { image: storage.name, structure: 'block list' };
    throw corrupt('VSS_BLOCK_LIST_MISSING', 'the catalog does not tell where the block list of the store is', place);
  }
  /** Target of a forwarder to its original block. */
  const forwarded = new Map<number, number>();
  for (const { record, offset } of recordChain(storage, first, RECORD_TYPE.blockList, 'block list')) {
    const view = viewOf(record);
    for (let index = 0; index < DESCRIPTORS; index++) {
      const at = descriptorOffset(index);
      const flags = descriptorFlags(view, at);
      const original = descriptorOriginal(view, at);
      const relative = descriptorRelative(view, at);
      const store = descriptorStore(view, at);
      if ((flags & DESCRIPTOR_FLAG.notUsed) !== 0 || isEmpty(flags, original, relative, store)) continue;
      const defect = descriptorDefect(flags, original, relative, store, volumeSize, storage.map.size);
      if (defect !== null) {
        const place = { image: storage.name, structure: 'block descriptor', offset: offset + at };
        throw corrupt('VSS_DESCRIPTOR', `block descriptor ${index} at ${hex(offset + at)}: ${defect}`, place);
      }
      const block = original / BLOCK_SIZE;
      if ((flags & DESCRIPTOR_FLAG.overlay) !== 0) {
        if (overlays.count === bitmaps.length) bitmaps = grown(bitmaps);
        bitmaps[overlays.count] = descriptorBitmap(view, at);
        overlays.add(block, store / BLOCK_SIZE, BASE.none);
        continue;
      }
      const start = forwarded.get(block);
      if (start !== undefined) forwarded.delete(block);
      if ((flags & DESCRIPTOR_FLAG.forwarder) !== 0) {
        const target = relative / BLOCK_SIZE;
        base.add(start ?? block, target, BASE.forwarder);
        if (target !== (start ?? block)) forwarded.set(target, start ?? block);
      } else base.add(start ?? block, store / BLOCK_SIZE, BASE.stored);
    }
  }
  return new BlockIndex(base, overlays, bitmaps);
}

/** One that was never used. With a block of the volume in it, it tells of a copy whose place is lost. */
function isEmpty(flags: number, original: number, relative: number, store: number): boolean {
  return flags === 0 && store === 0 && original === 0 && relative === 0;
}

/** What is wrong with a descriptor, or null. */
function descriptorDefect(
  flags: number,
  original: number,
  relative: number,
  store: number,
  volumeSize: number,
  storageSize: number,
): string | null {
  const isForwarder = (flags & DESCRIPTOR_FLAG.forwarder) !== 0;
  if (!(original % BLOCK_SIZE === 0 && original < volumeSize && original / BLOCK_SIZE < BLOCK_LIMIT))
    return `original offset ${hex(original)} is not a block of the volume`;
  if (isForwarder && (flags & DESCRIPTOR_FLAG.overlay) !== 0) return 'it is a forwarder and an overlay at once';
  if (isForwarder) {
    return relative % BLOCK_SIZE === 0 && relative < volumeSize
      ? null
      : `forwards to ${hex(relative)}, which is not a block of the volume`;
  }
  return store > 0 && store % BLOCK_SIZE === 0 && store + BLOCK_SIZE <= storageSize
    ? null
    : `store offset ${hex(store)} is not a block of the volume that holds the store`;
}

/**
 * Pages of BAT and sector bitmaps, read when needed. A 64 TiB disk of 1 MiB blocks has 513 MiB of BAT, and a chain can
 * be a thousand disks deep: what is held must depend on neither.
 *
 * 1. At most SLOTS pages are held over all open images of the process, in one page-aligned block of memory; the page
 *    used longest ago makes room. A closed image's pages age out.
 * 2. A page's bytes are valid until the next page is asked for, by anybody: take values out, then go on.
 * 3. Of a page that is looked at in places only these are read, and more with each further one: a child deep in a chain has
 *    few blocks, whose bits lie far apart, and there are hundreds of such children.
 */

import { alignDown, alignUp, viewOf } from '../base/bytes.ts';
import { alignedMemory } from '../io/aligned-memory.ts';
import type { AddressMap } from '../map/address-map.ts';
import { readMap } from '../map/read-map.ts';

export const PAGE_SIZE = 64 * 1024;
const SLOTS = 64; // 4 MiB
/** The first look into a page reads this much; looks that go on from there GROWTH times what is there, up to the page. */
const PART_SIZE = 4 * 1024;
const GROWTH = 4;

export type TablePage = {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Where what was read ends, before what was asked for where the file ends; the rest is left over from another page. */
  length: number;
};

/** Bytes from `start` up to `wanted` of the page have been asked for. */
type Slot = TablePage & { owner: TablePages | null; page: number; start: number; wanted: number; usedAt: number };

const slots: Slot[] = [];
let memory: Uint8Array | undefined;
let clock = 0;

/** An unused slot as long as there is one, else the one used longest ago. */
function nextSlot(): Slot {
  if (slots.length === SLOTS) return oldest(slots);
  memory ??= alignedMemory(SLOTS * PAGE_SIZE);
  const bytes = new Uint8Array(memory.buffer, slots.length * PAGE_SIZE, PAGE_SIZE);
  const slot: Slot = { bytes, view: viewOf(bytes), length: 0, owner: null, page: 0, start: 0, wanted: 0, usedAt: 0 };
  slots.push(slot);
  return slot;
}

function oldest(list: readonly Slot[]): Slot {
  let found = list[0]!;
  for (let i = 1; i < list.length && found.usedAt > 0; i++) if (list[i]!.usedAt < found.usedAt) found = list[i]!;
  return found;
}

/** The pages of one file. */
export class TablePages {
  readonly #file: AddressMap;
  readonly #held = new Map<number, Slot>();

  constructor(file: AddressMap) {
    this.#file = file;
  }

  /**
   * The page that starts at `page * PAGE_SIZE`, read only as far as the byte `end` of the file, where what is looked at
   * ends. Throws the StorageError of a failing read.
   */
  page(page: number, end = Number.POSITIVE_INFINITY): TablePage {
    const wanted = Math.max(0, Math.min(PAGE_SIZE, end - page * PAGE_SIZE));
    const held = this.#held.get(page);
    if (held !== undefined && held.start === 0 && held.wanted >= wanted) {
      held.usedAt = ++clock;
      return held;
    }
    return this.#read(held ?? nextSlot(), page, 0, wanted);
  }

  /** The same page, of which only the bytes from `start` up to `end`, counted within the page, have to be there. */
  part(page: number, start: number, end: number): TablePage {
    const held = this.#held.get(page);
    if (held === undefined) return this.#read(nextSlot(), page, alignDown(start, PART_SIZE), alignUp(end, PART_SIZE));
    if (held.start > start) return this.#read(held, page, alignDown(start, PART_SIZE), Math.max(end, held.wanted));
    if (held.wanted < end) {
      const to = Math.min(
        PAGE_SIZE,
        Math.max(alignUp(end, PART_SIZE), held.start + GROWTH * (held.wanted - held.start)),
      );
      // Where the file ends there is no more to be had.
      if (held.length === held.wanted) held.length += this.#fill(held, page, held.wanted, to);
      held.wanted = to;
    }
    held.usedAt = ++clock;
    return held;
  }

  #read(slot: Slot, page: number, start: number, end: number): Slot {
    slot.owner?.forget(slot.page);
    slot.owner = null; // stays so when the read fails
    slot.usedAt = 0;
    slot.length = start + this.#fill(slot, page, start, end);
    slot.owner = this;
    slot.page = page;
    slot.start = start;
    slot.wanted = end;
    slot.usedAt = ++clock;
    this.#held.set(page, slot);
    return slot;
  }

  #fill({ bytes }: Slot, page: number, start: number, end: number): number {
    return readMap(this.#file, page * PAGE_SIZE + start, bytes.subarray(start, end));
  }

  /** @internal The slot has gone to another page. */
  forget(page: number): void {
    this.#held.delete(page);
  }
}

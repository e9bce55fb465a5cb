/**
 * Pages of BAT and sector bitmaps, read when needed. A 64 TiB disk of 1 MiB blocks has 513 MiB of BAT, and a chain can
 * be a thousand disks deep: what is held must depend on neither.
 *
 * 1. At most SLOTS pages are held over all open images of the process, in one page-aligned block of memory; the page
 *    used longest ago makes room. A closed image's pages age out.
 * 2. A page's bytes are valid until the next page is asked for, by anybody: take values out, then go on.
 */

import { viewOf } from '../base/bytes.ts';
import { alignedMemory } from '../io/aligned-memory.ts';
import type { AddressMap } from '../map/address-map.ts';
import { readMap } from '../map/read-map.ts';

export const PAGE_SIZE = 64 * 1024;
const SLOTS = 64; // 4 MiB

export type TablePage = {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Bytes that the file has of this page; the rest is left over from another. */
  length: number;
};

type Slot = TablePage & { owner: TablePages | null; page: number; usedAt: number };

let slots: Slot[] | undefined;
let clock = 0;

function makeSlots(): Slot[] {
  const memory = alignedMemory(SLOTS * PAGE_SIZE);
  return Array.from({ length: SLOTS }, (_, i) => {
    const bytes = memory.subarray(i * PAGE_SIZE, (i + 1) * PAGE_SIZE);
    return { bytes, view: viewOf(bytes), length: 0, owner: null, page: 0, usedAt: 0 };
  });
}

/** The pages of one file. */
export class TablePages {
  readonly #file: AddressMap;
  readonly #held = new Map<number, Slot>();

  constructor(file: AddressMap) {
    this.#file = file;
  }

  /** The page that starts at `page * PAGE_SIZE`. Throws the StorageError of a failing read. */
  page(page: number): TablePage {
    const held = this.#held.get(page);
    if (held !== undefined) {
      held.usedAt = ++clock;
      return held;
    }
    slots ??= makeSlots();
    let slot = slots[0]!;
    for (const other of slots) if (other.usedAt < slot.usedAt) slot = other;
    slot.owner?.forget(slot.page);
    slot.owner = null; // stays so when the read fails
    slot.usedAt = 0;
    slot.length = readMap(this.#file, page * PAGE_SIZE, slot.bytes);
    slot.owner = this;
    slot.page = page;
    slot.usedAt = ++clock;
    this.#held.set(page, slot);
    return slot;
  }

  /** @internal The slot has gone to another page. */
  forget(page: number): void {
    this.#held.delete(page);
  }
}

/**
 * The block allocation table (MS-VHDX 2.5): for each payload block its state and its place in the file.
 *
 * 1. After every `chunkRatio` payload entries stands the entry of their sector bitmap, in fixed and dynamic disks too:
 *    payload block b is entry b + floor(b / chunkRatio).
 * 2. Entries are looked at through pages (table-pages.ts), never held as a whole.
 * 3. A run is a stretch of blocks that resolve alike; finding it costs a few ns for each entry, and no memory.
 * 4. An entry outside the rules makes its own blocks unreadable and no others.
 */

import { hex, MIB } from '../base/bytes.ts';
import type { ErrorCode } from '../error-codes.ts';
import { corrupt, StorageError } from '../errors.ts';
import type { AddressMap } from '../map/address-map.ts';
import {
  BAT_ENTRY_SIZE,
  batFileOffset,
  batReserved,
  batState,
  PayloadBlockState,
  type RegionEntry,
  SectorBitmapState,
} from './format.ts';
import type { DiskParameters } from './metadata-items.ts';
import type { Structure } from './region-table.ts';
import { BAD_UNIT, goodEnd, PAGE_SIZE, type TablePage, type TablePages } from './table-pages.ts';

const CHUNK_SECTORS = 2 ** 23;
export const SECTOR_BITMAP_SIZE = MIB;
const ENTRIES_IN_PAGE = PAGE_SIZE / BAT_ENTRY_SIZE;

/** What the blocks of a run are: `absent` asks the parent (zeros without one), `bad` cannot be read. */
export type BlockKind = 'absent' | 'zero' | 'present' | 'partial' | 'bad';

export type BlockRun = {
  readonly kind: BlockKind;
  readonly count: number;
  /** Where the first block is in the file (`present`, `partial`); the others follow it there. */
  readonly fileOffset: number;
};

export type BatEntry = {
  readonly state: number;
  readonly reserved: number;
  readonly fileOffset: number;
  /** File offset of the entry itself. */
  readonly at: number;
};

/** What is wrong with an entry. */
export type BatDefect = { readonly code: ErrorCode; readonly message: string };

/** Counts that follow from the disk's parameters. */
export type BatGeometry = {
  readonly blockSize: number;
  readonly chunkRatio: number;
  readonly blockCount: number;
  readonly bitmapCount: number;
  readonly entryCount: number;
};

export function batGeometry(disk: DiskParameters): BatGeometry {
  const chunkRatio = (CHUNK_SECTORS * disk.logicalSectorSize) / disk.blockSize;
  const blockCount = Math.ceil(disk.virtualDiskSize / disk.blockSize);
  const bitmapCount = Math.ceil(blockCount / chunkRatio);
  const entryCount = disk.hasParent
    ? bitmapCount * (chunkRatio + 1)
    : blockCount + Math.floor((blockCount - 1) / chunkRatio);
  return { blockSize: disk.blockSize, chunkRatio, blockCount, bitmapCount, entryCount };
}

export class Bat {
  readonly geometry: BatGeometry;
  readonly hasParent: boolean;
  readonly region: RegionEntry;
  /** Structures that no block may share a MiB with. */
  readonly structures: readonly Structure[];
  readonly #structuresEnd: number;
  readonly #pages: TablePages;
  readonly #file: AddressMap;
  /** Byte of the file behind the last entry. */
  readonly #end: number;
  readonly #image: string;

  /** Throws corrupt when the region is too small for the disk. */
  constructor(options: {
    readonly file: AddressMap;
    readonly pages: TablePages;
    readonly region: RegionEntry;
    readonly disk: DiskParameters;
    readonly structures: readonly Structure[];
    readonly image: string;
  }) {
    const { region, disk, structures, image } = options;
    this.geometry = batGeometry(disk);
    this.hasParent = disk.hasParent;
    this.region = region;
    this.structures = structures;
    this.#structuresEnd = structures.reduce((end, one) => Math.max(end, one.offset + one.length), 0);
    this.#pages = options.pages;
    this.#file = options.file;
    this.#image = image;
    const needed = this.geometry.entryCount * BAT_ENTRY_SIZE;
    this.#end = region.fileOffset + needed;
    if (needed > region.length) {
      throw corrupt(
        'VHDX_BAT_TOO_SMALL',
        `BAT: ${this.geometry.entryCount} entries need ${hex(needed)} bytes, its region has ${hex(region.length)}`,
        { image, structure: 'BAT', offset: region.fileOffset },
      );
    }
  }

  payloadIndex(block: number): number {
    return block + Math.floor(block / this.geometry.chunkRatio);
  }

  bitmapIndex(chunk: number): number {
    return (chunk + 1) * this.geometry.chunkRatio + chunk;
  }

  /** The entry of this index. Throws the StorageError of a failing read. */
  entry(index: number): BatEntry {
    const at = this.region.fileOffset + index * BAT_ENTRY_SIZE;
    const inPage = at % PAGE_SIZE;
    const page = this.#pages.page(Math.floor(at / PAGE_SIZE), this.#end, inPage);
    if (inPage + BAT_ENTRY_SIZE > goodEnd(page, inPage)) {
      if (page.bad !== null && inPage < page.length) throw page.bad.error;
      throw corrupt('VHDX_BAT_PAST_END', `the file ends before BAT entry ${index}`, this.place(at));
    }
    const low = page.view.getUint32(inPage, true);
    const high = page.view.getUint32(inPage + 4, true);
    return { state: batState(low), reserved: batReserved(low), fileOffset: batFileOffset(low, high), at };
  }

  /** The run that starts at this block and goes on to at most `end` (exclusive). Never throws for damage. */
  runAt(block: number, end: number): BlockRun {
    let page: TablePage;
    const index = this.payloadIndex(block);
    const at = this.region.fileOffset + index * BAT_ENTRY_SIZE;
    const number = Math.floor(at / PAGE_SIZE);
    const first = (at % PAGE_SIZE) / BAT_ENTRY_SIZE;
    // The region starts on a MiB, so no entry crosses a page. A run ends with its chunk: what follows there is the
    // sector bitmap's entry.
    const chunkEnd = (Math.floor(block / this.geometry.chunkRatio) + 1) * this.geometry.chunkRatio;
    let limit = Math.min(end - block, ENTRIES_IN_PAGE - first, chunkEnd - block);
    try {
      page = this.#pages.page(number, this.#end, at % PAGE_SIZE);
    } catch (error) {
      if (!StorageError.is(error) || (error.kind !== 'io' && error.kind !== 'corrupt')) throw error;
      return { kind: 'bad', count: limit, fileOffset: 0 };
    }
    const there = Math.floor(goodEnd(page, at % PAGE_SIZE) / BAT_ENTRY_SIZE) - first;
    if (there <= 0) {
      const lost = page.bad === null ? limit : (BAD_UNIT - (at % BAD_UNIT)) / BAT_ENTRY_SIZE;
      return { kind: 'bad', count: Math.min(limit, lost), fileOffset: 0 };
    }
    limit = Math.min(limit, there);
    return this.#scan(page.view, first, limit);
  }

  #scan(view: DataView, first: number, limit: number): BlockRun {
    const low = view.getUint32(first * BAT_ENTRY_SIZE, true);
    const state = batState(low);
    if (state <= PayloadBlockState.Unmapped) {
      const asksParent = state === PayloadBlockState.NotPresent && this.hasParent;
      return {
        kind: asksParent ? 'absent' : 'zero',
        count: this.#scanUnbacked(view, first, limit, asksParent),
        fileOffset: 0,
      };
    }
    const fileOffset = batFileOffset(low, view.getUint32(first * BAT_ENTRY_SIZE + 4, true));
    if (this.findPayloadDefect(state, fileOffset) !== null) return { kind: 'bad', count: 1, fileOffset: 0 };
    if (state === PayloadBlockState.PartiallyPresent) return { kind: 'partial', count: 1, fileOffset };
    let count = 1;
    for (; count < limit; count++) {
      const position = (first + count) * BAT_ENTRY_SIZE;
      const nextLow = view.getUint32(position, true);
      if (batState(nextLow) !== state) break;
      const next = batFileOffset(nextLow, view.getUint32(position + 4, true));
      if (next !== fileOffset + count * this.geometry.blockSize) break;
      if (this.findPayloadDefect(state, next) !== null) break;
    }
    return { kind: 'present', count, fileOffset };
  }

  /** Entries from `first` on that all ask the parent, or all read as zero. */
  #scanUnbacked(view: DataView, first: number, limit: number, asksParent: boolean): number {
    const least = this.hasParent && !asksParent ? PayloadBlockState.Undefined : PayloadBlockState.NotPresent;
    const most = asksParent ? PayloadBlockState.NotPresent : PayloadBlockState.Unmapped;
    let count = 1;
    for (let position = (first + 1) * BAT_ENTRY_SIZE; count < limit; count++, position += BAT_ENTRY_SIZE) {
      const state = batState(view.getUint32(position, true));
      if (state < least || state > most) break;
    }
    return count;
  }

  /** What is wrong with a payload entry that is backed by the file, or null. */
  findPayloadDefect(state: number, fileOffset: number): BatDefect | null {
    if (state !== PayloadBlockState.FullyPresent && state !== PayloadBlockState.PartiallyPresent) {
      return { code: 'VHDX_BAT_STATE_RESERVED', message: `state ${state} is reserved` };
    }
    if (state === PayloadBlockState.PartiallyPresent && !this.hasParent) {
      return { code: 'VHDX_BAT_PARTIAL_WITHOUT_PARENT', message: 'partially present in a disk that has no parent' };
    }
    return this.#findPlaceDefect(fileOffset, this.geometry.blockSize);
  }

  /** What is wrong with the entry of a sector bitmap that a partially present block needs, or null. */
  findBitmapDefect(state: number, fileOffset: number): BatDefect | null {
    if (state !== SectorBitmapState.Present) {
      return { code: 'VHDX_BAT_BITMAP_MISSING', message: `it is needed and not present (state ${state})` };
    }
    return this.#findPlaceDefect(fileOffset, SECTOR_BITMAP_SIZE);
  }

  /** A block that the end of the file cuts is not bad as a whole: resolving it stops where the file does. */
  #findPlaceDefect(fileOffset: number, length: number): BatDefect | null {
    if (fileOffset === 0) return { code: 'VHDX_BAT_NO_OFFSET', message: 'present, but at file offset 0' };
    const fileSize = this.#file.size; // a file that is being written grows
    if (fileOffset >= fileSize) {
      const message = `at ${hex(fileOffset)}, past the end of the file (${hex(fileSize)})`;
      return { code: 'VHDX_BAT_PAST_END', message };
    }
    if (fileOffset >= this.#structuresEnd) return null;
    for (const one of this.structures) {
      if (fileOffset < one.offset + one.length && one.offset < fileOffset + length) {
        const message = `at ${hex(fileOffset)}+${hex(length)}, where the ${one.name} is (${hex(one.offset)})`;
        return { code: 'VHDX_BAT_OVERLAPS_STRUCTURE', message };
      }
    }
    return null;
  }

  /** True when the file ends before these bytes of a block do. */
  isCutOff(fileOffset: number, length: number): boolean {
    return fileOffset + length > this.#file.size;
  }

  place(at: number): { image: string; structure: string; offset: number } {
    return { image: this.#image, structure: 'BAT', offset: at };
  }
}

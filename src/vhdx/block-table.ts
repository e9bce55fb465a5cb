/**
 * BAT entries and sector bitmaps of a file that is being written, as they will be at the next commit.
 *
 * 1. An entry is judged before it is followed: what breaks the rules of bat.ts is never written to.
 * 2. A sector bitmap's bits count only while their block is partially present. They are cleared when it becomes so: an
 *    earlier life of the block may have left some.
 */

import { hex, isZero } from '../base/bytes.ts';
import type { ErrorCode } from '../error-codes.ts';
import { corrupt, type StorageError } from '../errors.ts';
import { type Bat, type BatGeometry, SECTOR_BITMAP_SIZE } from './bat.ts';
import { setBatEntry } from './encode.ts';
import { BAT_ENTRY_SIZE, batFileOffset, batState, PayloadBlockState, SectorBitmapState } from './format.ts';
import { METADATA_PAGE, type MetadataPages } from './metadata-pages.ts';
import { SpaceMap } from './space-map.ts';

const ENTRIES_IN_PAGE = METADATA_PAGE / BAT_ENTRY_SIZE;
const { NotPresent, Zero, Unmapped, FullyPresent, PartiallyPresent } = PayloadBlockState;

function bitmapBytes(state: number): number {
  return state === SectorBitmapState.Present ? SECTOR_BITMAP_SIZE : 0;
}

export class BlockTable {
  readonly geometry: BatGeometry;
  readonly #bat: Bat;
  readonly #pages: MetadataPages;
  readonly #sectorSize: number;
  readonly #diskSize: number;

  constructor(bat: Bat, pages: MetadataPages, disk: { virtualDiskSize: number; logicalSectorSize: number }) {
    this.geometry = bat.geometry;
    this.#bat = bat;
    this.#pages = pages;
    this.#sectorSize = disk.logicalSectorSize;
    this.#diskSize = disk.virtualDiskSize;
  }

  /** State of a payload block. Throws corrupt for one that is not in the format. */
  state(block: number): number {
    const index = this.#bat.payloadIndex(block);
    const state = batState(this.#low(index));
    if (state <= Unmapped || state === FullyPresent || state === PartiallyPresent) return state;
    throw this.#damage(index, `payload block ${block}: state ${state} is reserved`, 'VHDX_BAT_STATE_RESERVED');
  }

  /** File offset of a block that is present; of one that is not, the space it still holds, or 0. */
  fileOffset(block: number): number {
    const index = this.#bat.payloadIndex(block);
    const fileOffset = this.#place(index);
    const state = batState(this.#low(index));
    const backed = state > Unmapped;
    const defect = this.#bat.findPayloadDefect(backed ? state : FullyPresent, fileOffset);
    if (defect === null) return fileOffset;
    if (!backed) return 0;
    throw this.#damage(index, `payload block ${block}: ${defect.message}`, defect.code);
  }

  /** An entry as it stands, judged by nobody: state and file offset. */
  rawEntry(index: number): [state: number, fileOffset: number] {
    return [batState(this.#low(index)), this.#place(index)];
  }

  /** True when the block's entry carries a file offset, whatever its state. */
  hasPlace(block: number): boolean {
    return this.#place(this.#bat.payloadIndex(block)) !== 0;
  }

  /** True when the chunk has an entry for a sector bitmap, and the entry says that there is one. */
  hasBitmap(chunk: number): boolean {
    return this.#bat.hasParent && batState(this.#low(this.#bat.bitmapIndex(chunk))) !== SectorBitmapState.NotPresent;
  }

  set(block: number, state: number, fileOffset: number): void {
    this.#setEntry(this.#bat.payloadIndex(block), state, fileOffset);
  }

  /** File offset of the sector bitmap block of this block's chunk, or null when there is none. */
  bitmapOffset(block: number): number | null {
    const index = this.#bat.bitmapIndex(this.chunkOf(block));
    const state = batState(this.#low(index));
    if (state === SectorBitmapState.NotPresent) return null;
    const fileOffset = this.#place(index);
    const defect = this.#bat.findBitmapDefect(state, fileOffset);
    if (defect === null) return fileOffset;
    throw this.#damage(index, `sector bitmap of chunk ${this.chunkOf(block)}: ${defect.message}`, defect.code);
  }

  setBitmap(block: number, fileOffset: number): void {
    this.#setEntry(this.#bat.bitmapIndex(this.chunkOf(block)), SectorBitmapState.Present, fileOffset);
  }

  clearBitmap(chunk: number): void {
    this.#setEntry(this.#bat.bitmapIndex(chunk), SectorBitmapState.NotPresent, 0);
  }

  chunkOf(block: number): number {
    return Math.floor(block / this.geometry.chunkRatio);
  }

  /** Clears the bits of the block, from this byte of it on. */
  clearBits(block: number, from = 0): void {
    this.#setBits(block, this.#sectorsOf(from), this.#sectorsOf(this.geometry.blockSize - from), false);
  }

  /** Marks bytes of the block as held by this file. */
  setPresent(block: number, from: number, length: number): void {
    this.#setBits(block, from / this.#sectorSize, length / this.#sectorSize, true);
  }

  /** True when every sector of the block that is on the disk is held by this file. */
  isComplete(block: number): boolean {
    const { blockSize } = this.geometry;
    const sectors = this.#sectorsOf(Math.min(blockSize, this.#diskSize - block * blockSize));
    let whole = true;
    this.#eachByte(block, 0, sectors, (bytes, at, mask) => {
      if ((bytes[at]! & mask) !== mask) whole = false;
      return whole;
    });
    return whole;
  }

  /**
   * What structures and blocks occupy. Reads the whole BAT. Throws corrupt when two of them share a MiB, and when one lies
   * behind the end of the file: as the file grows, it would be found in bytes of others.
   */
  survey(): SpaceMap {
    const { entryCount, chunkRatio, blockSize, blockCount } = this.geometry;
    const used = new SpaceMap();
    for (const { offset, length } of this.#bat.structures) used.mark(offset, length);
    for (let index = 0; index < entryCount; index++) {
      if (index % ENTRIES_IN_PAGE === 0 && this.#isEmptyPage(index)) {
        index += ENTRIES_IN_PAGE - 1; // nearly all pages of a large disk that holds little
        continue;
      }
      const low = this.#low(index);
      if (low === 0) continue;
      const isBitmap = (index + 1) % (chunkRatio + 1) === 0;
      const state = batState(low);
      const fileOffset = this.#place(index);
      const block = index - Math.floor(index / (chunkRatio + 1));
      if (fileOffset === 0 || (!isBitmap && block >= blockCount)) continue;
      if (isBitmap ? state === SectorBitmapState.NotPresent : state === NotPresent || state === Zero) continue;
      const held = isBitmap ? bitmapBytes(state) : this.#heldBytes(block, state);
      if (held > 0 && this.#bat.isCutOff(fileOffset, held)) throw this.#cutOff(index, fileOffset);
      // What is damaged otherwise is unreadable as it is, and nothing is written to it.
      const defect = isBitmap
        ? this.#bat.findBitmapDefect(state, fileOffset)
        : this.#bat.findPayloadDefect(FullyPresent, fileOffset);
      if (defect !== null || !used.mark(fileOffset, isBitmap ? SECTOR_BITMAP_SIZE : blockSize)) continue;
      throw this.#damage(index, `entry ${index} shares its place in the file with another`, 'VHDX_BAT_OVERLAP');
    }
    return used;
  }

  /** Bytes that have to be in the file: what a block holds of the disk, one where it only keeps its place. */
  #heldBytes(block: number, state: number): number {
    const { blockSize } = this.geometry;
    if (state <= Unmapped) return 1;
    return state === FullyPresent || state === PartiallyPresent
      ? Math.min(blockSize, this.#diskSize - block * blockSize)
      : 0;
  }

  #cutOff(index: number, fileOffset: number): StorageError {
    const place = this.#bat.place(this.#bat.region.fileOffset + index * BAT_ENTRY_SIZE);
    const message = `BAT entry ${index}: its block at ${hex(fileOffset)} lies behind the end of the file, which was cut short: it is not written to`;
    return corrupt('VHDX_BLOCK_TRUNCATED', message, {
      ...place,
      hint: 'look for a whole copy; what is left can be read: pitvault convert --salvage',
    });
  }

  /** Orders pages for commits of several entries: bitmaps before the BAT, and of it the entries of bitmaps first. */
  commitOrder(a: { readonly offset: number }, b: { readonly offset: number }): number {
    const [aInBat, bInBat] = [this.#isBat(a.offset), this.#isBat(b.offset)];
    if (aInBat !== bInBat) return aInBat ? 1 : -1;
    return aInBat ? b.offset - a.offset : a.offset - b.offset;
  }

  #isBat(offset: number): boolean {
    const { fileOffset, length } = this.#bat.region;
    return offset >= fileOffset && offset < fileOffset + length;
  }

  /** The page of the BAT that begins with this entry; the region begins at a whole MiB. */
  #isEmptyPage(index: number): boolean {
    return isZero(this.#pages.page(this.#bat.region.fileOffset + index * BAT_ENTRY_SIZE).bytes);
  }

  #low(index: number): number {
    const at = this.#bat.region.fileOffset + index * BAT_ENTRY_SIZE;
    return this.#pages.page(at).view.getUint32(at % METADATA_PAGE, true);
  }

  #place(index: number): number {
    const at = this.#bat.region.fileOffset + index * BAT_ENTRY_SIZE;
    const { view } = this.#pages.page(at);
    return batFileOffset(view.getUint32(at % METADATA_PAGE, true), view.getUint32((at % METADATA_PAGE) + 4, true));
  }

  #setEntry(index: number, state: number, fileOffset: number): void {
    const at = this.#bat.region.fileOffset + index * BAT_ENTRY_SIZE;
    const page = this.#pages.page(at);
    setBatEntry(page.view, at % METADATA_PAGE, state, fileOffset);
    this.#pages.touch(page);
  }

  #sectorsOf(length: number): number {
    return length / this.#sectorSize;
  }

  #setBits(block: number, first: number, count: number, value: boolean): void {
    this.#eachByte(block, first, count, (bytes, at, mask) => {
      const byte = value ? bytes[at]! | mask : bytes[at]! & ~mask;
      if (byte === bytes[at]) return true;
      bytes[at] = byte;
      return 'changed';
    });
  }

  /** Visits the bitmap's bytes that cover these sectors of the block; goes on until false comes back. */
  #eachByte(
    block: number,
    first: number,
    count: number,
    visit: (bytes: Uint8Array, at: number, mask: number) => boolean | 'changed',
  ): void {
    const bitmap = this.bitmapOffset(block);
    if (bitmap === null) {
      const index = this.#bat.bitmapIndex(this.chunkOf(block));
      throw this.#damage(
        index,
        `payload block ${block} is partial, its sector bitmap missing`,
        'VHDX_BAT_BITMAP_MISSING',
      );
    }
    const start = (block % this.geometry.chunkRatio) * this.#sectorsOf(this.geometry.blockSize) + first;
    for (let bit = start; bit < start + count; ) {
      const at = bitmap + (bit >>> 3);
      const inByte = bit & 7;
      const bits = Math.min(8 - inByte, start + count - bit);
      const page = this.#pages.page(at);
      const answer = visit(page.bytes, at % METADATA_PAGE, ((1 << bits) - 1) << inByte);
      if (answer === 'changed') this.#pages.touch(page);
      else if (!answer) return;
      bit += bits;
    }
  }

  #damage(index: number, message: string, code: ErrorCode): StorageError {
    const place = this.#bat.place(this.#bat.region.fileOffset + index * BAT_ENTRY_SIZE);
    return corrupt(code, message, { ...place, hint: 'nothing is written to a damaged block; see `pitvault check`' });
  }
}

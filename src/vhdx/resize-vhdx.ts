/**
 * Changes the virtual size of a VHDX. Everything that only the new size needs is written and durable first; then one
 * entry of the log changes the size, and with it whatever depends on it: the disk has the old size or the new one.
 *
 * Growing: what the file holds behind the old end of its last block becomes zero before it can be seen, and what stands in
 * the BAT behind the entry of that block is of no disk. Where the BAT has no room, or a fixed disk needs more entries than
 * one log entry changes, a new BAT is written elsewhere and both region tables are switched to it.
 * Shrinking: the entries behind the new end are cleared by the same commit; their blocks are cut off, or free.
 */

import { alignUp, MIB } from '../base/bytes.ts';
import { invalidArgument, unsupported } from '../errors.ts';
import type { WritableFile } from '../io/file-store.ts';
import { type BatGeometry, batGeometry, SECTOR_BITMAP_SIZE } from './bat.ts';
import { commitAtOnce, finishAndTruncate, putBatRegion, putBytes, putVirtualSize } from './edit-structures.ts';
import { setBatEntry } from './encode.ts';
import { BAT_ENTRY_SIZE, PayloadBlockState, SectorBitmapState } from './format.ts';
import { VIRTUAL_SIZE_MAX } from './metadata-items.ts';
import { METADATA_PAGE } from './metadata-pages.ts';
import { openParts } from './vhdx-writer.ts';
import { type SessionOptions, WriteSession } from './write-session.ts';

const { NotPresent, Zero, FullyPresent } = PayloadBlockState;
const ENTRIES_IN_PAGE = METADATA_PAGE / BAT_ENTRY_SIZE;
const ZEROS = new Uint8Array(MIB);
/** Pages of a commit besides the BAT's: two region tables and the size. */
const OTHER_PAGES = 36;

export type ResizeOptions = Pick<SessionOptions, 'newGuid' | 'dataWriteGuid'> & {
  readonly name?: string | undefined;
  /** Size of the parent of a differencing disk. */
  readonly parentSize?: number | undefined;
};

export type ResizeOutcome = {
  readonly sizeBefore: number;
  readonly size: number;
  readonly fileSizeBefore: number;
  readonly fileSize: number;
  readonly batMoved: boolean;
};

/** Owns the file. A shrink forgets what lies behind the new end: whether that may be is the caller's question. */
export function resizeVhdx(file: WritableFile, size: number, options: ResizeOptions = {}): ResizeOutcome {
  try {
    const fileSizeBefore = file.size;
    const { parts } = openParts(file, options);
    const { virtualDiskSize, logicalSectorSize } = parts.disk;
    if (!(size > 0 && size <= VIRTUAL_SIZE_MAX && size % logicalSectorSize === 0)) {
      const message = `size: expected a multiple of ${logicalSectorSize} up to 64 TiB, found ${size}`;
      throw invalidArgument('VHDX_RESIZE_SIZE', message);
    }
    const outcome = { sizeBefore: virtualDiskSize, size, fileSizeBefore };
    if (size === virtualDiskSize) return { ...outcome, fileSize: file.size, batMoved: false };
    const session = new WriteSession(file, parts, false, options);
    session.space.survey(); // a copy that was cut short is refused before anything is changed
    const resizing = new Resizing(session, size);
    const batMoved = size > virtualDiskSize ? resizing.grow(options.parentSize) : resizing.shrink();
    finishAndTruncate(session);
    return { ...outcome, fileSize: file.size, batMoved };
  } finally {
    file.close();
  }
}

class Resizing {
  readonly #session: WriteSession;
  readonly #size: number;
  readonly #before: BatGeometry;
  readonly #after: BatGeometry;
  /** Where the new blocks of a fixed disk are, one after another. */
  #newBlocks = 0;

  constructor(session: WriteSession, size: number) {
    this.#session = session;
    this.#size = size;
    this.#before = session.table.geometry;
    this.#after = batGeometry({ ...session.parts.disk, virtualDiskSize: size });
  }

  grow(parentSize: number | undefined): boolean {
    const { parts, space } = this.#session;
    const { hasParent, leaveBlockAllocated, virtualDiskSize } = parts.disk;
    if (hasParent && !(parentSize !== undefined && parentSize <= virtualDiskSize)) {
      throw unsupported(
        'VHDX_RESIZE_PARENT',
        'the parent is larger than this disk: its bytes would show behind the end',
        {
          image: parts.name,
          hint: 'convert the disk to one that stands alone, then resize that',
        },
      );
    }
    this.#session.begin();
    this.#clearTail();
    if (leaveBlockAllocated) {
      const length = (this.#after.blockCount - this.#before.blockCount) * this.#after.blockSize;
      if (length > 0) {
        const { fileOffset, isZero } = space.allocate(length, false);
        this.#newBlocks = fileOffset;
        if (!isZero) this.#writeZeros(fileOffset, length);
      }
    }
    // Of a differencing disk the table has entries behind the old end: whatever others have left there.
    const first = Math.min(this.#before.entryCount, parts.bat.payloadIndex(this.#before.blockCount));
    const end = this.#after.entryCount;
    const fits = end * BAT_ENTRY_SIZE <= parts.regions.bat.length;
    const isMoved = !fits || !this.#putEntries(first, end);
    if (isMoved) this.#moveBat();
    putVirtualSize(this.#session, this.#size);
    commitAtOnce(this.#session);
    return isMoved;
  }

  shrink(): boolean {
    this.#session.begin();
    this.#releaseBlocks();
    // The first entry that the smaller disk has no use for.
    const first = this.#session.parts.bat.payloadIndex(this.#after.blockCount);
    const isMoved = !this.#putEntries(first, this.#before.entryCount);
    if (isMoved) this.#moveBat();
    putVirtualSize(this.#session, this.#size);
    commitAtOnce(this.#session);
    return isMoved;
  }

  /** What the last block holds behind the old end: zeros, durable before the size shows it. */
  #clearTail(): void {
    const { table, parts } = this.#session;
    const { blockSize, blockCount } = this.#before;
    const from = parts.disk.virtualDiskSize - (blockCount - 1) * blockSize;
    const state = table.state(blockCount - 1);
    if (from === blockSize || state <= PayloadBlockState.Unmapped) return;
    this.#writeZeros(table.fileOffset(blockCount - 1) + from, blockSize - from);
    if (state !== FullyPresent) table.clearBits(blockCount - 1, from);
    this.#session.space.fillUp();
    this.#session.wrote();
    this.#session.flush();
  }

  /** Puts entries into the BAT where it is; false when they are too many for one commit. */
  #putEntries(first: number, end: number): boolean {
    const { parts } = this.#session;
    const { fileOffset } = parts.regions.bat;
    const room = this.#session.atomicPagesMax - OTHER_PAGES;
    const bytes = new Uint8Array(METADATA_PAGE);
    let changed = 0;
    for (let start = first - (first % ENTRIES_IN_PAGE); start < end; start += ENTRIES_IN_PAGE) {
      const from = Math.max(first, start);
      const to = Math.min(end, start + ENTRIES_IN_PAGE);
      const part = bytes.subarray(0, (to - from) * BAT_ENTRY_SIZE);
      this.#encode(part, from);
      if (this.#holds(fileOffset + from * BAT_ENTRY_SIZE, part)) continue;
      if (++changed > room) {
        this.#session.pages.revert();
        return false;
      }
      putBytes(this.#session, fileOffset + from * BAT_ENTRY_SIZE, part);
    }
    return true;
  }

  #holds(fileOffset: number, bytes: Uint8Array): boolean {
    const { pages } = this.#session;
    const inPage = fileOffset % METADATA_PAGE;
    const there = pages.page(fileOffset).bytes;
    return bytes.every((byte, i) => byte === there[inPage + i]);
  }

  /** The new disk's entries from `first` on: those that both disks have stay. */
  #encode(bytes: Uint8Array, first: number): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const { chunkRatio, blockCount } = this.#after;
    bytes.fill(0);
    for (let i = 0; i < bytes.length / BAT_ENTRY_SIZE; i++) {
      const chunk = Math.floor((first + i) / (chunkRatio + 1));
      const inChunk = first + i - chunk * (chunkRatio + 1);
      const block = chunk * chunkRatio + inChunk;
      const isBitmap = inChunk === chunkRatio;
      if (first + i >= this.#after.entryCount || (!isBitmap && block >= blockCount)) continue;
      const [state, fileOffset] = isBitmap ? this.#bitmapEntry(chunk) : this.#payloadEntry(block);
      setBatEntry(view, i * BAT_ENTRY_SIZE, state, fileOffset);
    }
  }

  #payloadEntry(block: number): [state: number, fileOffset: number] {
    const { table, parts } = this.#session;
    const { blockCount, blockSize } = this.#before;
    if (block < blockCount) return table.rawEntry(parts.bat.payloadIndex(block));
    if (!parts.disk.leaveBlockAllocated) return [NotPresent, 0];
    return [FullyPresent, this.#newBlocks + (block - blockCount) * blockSize];
  }

  #bitmapEntry(chunk: number): [state: number, fileOffset: number] {
    const { table, parts } = this.#session;
    if (!parts.disk.hasParent || chunk >= this.#before.bitmapCount) return [SectorBitmapState.NotPresent, 0];
    return table.rawEntry(parts.bat.bitmapIndex(chunk));
  }

  /** The blocks behind the new end. Damaged entries own nothing. */
  #releaseBlocks(): void {
    const { table, space, parts } = this.#session;
    for (let block = this.#after.blockCount; block < this.#before.blockCount; block++) {
      const [state, fileOffset] = table.rawEntry(parts.bat.payloadIndex(block));
      if (state === NotPresent || state === Zero || parts.bat.findPayloadDefect(FullyPresent, fileOffset) !== null) {
        continue;
      }
      space.release(fileOffset, this.#before.blockSize);
    }
    if (!parts.disk.hasParent) return;
    for (let chunk = this.#after.bitmapCount; chunk < this.#before.bitmapCount; chunk++) {
      const [state, fileOffset] = table.rawEntry(parts.bat.bitmapIndex(chunk));
      if (parts.bat.findBitmapDefect(state, fileOffset) === null) space.release(fileOffset, SECTOR_BITMAP_SIZE);
    }
  }

  /** The whole BAT in a new place; the commit switches to it. */
  #moveBat(): void {
    const { space, file, parts } = this.#session;
    const length = alignUp(this.#after.entryCount * BAT_ENTRY_SIZE, MIB);
    const { fileOffset } = space.allocate(length, true);
    const piece = new Uint8Array(MIB);
    for (let done = 0; done < length; done += MIB) {
      this.#encode(piece, done / BAT_ENTRY_SIZE);
      file.write(fileOffset + done, piece);
    }
    space.release(parts.regions.bat.fileOffset, parts.regions.bat.length);
    putBatRegion(this.#session, fileOffset, length);
  }

  #writeZeros(fileOffset: number, length: number): void {
    for (let done = 0; done < length; done += MIB) {
      this.#session.file.write(fileOffset + done, ZEROS.subarray(0, Math.min(MIB, length - done)));
    }
  }
}

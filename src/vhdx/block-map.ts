/**
 * The virtual disk as an address map: BAT entries and sector bitmaps turned into leaves of this file and of the parent.
 *
 * 1. NOT_PRESENT asks the parent; without one it reads as zero. UNDEFINED, ZERO and UNMAPPED read as zero and never ask
 *    the parent, whatever file offset their entries still carry.
 * 2. A byte that the file does not hold is never given as zero: where the end of the file cuts a block, the rest of it
 *    is unreadable. What a block holds past the end of the disk need not be in the file (qemu has written such files).
 * 3. Past the end of a smaller parent everything is zero.
 */

import { hex } from '../base/bytes.ts';
import type { ErrorCode } from '../error-codes.ts';
import { corrupt, StorageError } from '../errors.ts';
import { type AddressMap, type ComputedBytes, type ExtentSink, requireRange } from '../map/address-map.ts';
import type { Bat, BlockKind } from './bat.ts';
import { PayloadBlockState } from './format.ts';
import { BITS_IN_BAD_UNIT, sectorRunAt } from './sector-bitmap.ts';
import type { TablePages } from './table-pages.ts';

export class BlockMap implements AddressMap {
  readonly size: number;
  readonly #bat: Bat;
  readonly #file: AddressMap;
  readonly #pages: TablePages;
  readonly #parent: AddressMap | null;
  readonly #blockSize: number;
  readonly #sectorSize: number;
  readonly #damage: DamagedBlocks;
  #divert: ((start: number, stop: number) => void) | null = null;

  constructor(options: {
    readonly bat: Bat;
    readonly file: AddressMap;
    readonly pages: TablePages;
    readonly parent: AddressMap | null;
    readonly size: number;
    readonly sectorSize: number;
  }) {
    this.size = options.size;
    this.#bat = options.bat;
    this.#file = options.file;
    this.#pages = options.pages;
    this.#parent = options.parent;
    this.#blockSize = options.bat.geometry.blockSize;
    this.#sectorSize = options.sectorSize;
    this.#damage = new DamagedBlocks(this.#blockSize, (block) => this.#defectOf(block));
  }

  resolve(offset: number, length: number, at: number, sink: ExtentSink): void {
    requireRange(this, offset, length);
    const end = offset + length;
    const shift = at - offset;
    const blockEnd = Math.ceil(end / this.#blockSize);
    for (let position = offset; position < end; ) {
      const block = Math.floor(position / this.#blockSize);
      const { kind, count, fileOffset } = this.#bat.runAt(block, blockEnd);
      let next = block + count;
      if (kind === 'zero' || kind === 'absent') next = this.#sameFrom(next, blockEnd, kind);
      const stop = Math.min(end, next * this.#blockSize);
      const here = position + shift;
      if (kind === 'zero') sink.zero(here, stop - position);
      else if (kind === 'absent') this.#below(position, stop, here, sink);
      else if (kind === 'bad') sink.computed(here, stop - position, this.#damage, position);
      else if (kind === 'present') this.#stored(position, stop, block, fileOffset, here, sink);
      else this.#partial(position, stop, block, fileOffset, here, sink);
      position = stop;
    }
  }

  /**
   * The same without the parent: what this file does not hold is told to `below` instead, as ranges of the disk. Other
   * leaves come in order, with gaps where `below` was called.
   */
  resolveOwn(offset: number, length: number, sink: ExtentSink, below: (start: number, stop: number) => void): void {
    this.#divert = below;
    try {
      this.resolve(offset, length, offset, sink);
    } finally {
      this.#divert = null;
    }
  }

  /** First block from `block` on that is not of this kind: one leaf for a stretch, across BAT pages and chunks. */
  #sameFrom(block: number, end: number, kind: BlockKind): number {
    let next = block;
    while (next < end) {
      const run = this.#bat.runAt(next, end);
      if (run.kind !== kind) break;
      next += run.count;
    }
    return next;
  }

  /** Bytes `start` to `stop` of the disk, in a block that starts at `fileOffset`, or in those that follow it there. */
  #stored(start: number, stop: number, block: number, fileOffset: number, at: number, sink: ExtentSink): void {
    const from = fileOffset + start - block * this.#blockSize;
    const length = stop - start;
    const held = Math.max(0, Math.min(length, this.#file.size - from));
    if (held > 0) this.#file.resolve(from, held, at, sink);
    if (held < length) sink.computed(at + held, length - held, this.#damage, start + held);
  }

  #partial(start: number, stop: number, block: number, fileOffset: number, at: number, sink: ExtentSink): void {
    const bitmapOffset = this.#bitmapOf(block);
    if (bitmapOffset === 0) {
      sink.computed(at, stop - start, this.#damage, start);
      return;
    }
    const blockStart = block * this.#blockSize;
    const firstBit = this.#firstBitOf(block);
    const endBit = firstBit + Math.ceil((stop - blockStart) / this.#sectorSize);
    for (let position = start; position < stop; ) {
      const bit = firstBit + Math.floor((position - blockStart) / this.#sectorSize);
      const here = at + position - start;
      let present: boolean;
      let next: number;
      try {
        const run = sectorRunAt(this.#pages, bitmapOffset, bit, endBit);
        present = run.present;
        next = Math.min(stop, blockStart + (bit + run.count - firstBit) * this.#sectorSize);
      } catch (error) {
        if (!isDamage(error)) throw error;
        const lost = error.kind === 'io' ? BITS_IN_BAD_UNIT - (bit % BITS_IN_BAD_UNIT) : endBit - bit;
        next = Math.min(stop, blockStart + (bit + lost - firstBit) * this.#sectorSize);
        sink.computed(here, next - position, this.#damage, position);
        position = next;
        continue;
      }
      if (present) this.#stored(position, next, block, fileOffset, here, sink);
      else this.#below(position, next, here, sink);
      position = next;
    }
  }

  /** The block's first sector in its chunk's bitmap. */
  #firstBitOf(block: number): number {
    return (block % this.#bat.geometry.chunkRatio) * (this.#blockSize / this.#sectorSize);
  }

  /** File offset of the sector bitmap that covers the block; 0 when there is none to be used. */
  #bitmapOf(block: number): number {
    try {
      const chunk = Math.floor(block / this.#bat.geometry.chunkRatio);
      const { state, fileOffset } = this.#bat.entry(this.#bat.bitmapIndex(chunk));
      return this.#bat.findBitmapDefect(state, fileOffset) === null ? fileOffset : 0;
    } catch (error) {
      if (isDamage(error)) return 0;
      throw error;
    }
  }

  #below(start: number, stop: number, at: number, sink: ExtentSink): void {
    if (this.#divert !== null) {
      this.#divert(start, stop);
      return;
    }
    const held = this.#parent === null ? 0 : Math.max(0, Math.min(stop, this.#parent.size) - start);
    if (held > 0) this.#parent!.resolve(start, held, at, sink);
    if (start + held < stop) sink.zero(at + held, stop - start - held);
  }

  /** Why a block is unreadable: looked up again when asked, so that a million bad entries cost no memory. */
  #defectOf(block: number): StorageError {
    const bat = this.#bat;
    try {
      const entry = bat.entry(bat.payloadIndex(block));
      // A state without stored bytes is no defect: then it was the reading of this entry that failed.
      const stored = entry.state > PayloadBlockState.Unmapped;
      const defect = stored ? bat.findPayloadDefect(entry.state, entry.fileOffset) : null;
      if (defect !== null)
        return blockError(defect.code, `payload block ${block}: ${defect.message}`, bat.place(entry.at));
      if (entry.state === PayloadBlockState.PartiallyPresent) {
        const chunk = Math.floor(block / bat.geometry.chunkRatio);
        const bitmap = bat.entry(bat.bitmapIndex(chunk));
        const missing = bat.findBitmapDefect(bitmap.state, bitmap.fileOffset);
        if (missing !== null) {
          const message = `payload block ${block}: sector bitmap of chunk ${chunk}: ${missing.message}`;
          return blockError(missing.code, message, bat.place(bitmap.at));
        }
        const firstBit = this.#firstBitOf(block);
        sectorRunAt(this.#pages, bitmap.fileOffset, firstBit, firstBit + this.#blockSize / this.#sectorSize);
      }
      const end = entry.fileOffset + Math.min(this.#blockSize, this.size - block * this.#blockSize);
      if (stored && end > this.#file.size) {
        const message = `payload block ${block}: it ends at ${hex(end)}, the file at ${hex(this.#file.size)}`;
        return blockError('VHDX_BLOCK_TRUNCATED', message, bat.place(entry.at));
      }
      const message = `payload block ${block}: its BAT entry or its sector bitmap could not be read when it was needed`;
      return new StorageError('io', 'VHDX_BLOCK_UNREADABLE', message, bat.place(entry.at));
    } catch (error) {
      if (StorageError.isDamage(error)) return error;
      throw error;
    }
  }
}

/** Stands in for every byte that cannot be read; offsets are the disk's. */
class DamagedBlocks implements ComputedBytes {
  readonly what = 'unreadable: damaged payload blocks';
  readonly #blockSize: number;
  readonly #defectOf: (block: number) => StorageError;

  constructor(blockSize: number, defectOf: (block: number) => StorageError) {
    this.#blockSize = blockSize;
    this.#defectOf = defectOf;
  }

  read(offset: number): void {
    throw this.#defectOf(Math.floor(offset / this.#blockSize));
  }
}

function blockError(code: ErrorCode, message: string, place: ReturnType<Bat['place']>): StorageError {
  return corrupt(code, message, {
    ...place,
    hint: 'the rest of the disk is readable: --salvage leaves this range out and names it',
  });
}

function isDamage(error: unknown): error is StorageError {
  return StorageError.is(error) && (error.kind === 'io' || error.kind === 'corrupt');
}

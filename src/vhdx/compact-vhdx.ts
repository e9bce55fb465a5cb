/**
 * Gives back what a VHDX occupies for nothing: blocks that hold zeros only, space kept by blocks that are gone, sector
 * bitmaps that no block needs, and gaps, by moving the last blocks of the file into them. The guest's bytes, and with
 * them DataWriteGuid, stay: children stay valid.
 *
 * A block is copied, the copy is durable before the commit that points to it (W2), and its old place is not reused
 * before that commit either. A cut anywhere leaves a sound file, less compact than it will be.
 */

import { isZero, MIB } from '../base/bytes.ts';
import type { WritableFile } from '../io/file-store.ts';
import { SECTOR_BITMAP_SIZE } from './bat.ts';
import { finishAndTruncate } from './edit-structures.ts';
import { PayloadBlockState } from './format.ts';
import { openParts } from './vhdx-writer.ts';
import { type SessionOptions, WriteSession } from './write-session.ts';

const { NotPresent, Zero, Undefined, Unmapped, FullyPresent, PartiallyPresent } = PayloadBlockState;
const PIECE = MIB;

export type CompactOptions = Pick<SessionOptions, 'newGuid'> & {
  readonly name?: string | undefined;
  /** Reads every block to find those that hold zeros only. */
  readonly findZeros: boolean;
};

/** Work done so far, in blocks of both passes. */
export type Step = { readonly done: number; readonly total: number };

export type CompactOutcome = {
  readonly zeroBlocks: number;
  readonly movedBlocks: number;
  readonly sizeBefore: number;
  readonly sizeAfter: number;
};

/** Does the work step by step; whoever drives it may stop after any of them. Owns the file. */
export function* compactVhdx(file: WritableFile, options: CompactOptions): Generator<Step, CompactOutcome> {
  try {
    const sizeBefore = file.size;
    const { parts } = openParts(file, options);
    const session = new WriteSession(file, parts, false, { newGuid: options.newGuid, dataWriteGuid: 'keep' });
    session.space.survey(); // a copy that was cut short is refused before anything is changed
    const work = new Compaction(session, options.findZeros);
    yield* work.release();
    session.flush();
    yield* work.move();
    session.flush();
    finishAndTruncate(session);
    return { zeroBlocks: work.zeroBlocks, movedBlocks: work.movedBlocks, sizeBefore, sizeAfter: file.size };
  } finally {
    file.close();
  }
}

class Compaction {
  zeroBlocks = 0;
  movedBlocks = 0;
  readonly #session: WriteSession;
  readonly #findZeros: boolean;
  readonly #piece = new Uint8Array(PIECE);

  constructor(session: WriteSession, findZeros: boolean) {
    this.#session = session;
    this.#findZeros = findZeros && !session.parts.disk.leaveBlockAllocated;
  }

  *release(): Generator<Step> {
    const { table } = this.#session;
    const { blockCount, chunkRatio } = table.geometry;
    for (let chunk = 0; chunk * chunkRatio < blockCount; chunk++) {
      const first = chunk * chunkRatio;
      const end = Math.min(blockCount, first + chunkRatio);
      let needsBitmap = false;
      for (let block = first; block < end; block++) {
        const state = table.state(block);
        if (state === PartiallyPresent) needsBitmap = true;
        else if (state === FullyPresent) {
          if (this.#findZeros) yield { done: block, total: 2 * blockCount };
          if (this.#findZeros && this.#holdsZeros(block)) {
            this.zeroBlocks++;
            this.#give(block, FullyPresent, Zero);
          }
        } else if (state !== NotPresent) this.#give(block, state, state);
      }
      if (!needsBitmap && table.hasBitmap(chunk)) this.#giveBitmap(chunk);
      yield { done: end, total: 2 * blockCount };
    }
  }

  /** The block keeps no space, whatever it had. */
  #give(block: number, state: number, next: number): void {
    const { table, space } = this.#session;
    if (state === next && !table.hasPlace(block)) return;
    this.#session.begin();
    if (state === Undefined || state === Unmapped || state === FullyPresent) {
      const fileOffset = table.fileOffset(block);
      if (fileOffset !== 0) space.release(fileOffset, table.geometry.blockSize);
    }
    table.set(block, next, 0);
    this.#session.changed();
  }

  #giveBitmap(chunk: number): void {
    const { table, space } = this.#session;
    const fileOffset = table.bitmapOffset(chunk * table.geometry.chunkRatio);
    if (fileOffset === null) return;
    this.#session.begin();
    space.release(fileOffset, SECTOR_BITMAP_SIZE);
    table.clearBitmap(chunk);
    this.#session.changed();
  }

  #holdsZeros(block: number): boolean {
    const { file, table, parts } = this.#session;
    const { blockSize } = table.geometry;
    const fileOffset = table.fileOffset(block);
    const length = Math.min(blockSize, parts.disk.virtualDiskSize - block * blockSize);
    for (let done = 0; done < length; done += PIECE) {
      const part = this.#piece.subarray(0, Math.min(PIECE, length - done));
      if (file.read(fileOffset + done, part) < part.length || !isZero(part)) return false;
    }
    return true;
  }

  /** Moves what lies behind the end that the file would have without gaps. */
  *move(): Generator<Step> {
    const { table, space } = this.#session;
    const { blockCount, blockSize, chunkRatio } = table.geometry;
    const goal = space.usedBytes();
    for (let block = 0; block < blockCount; block++) {
      if (space.freeUnits === 0) return;
      const state = table.state(block);
      if (state === FullyPresent || state === PartiallyPresent) {
        const fileOffset = table.fileOffset(block);
        const place = fileOffset + blockSize > goal ? space.allocateBelow(blockSize, fileOffset) : null;
        if (place !== null) {
          this.#copy(fileOffset, place, blockSize);
          table.set(block, state, place);
          this.#session.changed();
          this.movedBlocks++;
          yield { done: blockCount + block, total: 2 * blockCount };
        }
      }
      if ((block + 1) % chunkRatio === 0 || block + 1 === blockCount) {
        this.#moveBitmap(Math.floor(block / chunkRatio), goal);
        yield { done: blockCount + block, total: 2 * blockCount };
      }
    }
  }

  #moveBitmap(chunk: number, goal: number): void {
    const { table, space, pages } = this.#session;
    if (!table.hasBitmap(chunk)) return;
    const first = chunk * table.geometry.chunkRatio;
    const fileOffset = table.bitmapOffset(first);
    if (fileOffset === null || fileOffset + SECTOR_BITMAP_SIZE <= goal) return;
    const place = space.allocateBelow(SECTOR_BITMAP_SIZE, fileOffset);
    if (place === null) return;
    this.#copy(fileOffset, place, SECTOR_BITMAP_SIZE);
    pages.forget(place, SECTOR_BITMAP_SIZE);
    table.setBitmap(first, place);
    this.#session.changed();
  }

  #copy(from: number, to: number, length: number): void {
    const { file, space } = this.#session;
    this.#session.begin();
    space.release(from, length);
    for (let done = 0; done < length; done += PIECE) {
      const count = file.read(from + done, this.#piece.subarray(0, Math.min(PIECE, length - done)));
      if (count === 0) break; // the end of the file cuts the last block
      file.write(to + done, this.#piece.subarray(0, count));
    }
    this.#session.wrote();
  }
}

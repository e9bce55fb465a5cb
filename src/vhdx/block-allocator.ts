/**
 * Space for blocks inside the file of a VHDX.
 *
 * 1. Space at the end of the file is made by extending it and is zero; space used before holds somebody's old bytes.
 * 2. Released space is taken again only after `settle`: before that, what replaces it may be lost in a cut, and the old
 *    owner be back.
 * 3. A block that is written as a whole takes free space first. One that is written in part would have to be filled
 *    with zeros there, so it extends the file, unless an eighth of the file lies free.
 * 4. One bit for each MiB of the file: 8 MiB for 64 TiB.
 * 5. The file grows only after it is known that no block lies behind its end: a copy that was cut short keeps its hole.
 */

import { alignUp, MIB, TIB } from '../base/bytes.ts';
import { unsupported } from '../errors.ts';
import type { WritableFile } from '../io/file-store.ts';
import { SpaceMap } from './space-map.ts';

/** Twice the largest disk: bounds the map. */
const FILE_SIZE_MAX = 128 * TIB;

export type Space = { readonly fileOffset: number; readonly isZero: boolean };

export class BlockAllocator {
  readonly #file: WritableFile;
  /** Finds out what is in use; null: everything inside the file is. */
  readonly #survey: (() => SpaceMap) | null;
  #used: SpaceMap | null = null;
  /** End of everything in use, a multiple of 1 MiB. */
  #end = 0;
  readonly #released: { readonly fileOffset: number; readonly length: number }[] = [];
  #freeUnits = 0;
  #cursor = 0;

  constructor(file: WritableFile, survey: (() => SpaceMap) | null) {
    this.#file = file;
    this.#survey = survey;
  }

  /** MiB inside the file that nothing uses. */
  get freeUnits(): number {
    this.#load();
    return this.#freeUnits;
  }

  /** Takes a multiple of 1 MiB. The file is long enough when this returns; its size is durable with its next flush. */
  allocate(length: number, isWhole: boolean): Space {
    const used = this.#load();
    if (isWhole || this.#freeUnits * 8 > this.#end / MIB) {
      const fileOffset = this.#find(used, length, this.#end);
      if (fileOffset !== null) return { fileOffset, isZero: false };
    }
    const fileOffset = this.#end;
    this.#end += length;
    used.mark(fileOffset, length);
    if (this.#file.size < this.#end) this.#file.truncate(this.#end);
    return { fileOffset, isZero: true };
  }

  /** Reads what is in use, where that was not done so far. Throws for a file that must not grow. */
  survey(): void {
    this.#load();
  }

  /** Makes the file of whole MiB. */
  fillUp(): void {
    if (this.#file.size % MIB === 0) return;
    this.#load();
    this.#file.truncate(alignUp(this.#file.size, MIB));
  }

  /** Free space that ends at or before `limit`, or null: what blocks are moved into. */
  allocateBelow(length: number, limit: number): number | null {
    return this.#find(this.#load(), length, limit);
  }

  #find(used: SpaceMap, length: number, limit: number): number | null {
    const units = length / MIB;
    if (this.#freeUnits < units) return null;
    const end = Math.min(limit, this.#end) / MIB;
    const found = used.findFree(units, Math.min(this.#cursor, end), end) ?? used.findFree(units, 0, end);
    if (found === null) return null;
    this.#cursor = found + units;
    this.#freeUnits -= units;
    used.mark(found * MIB, length);
    return found * MIB;
  }

  /** Gives space back; it is taken again after the next `settle` at the earliest. */
  release(fileOffset: number, length: number): void {
    this.#released.push({ fileOffset, length });
  }

  /** No durable structure refers any more to what was released. */
  settle(): void {
    if (this.#used !== null) {
      for (const { fileOffset, length } of this.#released) {
        this.#used.clear(fileOffset, length);
        this.#freeUnits += length / MIB;
      }
    }
    this.#released.length = 0;
  }

  /** Where the last thing in use ends. */
  usedEnd(): number {
    return this.#load().end();
  }

  /** Bytes in use: how long the file would be without gaps. */
  usedBytes(): number {
    return this.#load().count * MIB;
  }

  #load(): SpaceMap {
    if (this.#used !== null) return this.#used;
    const size = alignUp(this.#file.size, MIB);
    if (size > FILE_SIZE_MAX) {
      const message = `${this.#file.name}: ${size} bytes are more than a VHDX can need`;
      throw unsupported('VHDX_FILE_TOO_LARGE', message, { image: this.#file.name, structure: 'file' });
    }
    const used = this.#survey?.() ?? new SpaceMap();
    if (this.#survey === null) used.mark(0, size);
    for (const { fileOffset, length } of this.#released) used.mark(fileOffset, length);
    // A block may reach past the end of the file, and what follows the last block is nobody's: it may hold anything.
    this.#end = Math.max(size, used.end());
    this.#freeUnits = this.#end / MIB - used.count;
    this.#used = used;
    return used;
  }
}

/**
 * A new file that begins as a clone of another one and is changed at once. What is written goes to space of its own; only
 * what lies between the writes is shared with the base, when they are known. Sharing everything first costs more: the
 * file system would share what is about to be replaced, and copy its map again for each write.
 *
 * 1. Reads give the base's bytes wherever nothing was written, at any time.
 * 2. `flush` shares what is missing before it makes anything durable: afterwards the file stands alone. Writers go through
 *    a disk in ascending order, so what they pass over is shared when they have: sharing takes a processor, and another
 *    thread may still have work for the other one then. A write into it later on costs more, and is right.
 * 3. Space is shared in whole units of the file system: of a unit that is written in part the rest is copied.
 * 4. What cannot be shared after all is copied.
 * 5. At most RANGES_MAX ranges are kept apart (1 MiB); then everything is shared at once, and writes go into shared space.
 */

import { alignDown, alignUp, MIB } from '../base/bytes.ts';
import { firstNotBelow } from '../base/sorted.ts';
import type { ByteFile } from './byte-file.ts';
import type { WritableFile } from './file-store.ts';

const RANGES_MAX = 2 ** 16;
/** A writer that goes further ahead is at another payload block, and may come back for what it has left out. */
const PASSED_MAX = 64 * MIB;

export type GapCloneParts = {
  /** Empty. */
  readonly file: WritableFile;
  readonly base: ByteFile;
  /** Bytes; a power of two. */
  readonly unit: number;
  /** Makes a range of whole units share the base's storage; false where that cannot be done. */
  readonly share: (offset: number, length: number) => boolean;
  readonly rangesMax?: number | undefined;
};

export class GapClone implements WritableFile {
  readonly #file: WritableFile;
  readonly #base: ByteFile;
  readonly #unit: number;
  readonly #share: (offset: number, length: number) => boolean;
  readonly #rangesMax: number;
  /** What has bytes of its own, in whole units: ascending and apart. */
  #starts = new Float64Array(256);
  #ends = new Float64Array(256);
  #count = 0;
  /** End of what still comes from the base. */
  #end: number;
  /** End of the last write, in whole units; beyond everything before there is one. */
  #reached = Infinity;

  /** Owns both files from then on. */
  constructor({ file, base, unit, share, rangesMax = RANGES_MAX }: GapCloneParts) {
    this.#file = file;
    this.#base = base;
    this.#unit = unit;
    this.#share = share;
    this.#rangesMax = rangesMax;
    this.#end = alignDown(base.size, unit);
    file.truncate(base.size);
    this.#copy(this.#end, base.size); // less than a unit
  }

  get name(): string {
    return this.#file.name;
  }

  get identity(): string {
    return this.#file.identity;
  }

  /** Whoever opens it elsewhere would not find all of it. */
  get path(): string | null {
    return this.#end > 0 ? null : this.#file.path;
  }

  get size(): number {
    return this.#file.size;
  }

  read(offset: number, target: Uint8Array): number {
    const count = Math.max(0, Math.min(target.length, this.size - offset));
    const end = offset + count;
    for (let at = offset; at < end; ) {
      const index = this.#firstEndingAfter(at);
      const isOwn = at >= this.#end || (index < this.#count && this.#starts[index]! <= at);
      const stop = at >= this.#end ? end : isOwn ? this.#ends[index]! : this.#gapEnd(index);
      const part = target.subarray(at - offset, Math.min(end, stop) - offset);
      (isOwn ? this.#file : this.#base).read(at, part);
      at += part.length;
    }
    return count;
  }

  write(offset: number, bytes: Uint8Array): void {
    const end = offset + bytes.length;
    if (offset < this.#end) {
      const [first, after] = [alignDown(offset, this.#unit), alignUp(end, this.#unit)];
      if (first < offset && !this.#isOwn(first)) this.#copy(first, offset);
      if (after > end && end < this.#end && !this.#isOwn(end)) this.#copy(end, after);
      this.#own(this.#sharePassed(first) ? this.#reached : first, after);
      this.#reached = after;
    }
    this.#file.write(offset, bytes);
  }

  /** What lies between the last write and one that begins here; false where that is nothing, or cannot be shared. */
  #sharePassed(first: number): boolean {
    const length = first - this.#reached;
    if (length <= 0 || length > PASSED_MAX) return false;
    return this.#gapEnd(this.#firstEndingAfter(this.#reached)) >= first && this.#share(this.#reached, length);
  }

  truncate(size: number): void {
    if (size < this.#end) this.shareRest();
    this.#file.truncate(size);
  }

  writeOut(): void {
    this.#file.writeOut?.();
  }

  flush(): void {
    this.#file.writeOut?.();
    this.shareRest();
    this.#file.flush();
  }

  close(): void {
    this.#file.close();
    this.#base.close();
  }

  /** Shares whatever was not written. Idempotent. */
  shareRest(): void {
    for (let index = 0, at = 0; at < this.#end; index++) {
      const stop = this.#gapEnd(index);
      if (stop > at && !this.#share(at, stop - at)) this.#copy(at, stop);
      at = index < this.#count ? this.#ends[index]! : this.#end;
    }
    this.#end = this.#count = 0;
  }

  /** Where the gap before the range of this number ends. */
  #gapEnd(index: number): number {
    return index < this.#count ? Math.min(this.#end, this.#starts[index]!) : this.#end;
  }

  #copy(from: number, to: number): void {
    const bytes = new Uint8Array(Math.min(MIB, to - from));
    for (let at = from; at < to; at += bytes.length) {
      const part = bytes.subarray(0, Math.min(bytes.length, to - at));
      this.#base.read(at, part);
      this.#file.write(at, part);
    }
  }

  #firstEndingAfter(offset: number): number {
    return firstNotBelow(this.#ends.subarray(0, this.#count), offset + 1);
  }

  #isOwn(offset: number): boolean {
    const index = this.#firstEndingAfter(offset);
    return index < this.#count && this.#starts[index]! <= offset;
  }

  /** Joins the range with all that it meets or touches. */
  #own(from: number, to: number): void {
    const first = firstNotBelow(this.#ends.subarray(0, this.#count), from);
    let after = first;
    while (after < this.#count && this.#starts[after]! <= to) after++;
    if (after > first) {
      this.#starts[first] = Math.min(from, this.#starts[first]!);
      this.#ends[first] = Math.max(to, this.#ends[after - 1]!);
      this.#move(after, first + 1);
      return;
    }
    if (this.#count === this.#rangesMax) {
      this.shareRest();
      return;
    }
    this.#move(first, first + 1);
    this.#starts[first] = from;
    this.#ends[first] = to;
  }

  /** Moves the ranges from index `from` on to index `to`. */
  #move(from: number, to: number): void {
    const count = this.#count + to - from;
    if (count > this.#starts.length) {
      this.#starts = grown(this.#starts);
      this.#ends = grown(this.#ends);
    }
    for (const list of [this.#starts, this.#ends]) list.copyWithin(to, from, this.#count);
    this.#count = count;
  }
}

function grown(list: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(2 * list.length);
  larger.set(list);
  return larger;
}

/** The maps that belong to no format: a whole file, a window, parts laid end to end, bytes made on demand. */

import type { ByteFile } from '../io/byte-file.ts';
import { type AddressMap, type ComputedBytes, type ExtentSink, requireRange } from './address-map.ts';

/** The bottom of every river: a file as it is. */
export class FileMap implements AddressMap {
  readonly file: ByteFile;

  constructor(file: ByteFile) {
    this.file = file;
  }

  get size(): number {
    return this.file.size;
  }

  resolve(offset: number, length: number, at: number, sink: ExtentSink): void {
    requireRange(this, offset, length);
    if (length > 0) sink.data(at, length, this.file, offset);
  }
}

/** A window on another map: a partition on a disk, a stored member of an archive. */
export class SliceMap implements AddressMap {
  readonly size: number;
  readonly #below: AddressMap;
  readonly #start: number;

  constructor(below: AddressMap, start: number, size: number) {
    requireRange(below, start, size);
    this.#below = below;
    this.#start = start;
    this.size = size;
  }

  resolve(offset: number, length: number, at: number, sink: ExtentSink): void {
    requireRange(this, offset, length);
    this.#below.resolve(this.#start + offset, length, at, sink);
  }
}

/** Maps laid end to end: the parts of a volume that spans several disks. */
export class ConcatMap implements AddressMap {
  readonly size: number;
  readonly #parts: readonly AddressMap[];
  readonly #starts: Float64Array;

  constructor(parts: readonly AddressMap[]) {
    this.#parts = parts.filter((part) => part.size > 0);
    this.#starts = new Float64Array(this.#parts.length);
    let size = 0;
    for (const [index, part] of this.#parts.entries()) {
      this.#starts[index] = size;
      size += part.size;
    }
    this.size = size;
  }

  resolve(offset: number, length: number, at: number, sink: ExtentSink): void {
    requireRange(this, offset, length);
    const end = offset + length;
    for (let index = this.#partAt(offset), from = offset; from < end; index++) {
      const [part, start] = [this.#parts[index]!, this.#starts[index]!];
      const stop = Math.min(end, start + part.size);
      part.resolve(from - start, stop - from, at + from - offset, sink);
      from = stop;
    }
  }

  /** Index of the last part that begins at or before this offset. */
  #partAt(offset: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.#starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** Bytes that some ComputedBytes makes, as a map. */
export class ComputedMap implements AddressMap {
  readonly size: number;
  readonly #source: ComputedBytes;

  constructor(source: ComputedBytes, size: number) {
    this.#source = source;
    this.size = size;
  }

  resolve(offset: number, length: number, at: number, sink: ExtentSink): void {
    requireRange(this, offset, length);
    if (length > 0) sink.computed(at, length, this.#source, offset);
  }
}

/** Bytes at hand, as a computed leaf. */
export class BytesLeaf implements ComputedBytes {
  readonly what: string;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array, what: string) {
    this.#bytes = bytes;
    this.what = what;
  }

  read(offset: number, target: Uint8Array): void {
    target.set(this.#bytes.subarray(offset, offset + target.length));
  }
}

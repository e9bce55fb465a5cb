/** The maps that belong to no format: a whole file, a window, a stretch of zeros, parts laid end to end, an overlay. */

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

/** Random reads through a map: the same leaves, filled into one buffer. */

import { StorageError } from '../errors.ts';
import type { ByteFile } from '../io/byte-file.ts';
import type { AddressMap, ComputedBytes, ExtentSink } from './address-map.ts';

class Filler implements ExtentSink {
  #target: Uint8Array = new Uint8Array(0);

  fill(map: AddressMap, offset: number, target: Uint8Array): void {
    const outer = this.#target; // a computed leaf may read through a map again: keep the outer read's target
    this.#target = target;
    try {
      map.resolve(offset, target.length, 0, this);
    } finally {
      this.#target = outer;
    }
  }

  data(at: number, length: number, file: ByteFile, fileOffset: number): void {
    const whole = at === 0 && length === this.#target.length;
    const part = whole ? this.#target : this.#target.subarray(at, at + length);
    const count = file.read(fileOffset, part);
    if (count < length) throw shortRead(file, fileOffset + count);
  }

  zero(at: number, length: number): void {
    this.#target.fill(0, at, at + length);
  }

  computed(at: number, length: number, source: ComputedBytes, sourceOffset: number): void {
    source.read(sourceOffset, this.#target.subarray(at, at + length));
  }
}

const filler = new Filler();

/**
 * Fills `target` from `offset` on, clipped to the map's size; returns the bytes filled.
 * Throws the StorageError of any unreadable leaf it meets.
 */
export function readMap(map: AddressMap, offset: number, target: Uint8Array): number {
  const length = Math.max(0, Math.min(target.length, map.size - offset));
  if (length > 0) filler.fill(map, offset, length === target.length ? target : target.subarray(0, length));
  return length;
}

/** New bytes of exactly `length`, or fewer where the map ends. */
export function readBytes(map: AddressMap, offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(Math.max(0, Math.min(length, map.size - offset)));
  readMap(map, offset, bytes);
  return bytes;
}

export function shortRead(file: ByteFile, offset: number): StorageError {
  return new StorageError(
    'io',
    'FILE_TRUNCATED',
    `${file.name} ended at ${offset}: it is shorter than when it was opened`,
    {
      image: file.name,
      structure: 'file',
      offset,
      hint: 'something is changing the file; copy it first, or stop what writes to it',
    },
  );
}

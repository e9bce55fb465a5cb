/** Random reads through a map: the same leaves, filled into one buffer. */

import { alignUp } from '../base/bytes.ts';
import { StorageError } from '../errors.ts';
import type { ByteFile } from '../io/byte-file.ts';
import type { AddressMap, ComputedBytes, ExtentSink } from './address-map.ts';

class Filler implements ExtentSink {
  #target: Uint8Array = new Uint8Array(0);
  #isPayload = false;

  fill(map: AddressMap, offset: number, target: Uint8Array, isPayload: boolean): void {
    // A computed leaf, or a table that is read to resolve, may read through a map again: keep the outer read's.
    const outer = this.#target;
    const outerIsPayload = this.#isPayload;
    this.#target = target;
    this.#isPayload = isPayload;
    try {
      map.resolve(offset, target.length, 0, this);
    } finally {
      this.#target = outer;
      this.#isPayload = outerIsPayload;
    }
  }

  data(at: number, length: number, file: ByteFile, fileOffset: number): void {
    const whole = at === 0 && length === this.#target.length;
    const part = whole ? this.#target : this.#target.subarray(at, at + length);
    const past = this.#isPayload ? file.readPast?.(fileOffset, part) : undefined;
    const count = past ?? file.read(fileOffset, part);
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
 * Throws the StorageError of any unreadable leaf it meets; a RangeError for an offset below 0.
 */
export function readMap(map: AddressMap, offset: number, target: Uint8Array): number {
  return fill(map, offset, target, false);
}

/** The same past the page cache: for whoever keeps what was read, as the kernel above a mount does. */
export function readPayload(map: AddressMap, offset: number, target: Uint8Array): number {
  return fill(map, offset, target, true);
}

function fill(map: AddressMap, offset: number, target: Uint8Array, isPayload: boolean): number {
  const length = Math.max(0, Math.min(target.length, map.size - offset));
  if (length > 0) filler.fill(map, offset, length === target.length ? target : target.subarray(0, length), isPayload);
  return length;
}

const SLAB_SIZE = 64 * 1024;
const SMALL = 4096;
let slab = new Uint8Array(0);
let slabUsed = 0;

/**
 * New bytes of exactly `length`, or fewer where the map ends. Small ones are parts of a slab, as memory of their own for
 * each would cost as much as reading them: their ArrayBuffer is larger than they are (see `viewOf`).
 */
export function readBytes(map: AddressMap, offset: number, length: number): Uint8Array {
  const size = Math.max(0, Math.min(length, map.size - offset));
  const bytes = size > SMALL ? new Uint8Array(size) : fromSlab(size);
  readMap(map, offset, bytes);
  return bytes;
}

/** A copy of a few bytes, made as `readBytes` makes them. */
export function copyBytes(bytes: Uint8Array): Uint8Array {
  const copy = bytes.length > SMALL ? new Uint8Array(bytes.length) : fromSlab(bytes.length);
  copy.set(bytes);
  return copy;
}

/** Bytes that nobody else has, 8-byte aligned. What is taken is never given back: the slab goes with its last part. */
function fromSlab(size: number): Uint8Array {
  if (!(slabUsed + size <= slab.length)) {
    slab = new Uint8Array(SLAB_SIZE);
    slabUsed = 0;
  }
  const bytes = slab.subarray(slabUsed, slabUsed + size);
  slabUsed = alignUp(slabUsed + size, 8);
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

/**
 * What a thread does with a batch: read a piece into page-aligned memory, write what is not zero. Synchronous: the
 * fastest way Node can move bytes is a 1 MiB readSync into aligned memory, in two threads.
 */

import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import type { ErrorCode } from '../error-codes.ts';
import { asStorageError, StorageError, type StorageErrorJson } from '../errors.ts';
import { alignedMemory } from '../io/aligned-memory.ts';
import type { ByteFile } from '../io/byte-file.ts';
import { openSame } from '../io/open-same.ts';
import { COMPUTED, Control, PIECE_SIZE, type SharedBatch, TAKEN_OVER, ZERO } from './batch.ts';

/**
 * Bytes are written in parts of this size, each while it is in the cache of the compare before it. Zero runs shorter than
 * a part are written: a compare costs about 0.1 us whatever its length. Larger writes are slower: they make the kernel
 * look for contiguous memory, which a virtual machine may have to get from its host first, and hold the lock of a file
 * that two threads write to for longer.
 */
const WRITE_PART = 64 * 1024;

export const zeros = alignedMemory(PIECE_SIZE);

/** One piece buffer for this thread; everything here is synchronous, so one is enough. */
let buffer: Uint8Array | undefined;
export function pieceBuffer(): Uint8Array {
  buffer ??= alignedMemory(PIECE_SIZE);
  return buffer;
}

/** Writes the bytes at `position`, leaving out zero runs when asked: the target is new, so holes read as zeros. */
export function writePiece(fd: number, bytes: Uint8Array, position: number, skipZeros: boolean): void {
  for (let start = 0; start < bytes.length; start += WRITE_PART) {
    const end = Math.min(bytes.length, start + WRITE_PART);
    if (skipZeros && Buffer.compare(bytes.subarray(start, end), zeros.subarray(0, end - start)) === 0) continue;
    for (let done = start; done < end; ) done += writeSync(fd, bytes, done, end - done, position + done);
  }
}

/** How a thread is told of a file: where to open it, and which file that has to be. */
export function sourceName({ identity, path }: ByteFile): string {
  return `${identity}\n${path}`;
}

/** Source files that a thread has open by their names (see `sourceName`). */
export class Sources {
  readonly #fds: number[] = [];
  readonly #nameOf: (source: number) => string;

  constructor(nameOf: (source: number) => string) {
    this.#nameOf = nameOf;
  }

  read(source: number, offset: number, target: Uint8Array): void {
    const fd = (this.#fds[source] ??= openSource(this.#nameOf(source)));
    for (let done = 0; done < target.length; ) {
      const count = readSync(fd, target, done, target.length - done, offset + done);
      if (count === 0) {
        const [, path] = this.#nameOf(source).split('\n', 2);
        throw ioError('FILE_TRUNCATED', path!, `ended at ${offset + done}: it is shorter than when it was opened`);
      }
      done += count;
    }
  }

  close(): void {
    for (const fd of this.#fds.splice(0)) if (fd !== undefined) closeSync(fd);
  }
}

/** Opens a source, which the planning thread still has as it was. */
function openSource(name: string): number {
  const cut = name.indexOf('\n');
  const [identity, path] = [name.slice(0, cut), name.slice(cut + 1)];
  const fd = openSame(path, identity);
  if (fd === null) throw ioError('FILE_REPLACED', path, 'was replaced while it was being read');
  return fd;
}

function ioError(code: ErrorCode, path: string, what: string): StorageError {
  return new StorageError('io', code, `${path} ${what}`, { image: path, structure: 'file' });
}

/** A worker's failure: the piece it stopped at, for the planning thread to retry with care. */
export type Failure = { readonly piece: number; readonly error: StorageErrorJson } | null;

/** Takes pieces of an unordered batch until none is left. Runs in a worker; computed pieces are left to the planner. */
export function copyPieces(batch: SharedBatch): Failure[] {
  const failures: Failure[] = [];
  const sources = new Sources((source) => batch.sources[source]!);
  const target = batch.target === null ? -1 : openSync(batch.target, 'r+');
  try {
    for (;;) {
      const index = Atomics.add(batch.control, Control.next, 1);
      if (index >= batch.count || Atomics.load(batch.control, Control.cancelled) !== 0) break;
      const [at, length, source, offset] = pieceAt(batch.pieces, index);
      if (source <= COMPUTED || source === ZERO) continue;
      try {
        const bytes = pieceBuffer().subarray(0, length);
        sources.read(source, offset, bytes);
        if (target >= 0) writePiece(target, bytes, at, batch.detectZeros);
        Atomics.add(batch.control, Control.doneKib, length >>> 10);
      } catch (error) {
        failures.push({ piece: index, error: asStorageError(error).toJSON() });
      }
    }
  } finally {
    sources.close();
    if (target >= 0) closeSync(target);
  }
  return failures;
}

export type OrderedBatch = SharedBatch & { readonly ring: Uint8Array<SharedArrayBuffer>; readonly slots: number };

/** Takes over, then reads and writes the pieces in order, leaving each in the ring until the hashing thread has consumed it. */
export function producePieces(batch: OrderedBatch): Failure[] {
  const { control } = batch;
  const sources = new Sources((source) => batch.sources[source]!);
  const target = batch.target === null ? -1 : openSync(batch.target, 'r+');
  let index = Atomics.exchange(control, Control.next, TAKEN_OVER);
  Atomics.store(control, Control.produced, index);
  try {
    for (; index < batch.count && Atomics.load(control, Control.cancelled) === 0; index++) {
      const [at, length, source, offset] = pieceAt(batch.pieces, index);
      if (source !== ZERO) {
        for (let seen = Atomics.load(control, Control.consumed); index - seen >= batch.slots; ) {
          Atomics.wait(control, Control.consumed, seen, 1000);
          seen = Atomics.load(control, Control.consumed);
          if (Atomics.load(control, Control.cancelled) !== 0) return [];
        }
        const slot = (index % batch.slots) * PIECE_SIZE;
        const bytes = batch.ring.subarray(slot, slot + length);
        sources.read(source, offset, bytes);
        if (target >= 0) writePiece(target, bytes, at, batch.detectZeros);
      }
      Atomics.add(control, Control.produced, 1);
      Atomics.notify(control, Control.produced);
    }
    return [];
  } catch (error) {
    return [{ piece: index, error: asStorageError(error).toJSON() }];
  } finally {
    if (index < batch.count) {
      Atomics.store(control, Control.failed, 1);
      Atomics.notify(control, Control.produced);
    }
    sources.close();
    if (target >= 0) closeSync(target);
  }
}

export function pieceAt(
  pieces: Float64Array,
  index: number,
): [at: number, length: number, source: number, offset: number] {
  const base = 4 * index;
  return [pieces[base]!, pieces[base + 1]!, pieces[base + 2]!, pieces[base + 3]!];
}

/**
 * THE copy engine: moves the leaves of a map to a file (or to nothing, to measure or to hash).
 *
 * Data leaves go straight from the image file to the target in 1 MiB pieces, never through the layers. Large copies use
 * two threads: unhashed, both take pieces of the same table; hashed, the other thread reads and writes in order while
 * this one hashes what it left in a shared ring. Small copies, and batches with computed leaves, run here alone.
 *
 * Invariants:
 * 1. Every payload byte of the range is read once. Only after a failed read is a piece read again, in smaller parts.
 * 2. Zero leaves are neither read nor written: the target is new and has the full length, so they are holes.
 * 3. Memory is bounded: one batch, one piece per thread, one ring.
 * 4. The event loop runs at least every STEP_MAX pieces, for signals and progress.
 */

import { createHash, type Hash } from 'node:crypto';
import { ftruncateSync } from 'node:fs';
import { asStorageError, StorageError, type StorageErrorJson } from '../errors.ts';
import { alignedMemory } from '../io/aligned-memory.ts';
import type { AddressMap } from '../map/address-map.ts';
import { extentsOf } from '../map/extent.ts';
import { readMap, shortRead } from '../map/read-map.ts';
import { Batch, COMPUTED, Control, PIECE_SIZE, ZERO } from './batch.ts';
import { CopyThreads } from './copy-threads.ts';
import type { FileTaskOptions } from './file-kernel.ts';
import { FileLane, type FileOutcomes } from './file-lane.ts';
import { type Failure, pieceAt, pieceBuffer, sourceName, writePiece, zeros } from './kernel.ts';

/** Below this a second thread costs more (45 ms to start) than it saves. */
export const THREADS_MIN = 64 * 1024 * 1024;
const RING_SLOTS = 6;
const STEP_MAX = 16;
/** Unreadable bytes are found to this precision. */
const SECTOR = 512;

export type CopyOptions = {
  /** Path of an existing file to write into, with a descriptor open for writing on it; null moves bytes to nowhere. */
  readonly target: { readonly path: string; readonly fd: number } | null;
  /** Receives all bytes in order (zeros too). */
  readonly hash?: Hash | undefined;
  /** Leave runs of zeros in the data as holes. */
  readonly detectZeros?: boolean | undefined;
  /** Replace what cannot be read by zeros, and list it, instead of failing. */
  readonly salvage?: boolean | undefined;
  /** Range of the map; all of it when absent. */
  readonly offset?: number | undefined;
  readonly length?: number | undefined;
  /** Added to offsets of the map to give offsets of the target. */
  readonly shift?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onBytes?: ((bytes: number) => void) | undefined;
};

export type UnreadableRange = { offset: number; length: number; readonly error: StorageErrorJson };

export type CopyOutcome = {
  /** Bytes that came from data or computed leaves; the rest were zero leaves. */
  readonly payloadBytes: number;
  /** Ranges of the map that were replaced by zeros (salvage only). */
  readonly unreadable: readonly UnreadableRange[];
};

export class CopyEngine implements AsyncDisposable {
  readonly #threads: CopyThreads | null;
  readonly #batch = new Batch();
  #ring: Uint8Array<SharedArrayBuffer> | undefined;
  /** Small files in the making: they share the second thread with large copies. */
  #lane: { lend(): Promise<void> } | undefined;

  /** `threads` 1 keeps everything in this thread, and reads only through the ByteFiles it was given. */
  constructor(options: { threads?: 1 | 2 } = {}) {
    this.#threads = options.threads === 1 ? null : new CopyThreads();
  }

  /** Starts the second thread for a job that is sure to need it: it boots while the job is planned. */
  async start(): Promise<void> {
    await this.#threads?.start();
  }

  async copy(map: AddressMap, options: CopyOptions): Promise<CopyOutcome> {
    const run = new CopyRun(map, options);
    const offset = options.offset ?? 0;
    const length = options.length ?? map.size - offset;
    const shift = options.shift ?? 0;
    this.#batch.clear(); // an earlier copy may have ended in the middle of one
    for (const extent of extentsOf(map, offset, length)) {
      for (let at = extent.offset; at < extent.offset + extent.length; ) {
        const reached = this.#batch.add(extent, at, shift);
        if (reached === at) await this.#move(run);
        else if (extent.kind === 'zero') options.onBytes?.(extent.length);
        at = reached;
      }
    }
    await this.#move(run);
    return { payloadBytes: run.payloadBytes, unreadable: run.unreadable };
  }

  /** A lane for small files; one at a time, and whoever opens it closes it before the engine. */
  fileLane<Token>(options: FileTaskOptions, outcomes: FileOutcomes<Token>): FileLane<Token> {
    const lane = new FileLane(this.#threads, options, outcomes);
    this.#lane = lane;
    return lane;
  }

  /**
   * The whole of a map of at most PIECE_SIZE bytes, synchronously, in this thread: what no lane takes, or failed in one.
   * Returns the SHA-256 when asked. Throws the error of the first unreadable leaf; `copy` can salvage the file then.
   */
  copySmall(map: AddressMap, fd: number, options: { hash: boolean; sparse: boolean }): string | undefined {
    const bytes = pieceBuffer().subarray(0, map.size);
    readMap(map, 0, bytes);
    writePiece(fd, bytes, 0, options.sparse);
    if (options.sparse) ftruncateSync(fd, map.size);
    return options.hash ? createHash('sha256').update(bytes).digest('hex') : undefined;
  }

  /** Stops the second thread. */
  async close(): Promise<void> {
    await this.#threads?.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #move(run: CopyRun): Promise<void> {
    const batch = this.#batch;
    run.options.signal?.throwIfAborted();
    const large = batch.payload >= THREADS_MIN && this.#threads !== null && batch.shareable;
    if (large) await this.#lane?.lend();
    if (!large) await run.alone(batch, 0);
    else if (run.options.hash === undefined) await run.together(batch, this.#threads!);
    else await run.hashing(batch, this.#threads!, (this.#ring ??= alignedMemory(RING_SLOTS * PIECE_SIZE)));
    run.payloadBytes += batch.payload;
    batch.clear();
  }
}

/** One call of `copy`: its options and what it has done so far. */
class CopyRun {
  readonly options: CopyOptions;
  readonly unreadable: UnreadableRange[] = [];
  payloadBytes = 0;
  readonly #map: AddressMap;
  readonly #shift: number;

  constructor(map: AddressMap, options: CopyOptions) {
    this.#map = map;
    this.options = options;
    this.#shift = options.shift ?? 0;
  }

  /** All pieces from `first` on, in this thread. */
  async alone(batch: Batch, first: number): Promise<void> {
    for (let index = first; index < batch.count; index++) {
      if ((index - first) % STEP_MAX === STEP_MAX - 1) await this.#breathe();
      const [, length, source] = pieceAt(batch.pieces, index);
      if (source === ZERO) await this.#hashZeros(length);
      else this.#piece(batch, index);
    }
  }

  /** Unordered: both threads take pieces from the table. */
  async together(batch: Batch, threads: CopyThreads): Promise<void> {
    const control = new Int32Array(new SharedArrayBuffer(4 * Control.SIZE));
    const shared = this.#share(batch, control);
    const other = threads.run({ task: 'copy', batch: { ...shared, ring: EMPTY_RING, slots: 0 } });
    let reported = 0;
    const progress = (): void => {
      const done = Atomics.load(control, Control.doneKib) * 1024;
      this.#progress(done - reported);
      reported = done;
    };
    try {
      for (let step = 0; ; step++) {
        const index = Atomics.add(control, Control.next, 1);
        if (index >= batch.count) break;
        if (batch.pieces[4 * index + 2] !== ZERO) this.#piece(batch, index);
        if (step % STEP_MAX === 0) {
          progress();
          await this.#breathe();
        }
      }
    } catch (error) {
      Atomics.store(control, Control.cancelled, 1);
      await other;
      throw error;
    }
    const failures = await other;
    progress();
    for (const failure of failures) this.#retry(batch, failure);
  }

  /** Ordered: the other thread reads and writes, this one hashes. */
  async hashing(batch: Batch, threads: CopyThreads, ring: Uint8Array<SharedArrayBuffer>): Promise<void> {
    const control = new Int32Array(new SharedArrayBuffer(4 * Control.SIZE));
    const other = threads.run({ task: 'produce', batch: { ...this.#share(batch, control), ring, slots: RING_SLOTS } });
    let index = 0;
    try {
      for (; index < batch.count; index++) {
        if (!(await this.#produced(control, index, other))) break;
        const [, length, source] = pieceAt(batch.pieces, index);
        const slot = (index % RING_SLOTS) * PIECE_SIZE;
        if (source === ZERO) await this.#hashZeros(length);
        else this.options.hash!.update(ring.subarray(slot, slot + length));
        Atomics.add(control, Control.consumed, 1);
        Atomics.notify(control, Control.consumed);
        if (source !== ZERO) this.#progress(length);
        if (index % STEP_MAX === 0) await this.#breathe();
      }
    } catch (error) {
      Atomics.store(control, Control.cancelled, 1);
      Atomics.notify(control, Control.consumed);
      await other;
      throw error;
    }
    await other;
    // Where the other thread failed, this one goes on with care: it knows how to narrow a bad read down.
    if (index < batch.count) await this.alone(batch, index);
  }

  /** Waits for the piece; false when the producer has stopped short of it. */
  async #produced(control: Int32Array, index: number, other: Promise<Failure[]>): Promise<boolean> {
    for (let waited = 0; ; waited++) {
      const produced = Atomics.load(control, Control.produced);
      if (produced > index) return true;
      if (Atomics.load(control, Control.failed) !== 0) return Atomics.load(control, Control.produced) > index;
      // The first wait covers the start of the thread, which needs this event loop.
      if (produced === 0 && index === 0) await Promise.race([new Promise((resolve) => setTimeout(resolve, 1)), other]);
      else Atomics.wait(control, Control.produced, produced, 20);
      if (waited % STEP_MAX === STEP_MAX - 1) await this.#breathe();
    }
  }

  #share(batch: Batch, control: Int32Array<SharedArrayBuffer>) {
    return {
      pieces: batch.pieces,
      count: batch.count,
      sources: batch.files.map(sourceName),
      control,
      target: this.options.target?.path ?? null,
      detectZeros: this.options.detectZeros ?? false,
    };
  }

  #piece(batch: Batch, index: number): void {
    const [at, length, source, offset] = pieceAt(batch.pieces, index);
    const bytes = pieceBuffer().subarray(0, length);
    try {
      readLeaf(batch, source, offset, bytes);
    } catch (error) {
      this.#narrow(batch, source, offset, at - this.#shift, bytes, asStorageError(error));
    }
    if (this.options.target !== null) this.#write(bytes, at);
    this.options.hash?.update(bytes);
    this.#progress(length);
  }

  /** A piece that the other thread could not move: once more, here. */
  #retry(batch: Batch, failure: Failure): void {
    if (failure !== null) this.#piece(batch, failure.piece);
  }

  #write(bytes: Uint8Array, at: number): void {
    const target = this.options.target!;
    try {
      writePiece(target.fd, bytes, at, this.options.detectZeros ?? false);
    } catch (error) {
      const base = asStorageError(error);
      const hint =
        base.code === 'ENOSPC' ? 'free space in the target and run the same command again: it resumes' : undefined;
      throw new StorageError('io', base.code, `cannot write ${target.path}: ${base.message}`, {
        image: target.path,
        offset: at,
        hint,
        cause: error,
      });
    }
  }

  /** Finds the unreadable sectors of a piece by halving; they become zeros and are listed. Without salvage: throws. */
  #narrow(
    batch: Batch,
    source: number,
    offset: number,
    mapOffset: number,
    bytes: Uint8Array,
    error: StorageError,
  ): void {
    if (this.options.salvage !== true || error.kind === 'cancelled') throw error;
    if (error.code === 'FILE_TRUNCATED' && error.at.offset !== undefined) {
      const whole = Math.max(0, error.at.offset - offset); // what stands before the end was read into `bytes`
      bytes.fill(0, whole);
      this.#recordUnreadable(mapOffset + whole, bytes.length - whole, error);
      return;
    }
    if (bytes.length <= SECTOR || (error.kind !== 'io' && wholeLeafFails(batch, source, offset, bytes))) {
      bytes.fill(0);
      this.#recordUnreadable(mapOffset, bytes.length, error);
      return;
    }
    const half = Math.max(SECTOR, Math.ceil(bytes.length / 2 / SECTOR) * SECTOR);
    for (let start = 0; start < bytes.length; start += half) {
      const part = bytes.subarray(start, Math.min(bytes.length, start + half));
      try {
        readLeaf(batch, source, offset + start, part);
      } catch (inner) {
        this.#narrow(batch, source, offset + start, mapOffset + start, part, asStorageError(inner));
      }
    }
  }

  #recordUnreadable(offset: number, length: number, error: StorageError): void {
    const last = this.unreadable.at(-1);
    if (last !== undefined && last.offset + last.length === offset && last.error.code === error.code)
      last.length += length;
    else this.unreadable.push({ offset, length, error: error.toJSON() });
  }

  /** Holes are not read, but a digest of the whole range has to see them. */
  async #hashZeros(length: number): Promise<void> {
    if (this.options.hash === undefined) return;
    for (let done = 0, step = 1; done < length; done += zeros.length, step++) {
      this.options.hash.update(zeros.subarray(0, Math.min(zeros.length, length - done)));
      if (step % STEP_MAX === 0) await this.#breathe();
    }
  }

  #progress(bytes: number): void {
    if (bytes > 0) this.options.onBytes?.(bytes);
  }

  async #breathe(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.options.signal?.throwIfAborted();
  }
}

const EMPTY_RING = new Uint8Array(new SharedArrayBuffer(0));

function readLeaf(batch: Batch, source: number, offset: number, bytes: Uint8Array): void {
  if (source <= COMPUTED) {
    batch.computed[COMPUTED - source]!.read(offset, bytes);
    return;
  }
  const file = batch.files[source]!;
  const count = file.read(offset, bytes);
  if (count < bytes.length) throw shortRead(file, offset + count);
}

/** An unreadable leaf fails alike everywhere: no use in halving it down to sectors. */
function wholeLeafFails(batch: Batch, source: number, offset: number, bytes: Uint8Array): boolean {
  if (source > COMPUTED) return false;
  const probe = new Uint8Array(1);
  const fails = (at: number): boolean => {
    try {
      batch.computed[COMPUTED - source]!.read(at, probe);
      return false;
    } catch {
      return true; // why it fails is known already; this only asks where
    }
  };
  return fails(offset) && fails(offset + bytes.length - 1) && fails(offset + (bytes.length >>> 1));
}

/** SHA-256 of a range, and what could not be read. */
export async function hashMap(
  engine: CopyEngine,
  map: AddressMap,
  options: Omit<CopyOptions, 'target' | 'hash'> = {},
): Promise<CopyOutcome & { sha256: string }> {
  const hash = createHash('sha256');
  const outcome = await engine.copy(map, { ...options, target: null, hash });
  return { ...outcome, sha256: hash.digest('hex') };
}

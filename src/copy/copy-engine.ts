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

import { createHash } from 'node:crypto';
import { ftruncateSync } from 'node:fs';
import { throwIfCancelled } from '../errors.ts';
import { alignedMemory } from '../io/aligned-memory.ts';
import type { AddressMap } from '../map/address-map.ts';
import { extentsOf } from '../map/extent.ts';
import { readMap } from '../map/read-map.ts';
import { Batch, PIECE_SIZE } from './batch.ts';
import { type CopyOptions, type CopyOutcome, CopyRun, RING_SLOTS } from './copy-run.ts';
import { CopyThreads } from './copy-threads.ts';
import type { FileTaskOptions } from './file-kernel.ts';
import { FileLane, type FileOutcomes } from './file-lane.ts';
import { pieceBuffer, writePiece } from './kernel.ts';

/** Below this a second thread costs more (45 ms to start) than it saves. */
export const THREADS_MIN = 64 * 1024 * 1024;

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
    const run = new CopyRun(options);
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
    return run.outcome;
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
    throwIfCancelled(run.options.signal);
    const large = batch.payload >= THREADS_MIN && this.#threads !== null && batch.shareable;
    if (large) await this.#lane?.lend();
    if (!large) await run.alone(batch, 0);
    else if (run.options.hash === undefined) await run.together(batch, this.#threads!);
    else await run.hashing(batch, this.#threads!, (this.#ring ??= alignedMemory(RING_SLOTS * PIECE_SIZE)));
    run.payloadBytes += batch.payload;
    batch.clear();
  }
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

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
import { throwIfCancelled } from "../errors.js";
import { alignedMemory } from "../io/aligned-memory.js";
import { extentsOf } from "../map/extent.js";
import { readMap } from "../map/read-map.js";
import { Batch, PIECE_SIZE } from "./batch.js";
import { CopyRun, RING_SLOTS } from "./copy-run.js";
import { CopyThreads } from "./copy-threads.js";
import { FileLane } from "./file-lane.js";
import { pieceBuffer, writePiece } from "./kernel.js";
/** Below this a second thread costs more (45 ms to start) than it saves. */
export const THREADS_MIN = 64 * 1024 * 1024;
export class CopyEngine {
    #threads;
    #batch = new Batch();
    #ring;
    /** Small files in the making: they share the second thread with large copies. */
    #lane;
    /** `threads` 1 keeps everything in this thread, and reads only through the ByteFiles it was given. */
    constructor(options = {}) {
        this.#threads = options.threads === 1 ? null : new CopyThreads();
    }
    /** Starts the second thread for a job that is sure to need it: it boots while the job is planned. */
    async start() {
        await this.#threads?.start();
    }
    async copy(map, options) {
        const run = new CopyRun(options);
        const offset = options.offset ?? 0;
        const length = options.length ?? map.size - offset;
        const shift = options.shift ?? 0;
        this.#batch.clear(); // an earlier copy may have ended in the middle of one
        for (const extent of extentsOf(map, offset, length)) {
            for (let at = extent.offset; at < extent.offset + extent.length;) {
                const reached = this.#batch.add(extent, at, shift);
                if (reached === at)
                    await this.#move(run);
                else if (extent.kind === 'zero')
                    options.onBytes?.(extent.length);
                at = reached;
            }
        }
        await this.#move(run);
        return run.outcome;
    }
    /** A lane for small files; one at a time, and whoever opens it closes it before the engine. */
    fileLane(options, outcomes) {
        const lane = new FileLane(this.#threads, options, outcomes);
        this.#lane = lane;
        return lane;
    }
    /**
     * The whole of a map of at most PIECE_SIZE bytes, synchronously, in this thread: what no lane takes, or failed in one.
     * Returns the SHA-256 when asked. Throws the error of the first unreadable leaf; `copy` can salvage the file then.
     */
    copySmall(map, fd, options) {
        const bytes = pieceBuffer().subarray(0, map.size);
        readMap(map, 0, bytes);
        writePiece(fd, bytes, 0, options.sparse);
        if (options.sparse)
            ftruncateSync(fd, map.size);
        return options.hash ? createHash('sha256').update(bytes).digest('hex') : undefined;
    }
    /** Stops the second thread. */
    async close() {
        await this.#threads?.close();
    }
    async [Symbol.asyncDispose]() {
        await this.close();
    }
    async #move(run) {
        const batch = this.#batch;
        throwIfCancelled(run.options.signal);
        const large = batch.payload >= THREADS_MIN && this.#threads !== null && batch.shareable;
        if (large)
            await this.#lane?.lend();
        if (!large)
            await run.alone(batch, 0);
        else if (run.options.hash === undefined)
            await run.together(batch, this.#threads);
        else
            await run.hashing(batch, this.#threads, (this.#ring ??= alignedMemory(RING_SLOTS * PIECE_SIZE)));
        run.payloadBytes += batch.payload;
        batch.clear();
    }
}
/** SHA-256 of a range, and what could not be read. */
export async function hashMap(engine, map, options = {}) {
    const hash = createHash('sha256');
    const outcome = await engine.copy(map, { ...options, target: null, hash });
    return { ...outcome, sha256: hash.digest('hex') };
}

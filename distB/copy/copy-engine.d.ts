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
import type { AddressMap } from '../map/address-map.ts';
import { type CopyOptions, type CopyOutcome } from './copy-run.ts';
import type { FileTaskOptions } from './file-kernel.ts';
import { FileLane, type FileOutcomes } from './file-lane.ts';
/** Below this a second thread costs more (45 ms to start) than it saves. */
export declare const THREADS_MIN: number;
export declare class CopyEngine implements AsyncDisposable {
    #private;
    /** `threads` 1 keeps everything in this thread, and reads only through the ByteFiles it was given. */
    constructor(options?: {
        threads?: 1 | 2;
    });
    /** Starts the second thread for a job that is sure to need it: it boots while the job is planned. */
    start(): Promise<void>;
    copy(map: AddressMap, options: CopyOptions): Promise<CopyOutcome>;
    /** A lane for small files; one at a time, and whoever opens it closes it before the engine. */
    fileLane<Token>(options: FileTaskOptions, outcomes: FileOutcomes<Token>): FileLane<Token>;
    /**
     * The whole of a map of at most PIECE_SIZE bytes, synchronously, in this thread: what no lane takes, or failed in one.
     * Returns the SHA-256 when asked. Throws the error of the first unreadable leaf; `copy` can salvage the file then.
     */
    copySmall(map: AddressMap, fd: number, options: {
        hash: boolean;
        sparse: boolean;
    }): string | undefined;
    /** Stops the second thread. */
    close(): Promise<void>;
    [Symbol.asyncDispose](): Promise<void>;
}
/** SHA-256 of a range, and what could not be read. */
export declare function hashMap(engine: CopyEngine, map: AddressMap, options?: Omit<CopyOptions, 'target' | 'hash'>): Promise<CopyOutcome & {
    sha256: string;
}>;

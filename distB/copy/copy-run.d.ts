/** One copy of a range: what it was asked for, what it has done so far, and the three ways to move a batch. */
import type { Hash } from 'node:crypto';
import { type Batch } from './batch.ts';
import { type UnreadableRange } from './careful-read.ts';
import type { CopyThreads } from './copy-threads.ts';
export declare const RING_SLOTS = 6;
export type CopyOptions = {
    /** Path of an existing file to write into, with a descriptor open for writing on it; null moves bytes to nowhere. */
    readonly target: {
        readonly path: string;
        readonly fd: number;
    } | null;
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
export type CopyOutcome = {
    /** Bytes that came from data or computed leaves; the rest were zero leaves. */
    readonly payloadBytes: number;
    /** Ranges of the map that were replaced by zeros (salvage only). */
    readonly unreadable: readonly UnreadableRange[];
};
export declare class CopyRun {
    #private;
    readonly options: CopyOptions;
    payloadBytes: number;
    constructor(options: CopyOptions);
    get outcome(): CopyOutcome;
    /** All pieces from `first` on, in this thread. */
    alone(batch: Batch, first: number): Promise<void>;
    /** Unordered: both threads take pieces from the table. */
    together(batch: Batch, threads: CopyThreads): Promise<void>;
    /** Ordered: this thread does all of it until the other arrives; from there on that one reads and writes, this one hashes. */
    hashing(batch: Batch, threads: CopyThreads, ring: Uint8Array<SharedArrayBuffer>): Promise<void>;
}

/**
 * Comparing by bytes: pieces that nothing else decided, gathered into batches, compared by two threads, told in order.
 *
 * Invariants:
 * 1. A byte is read once on either side. Only after a failed read is its piece read again, in smaller parts.
 * 2. Differences come in the order of the disk, whoever found them.
 * 3. Memory is bounded: one batch (1.2 MiB of tables) and two buffers of 1 MiB for each thread.
 * 4. The event loop runs at least every STEP_MAX pieces, for signals and progress.
 */
import type { CopyThreads } from '../copy/copy-threads.ts';
import type { ByteFile } from '../io/byte-file.ts';
import type { ComputedBytes } from '../map/address-map.ts';
import type { Extent } from '../map/extent.ts';
import type { RangeJoiner } from './diff-ranges.ts';
export type ComparisonOptions = {
    readonly threads: CopyThreads | null;
    readonly joiner: RangeJoiner;
    readonly signal?: AbortSignal | undefined;
    readonly onBytes?: ((bytes: number) => void) | undefined;
};
export declare class ByteComparison {
    #private;
    /** Bytes of the disk that were compared, the same ones where they are equal, and bytes read for it. */
    compared: number;
    equal: number;
    read: number;
    constructor(options: ComparisonOptions);
    /** True when the batch has to be compared before more can be added. */
    get isFull(): boolean;
    /** Adds the start of a range, up to the next MiB of the disk; returns the bytes taken: 0 when the batch is full. */
    add(offset: number, length: number, before: Side, after: Side): number;
    /** Compares what was added and tells what differs. */
    run(): Promise<void>;
}
/** One side of what is compared, from its `offset` on. */
export type Side = {
    readonly kind: 'data';
    readonly file: ByteFile;
    readonly offset: number;
} | {
    readonly kind: 'zero';
    readonly offset: number;
} | {
    readonly kind: 'computed';
    readonly source: ComputedBytes;
    readonly offset: number;
};
/** The side that an extent holds, `distance` bytes into the map it belongs to. */
export declare function sideOf(extent: Extent, at: number): Side;
export declare function shifted(side: Side, distance: number): Side;

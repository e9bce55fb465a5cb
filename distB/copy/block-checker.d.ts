/**
 * Compares blocks of a map with their fingerprints, in two threads where there is enough to do.
 *
 * 1. Every byte of the blocks is read once; only after a failed read are single blocks read again.
 * 2. Blocks that are stored nowhere and have to be zero are not read at all.
 * 3. Memory is bounded: BATCHES of them, one item per thread.
 */
import type { AddressMap } from '../map/address-map.ts';
/** Below this a second thread costs more to start than it saves. */
export declare const THREADS_MIN: number;
/** Neighbouring blocks. */
export type BlockRun = {
    readonly first: number;
    readonly count: number;
};
export type CheckRequest = {
    readonly map: AddressMap;
    /** Bytes under one fingerprint, at most 1 MiB. */
    readonly blockSize: number;
    /** What to check, ascending. */
    readonly runs: Iterable<BlockRun>;
    /** Copies the fingerprints that blocks have to have, side by side; sixteen zeros: all zeros. */
    readonly expected: (block: number, count: number, target: Uint8Array, at: number) => void;
    /** Told of each block that is not as expected, in order within a batch. */
    readonly onBad: (block: number, verdict: 'differs' | 'unreadable') => void;
    /** Told of each such block some time before `onBad` is. */
    readonly onBadSoon?: ((block: number) => void) | undefined;
    /** Receives the SHA-256 of each block that should hold anything but zeros. */
    readonly onDigest?: ((block: number, digest: Uint8Array) => void) | undefined;
    readonly signal?: AbortSignal | undefined;
    readonly onBytes?: ((bytes: number) => void) | undefined;
};
export declare class BlockChecker implements AsyncDisposable {
    #private;
    /** `threads` 1 keeps everything in this thread. */
    constructor(options?: {
        threads?: 1 | 2;
    });
    /** Has the other thread boot meanwhile, where so much is going to be read that it will be used. */
    expect(bytes: number): void;
    /**
     * The other thread always has a batch to go on with: while this one plans, and tells what was found in an older one,
     * which may have it wait for the disk. In between, this one helps with the oldest.
     */
    check(request: CheckRequest): Promise<void>;
    close(): Promise<void>;
    [Symbol.asyncDispose](): Promise<void>;
}

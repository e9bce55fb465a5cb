/**
 * Work for the copy threads: a table of pieces in shared memory, taken by whoever is free.
 *
 * A piece is at most PIECE_SIZE bytes of one leaf. Four numbers each: where it belongs in the target, its length, its
 * source (>= 0: index into `sources`; ZERO; COMPUTED - k: the k-th computed leaf, which only the planning thread can
 * make), and its offset in the source. A batch is bounded, so memory does not grow with the image or its fragmentation.
 */
import type { ByteFile } from '../io/byte-file.ts';
import type { ComputedBytes } from '../map/address-map.ts';
import type { Extent } from '../map/extent.ts';
export declare const PIECE_SIZE: number;
/** 16 K pieces: a 512 KiB table, and at most 16 GiB of work. */
export declare const PIECES_MAX = 16384;
export declare const ZERO = -1;
export declare const COMPUTED = -2;
/** Slots of the control words that all threads share. */
export declare const Control: {
    readonly next: 0;
    readonly cancelled: 1;
    readonly doneKib: 2;
    readonly produced: 3;
    readonly consumed: 4;
    readonly failed: 5;
    readonly SIZE: 8;
};
/** Behind any piece. */
export declare const TAKEN_OVER: number;
/** What crosses to a worker: names and numbers, never handles. */
export type SharedBatch = {
    readonly pieces: Float64Array<SharedArrayBuffer>;
    readonly count: number;
    readonly sources: readonly string[];
    readonly control: Int32Array<SharedArrayBuffer>;
    readonly target: string | null;
    readonly detectZeros: boolean;
};
export declare class Batch {
    #private;
    readonly pieces: Float64Array<SharedArrayBuffer>;
    readonly files: ByteFile[];
    readonly computed: ComputedBytes[];
    count: number;
    /** Bytes that have to be read or made. */
    payload: number;
    /** Every source can be opened by another thread, and nothing is computed. */
    get shareable(): boolean;
    /** Adds pieces of the extent from `from` on; returns the offset reached: the extent's end, or less when full. */
    add(extent: Extent, from: number, delta: number): number;
    clear(): void;
}

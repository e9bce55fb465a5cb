/**
 * Gives back what a VHDX occupies for nothing: blocks that hold zeros only, space kept by blocks that are gone, sector
 * bitmaps that no block needs, and gaps, by moving the last blocks of the file into them. The guest's bytes, and with
 * them DataWriteGuid, stay: children stay valid.
 *
 * A block is copied, the copy is durable before the commit that points to it (W2), and its old place is not reused
 * before that commit either. A cut anywhere leaves a sound file, less compact than it will be.
 */
import type { WritableFile } from '../io/file-store.ts';
import { type SessionOptions } from './write-session.ts';
export type CompactOptions = Pick<SessionOptions, 'newGuid'> & {
    readonly name?: string | undefined;
    /** Reads every block to find those that hold zeros only. */
    readonly findZeros: boolean;
};
/** Work done so far, in blocks of both passes. */
export type Step = {
    readonly done: number;
    readonly total: number;
};
export type CompactOutcome = {
    readonly zeroBlocks: number;
    readonly movedBlocks: number;
    readonly sizeBefore: number;
    readonly sizeAfter: number;
};
/** Does the work step by step; whoever drives it may stop after any of them. Owns the file. */
export declare function compactVhdx(file: WritableFile, options: CompactOptions): Generator<Step, CompactOutcome>;

/**
 * Merges a differencing disk into its parent, in place, so that a cut at any moment loses nothing:
 *
 *   1  the child says that its parent is also known as G, a fresh GUID (parent_linkage2, one commit of its log)
 *   2  the parent becomes G, before its first byte changes (W1): other children of it are refused from then on
 *   3  what the child holds is written to the parent, zeros are trimmed there; the child reads as before all the while,
 *      for it changes only what the child covers
 *   4  the parent takes the child's DataWriteGuid when it is complete and durable: the child's children find it by that
 *   5  the child takes a DataWriteGuid that follows from the one it gave away: nothing names it any more, and it can go
 *
 * Up to 4 the child over its parent is the disk, from 4 on the parent alone. A merge that was interrupted is done again
 * from its start; after step 4 only step 5 is left, and after that nothing, which the child's new identity tells.
 */
import type { WritableFile } from '../io/file-store.ts';
import type { Step } from './compact-vhdx.ts';
export type MergeOutcome = {
    /** The identity that the parent has now. */
    readonly dataWriteGuid: string;
    readonly writtenBytes: number;
    readonly zeroBytes: number;
    /** An earlier run had merged everything already. */
    readonly wasMerged: boolean;
};
export type MergeOptions = {
    readonly newGuid?: (() => string) | undefined;
};
/** Does the work step by step; whoever drives it may stop after any of them. Owns both files. */
export declare function mergeVhdx(files: {
    readonly child: WritableFile;
    readonly parent: WritableFile;
}, options?: MergeOptions): Generator<Step, MergeOutcome>;

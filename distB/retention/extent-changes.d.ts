/** What a clone changed, told by where the blocks of two files lie on their device. */
import type { ChangedRange } from './usage.ts';
/** A part of a file and where it lies. Ascending, without overlap; holes are left out. Bytes. */
export type PlacedRange = {
    readonly offset: number;
    readonly length: number;
    readonly physical: number;
    /** Equal addresses of two trusted ranges mean equal bytes. */
    readonly trusted: boolean;
};
/**
 * The ranges in which `current` does not share its blocks with the same place of `previous`: stored anew, or given up.
 * Blocks that do not tell where they are count as not shared.
 */
export declare function extentChanges(previous: Iterable<PlacedRange>, current: Iterable<PlacedRange>): Generator<ChangedRange>;

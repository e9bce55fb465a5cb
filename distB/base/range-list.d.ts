/**
 * Sorted, disjoint ranges of bytes in one flat array: what changed on a disk, asked about once for every run of every
 * file. 16 bytes a range.
 *
 * Invariants:
 * 1. Ranges are ascending, and at least `gap` bytes apart; `gap` is 1 (ranges that touch are one) until memory is full.
 * 2. At most `max` ranges are held: beyond that `gap` doubles until they fit, so the list covers a little more than was
 *    added, never less. `isCoarse` tells.
 */
export declare class RangeList {
    #private;
    constructor(max?: number);
    get count(): number;
    /** The list covers bytes that were never added, because there were too many ranges. */
    get isCoarse(): boolean;
    /** Bytes covered. */
    get bytes(): number;
    startOf(index: number): number;
    endOf(index: number): number;
    /** Adds a range that does not start before the last one. */
    add(offset: number, length: number): void;
    /** Index of the first range that ends behind `offset`; `count` when there is none. */
    firstEndingAfter(offset: number): number;
    touches(offset: number, length: number): boolean;
    /** The parts of a range that are covered, ascending, given to `take` as offset and length. */
    within(offset: number, length: number, take: (offset: number, length: number) => void): void;
}

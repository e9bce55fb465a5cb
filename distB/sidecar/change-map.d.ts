/**
 * Which ranges of a disk changed from one state to the next: ascending, apart from each other, in bytes.
 *
 * 1. It may say too much, never too little: beyond RANGES_MAX ranges, those that lie closer together than a unit are
 *    joined, and the unit doubles until they fit. So memory stays below 16 MiB for any disk.
 * 2. With the unit at UNIT_MIN it is exact at the precision of whoever filled it.
 */
/** Bytes are compared in pieces of this: the cluster of nearly every volume, the page of the host. */
export declare const UNIT_MIN = 4096;
export type Range = {
    readonly offset: number;
    readonly length: number;
};
export declare class ChangeMap {
    #private;
    static of(ranges: Iterable<Range>): ChangeMap;
    /** Ranges. */
    get count(): number;
    /** A range may be too large by less than this at each end, when it is above UNIT_MIN. */
    get unit(): number;
    /** Sum of all lengths. */
    get bytes(): number;
    /** Adds a range that starts no earlier than the last one does. */
    add(offset: number, length: number): void;
    ranges(): Generator<Range>;
    /** The ranges that reach into this one, clipped to it. */
    within(offset: number, length: number): Generator<Range>;
    /** What changed over two steps. */
    union(other: ChangeMap): ChangeMap;
    /** The same and what lies between two sizes: of the smaller disk that is nothing, which reads as zeros. */
    resized(before: number, after: number): ChangeMap;
    /** Without what lies at or past `size`. */
    clip(size: number): ChangeMap;
    encode(): Uint8Array;
    /** The map, or null when the ranges do not ascend or leave the disk. `read` is called for one entry after another. */
    static decode(count: number, unit: number, size: number, entry: (index: number) => Range): ChangeMap | null;
}

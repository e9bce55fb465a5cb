/** Two maps walked side by side: where each part of either lives, in pieces that are whole on both sides. */
import { type AddressMap, type ExtentSink } from '../map/address-map.ts';
import { type Extent } from '../map/extent.ts';
/** Both extents hold the pair; they may start before it. */
export type LeafPair = {
    readonly offset: number;
    readonly length: number;
    readonly before: Extent;
    readonly after: Extent;
};
/** Pairs in order, without gaps, that cover both maps; they must be of one size. */
export declare function leafPairs(before: AddressMap, after: AddressMap): Generator<LeafPair>;
/** A map with zeros behind its end: disks of different sizes are compared as if the smaller one went on. */
export declare class PaddedMap implements AddressMap {
    #private;
    readonly size: number;
    constructor(map: AddressMap, size: number);
    resolve(offset: number, length: number, at: number, sink: ExtentSink): void;
}

/**
 * The block list of one store as a sorted index: for each block of the original volume that the store knows something
 * of, where its bytes are. Nine bytes a block, so that lists of millions stay small.
 *
 * Rules of the list, in its order:
 * 1. A descriptor whose original block is the target of an earlier forwarder continues that forwarder's chain: it takes
 *    over its original block. (The file system moved X to Y, then wrote to Y: the bytes of X are in the store now.)
 * 2. A later regular or forwarding descriptor replaces an earlier one of the same block. One that forwards a block to
 *    itself says that the bytes are back in their place.
 * 3. Overlays lie over whatever the block has: each brings the sectors that its bitmap names, later ones win.
 */
import { type RecordVolume } from './record.ts';
export declare const BASE: {
    readonly none: 0;
    readonly stored: 1;
    readonly forwarder: 2;
};
export declare class BlockIndex {
    /** Original blocks in ascending order, each once. */
    readonly blocks: Uint32Array;
    /** BASE of each. */
    readonly bases: Uint8Array;
    /** Block of the store's volume that holds the copy, or of the original volume to read instead. */
    readonly targets: Uint32Array;
    /** Overlays by ascending original block, in list order within one block. */
    readonly overlayBlocks: Uint32Array;
    readonly overlayTargets: Uint32Array;
    readonly overlayBitmaps: Uint32Array;
    constructor(base: Descriptors, overlays: Descriptors, overlayBitmaps: Uint32Array);
    /** Position of the first entry whose block is not below this one. */
    firstNotBelow(block: number): number;
    /** Position of the first overlay of this block or a later one. */
    firstOverlay(block: number): number;
}
/** Descriptors in list order, growing. */
declare class Descriptors {
    originals: Uint32Array<ArrayBuffer>;
    targets: Uint32Array<ArrayBuffer>;
    kinds: Uint8Array<ArrayBuffer>;
    count: number;
    add(original: number, target: number, kind: number): void;
}
export type BlockListOptions = {
    /** Holds the store. */
    readonly storage: RecordVolume;
    /** Volume offset of the first record. */
    readonly first: number;
    /** Bytes of the original volume when the copy was made. */
    readonly volumeSize: number;
};
/** Reads the whole list. Throws VSS_RECORD_* and VSS_DESCRIPTOR_*: a list with a gap can answer nothing. */
export declare function readBlockIndex({ storage, first, volumeSize }: BlockListOptions): BlockIndex;
export {};

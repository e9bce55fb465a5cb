/**
 * What a thread does to compare two disks by bytes: takes a piece from a shared table, reads both sides into page-aligned
 * memory, and marks the sectors that differ in a bitmap that is shared too. No message crosses for a piece.
 *
 * A piece lies inside one MiB of the disk, so its sectors fit in BITMAP_SIZE bytes; bit k stands for the k-th sector of
 * the disk from the one in which the piece starts. Sectors that a piece holds in part count for that part.
 */
/** Differences are found to this precision, counted from the start of the disk. */
export declare const SECTOR_SIZE = 512;
export declare const BITMAP_SIZE: number;
/** Numbers of a piece: where it is on the disk, its length, and source and offset of either side. */
export declare const COLUMNS = 6;
export declare const PieceState: {
    readonly open: 0;
    readonly equal: 1;
    readonly differs: 2;
    readonly failed: 3;
};
/** What crosses to a worker: names and numbers, never handles. */
export type SharedComparison = {
    readonly pieces: Float64Array<SharedArrayBuffer>;
    readonly count: number;
    readonly sources: readonly string[];
    readonly control: Int32Array<SharedArrayBuffer>;
    readonly states: Uint8Array<SharedArrayBuffer>;
    readonly bitmaps: Uint8Array<SharedArrayBuffer>;
};
/** Fills `target` with the bytes of one side of a piece; throws where it cannot. */
export type ReadSide = (source: number, offset: number, target: Uint8Array) => void;
/** Compares the piece with this number and leaves its state and its bitmap in the batch. Throws what reading throws. */
export declare function comparePiece(batch: SharedComparison, index: number, read: ReadSide): void;
/** Takes pieces until none is left. Runs in a worker; what is computed, or fails, is left to the planning thread. */
export declare function comparePieces(batch: SharedComparison): void;
/** One of the sides can only be made by whoever holds the maps. */
export declare function isComputed({ pieces }: SharedComparison, index: number): boolean;

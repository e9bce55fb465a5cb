/**
 * BAT entries and sector bitmaps of a file that is being written, as they will be at the next commit.
 *
 * 1. An entry is judged before it is followed: what breaks the rules of bat.ts is never written to.
 * 2. A sector bitmap's bits count only while their block is partially present. They are cleared when it becomes so: an
 *    earlier life of the block may have left some.
 */
import { type Bat, type BatGeometry } from './bat.ts';
import { type MetadataPages } from './metadata-pages.ts';
import { SpaceMap } from './space-map.ts';
export declare class BlockTable {
    #private;
    readonly geometry: BatGeometry;
    constructor(bat: Bat, pages: MetadataPages, disk: {
        virtualDiskSize: number;
        logicalSectorSize: number;
    });
    /** State of a payload block. Throws corrupt for one that is not in the format. */
    state(block: number): number;
    /** File offset of a block that is present; of one that is not, the space it still holds, or 0. */
    fileOffset(block: number): number;
    /** An entry as it stands, judged by nobody: state and file offset. */
    rawEntry(index: number): [state: number, fileOffset: number];
    /** True when the block's entry carries a file offset, whatever its state. */
    hasPlace(block: number): boolean;
    /** True when the chunk has an entry for a sector bitmap, and the entry says that there is one. */
    hasBitmap(chunk: number): boolean;
    set(block: number, state: number, fileOffset: number): void;
    /** File offset of the sector bitmap block of this block's chunk, or null when there is none. */
    bitmapOffset(block: number): number | null;
    setBitmap(block: number, fileOffset: number): void;
    clearBitmap(chunk: number): void;
    chunkOf(block: number): number;
    /** Clears the bits of the block, from this byte of it on. */
    clearBits(block: number, from?: number): void;
    /** Marks bytes of the block as held by this file. */
    setPresent(block: number, from: number, length: number): void;
    /** True when every sector of the block that is on the disk is held by this file. */
    isComplete(block: number): boolean;
    /** What structures and blocks occupy. Reads the whole BAT. Throws corrupt when two of them share a MiB. */
    survey(): SpaceMap;
    /** Orders pages for commits of several entries: bitmaps before the BAT, and of it the entries of bitmaps first. */
    commitOrder(a: {
        readonly offset: number;
    }, b: {
        readonly offset: number;
    }): number;
}

/**
 * Space for blocks inside the file of a VHDX.
 *
 * 1. Space at the end of the file is made by extending it and is zero; space used before holds somebody's old bytes.
 * 2. Released space is taken again only after `settle`: before that, what replaces it may be lost in a cut, and the old
 *    owner be back.
 * 3. A block that is written as a whole takes free space first. One that is written in part would have to be filled
 *    with zeros there, so it extends the file, unless an eighth of the file lies free.
 * 4. One bit for each MiB of the file: 8 MiB for 64 TiB.
 */
import type { WritableFile } from '../io/file-store.ts';
import { SpaceMap } from './space-map.ts';
export type Space = {
    readonly fileOffset: number;
    readonly isZero: boolean;
};
export declare class BlockAllocator {
    #private;
    constructor(file: WritableFile, survey: (() => SpaceMap) | null);
    /** MiB inside the file that nothing uses. */
    get freeUnits(): number;
    /** Takes a multiple of 1 MiB. The file is long enough when this returns; its size is durable with its next flush. */
    allocate(length: number, isWhole: boolean): Space;
    /** Free space that ends at or before `limit`, or null: what blocks are moved into. */
    allocateBelow(length: number, limit: number): number | null;
    /** Gives space back; it is taken again after the next `settle` at the earliest. */
    release(fileOffset: number, length: number): void;
    /** No durable structure refers any more to what was released. */
    settle(): void;
    /** Where the last thing in use ends. */
    usedEnd(): number;
    /** Bytes in use: how long the file would be without gaps. */
    usedBytes(): number;
}

/**
 * The block allocation table (MS-VHDX 2.5): for each payload block its state and its place in the file.
 *
 * 1. After every `chunkRatio` payload entries stands the entry of their sector bitmap, in fixed and dynamic disks too:
 *    payload block b is entry b + floor(b / chunkRatio).
 * 2. Entries are looked at through pages (table-pages.ts), never held as a whole.
 * 3. A run is a stretch of blocks that resolve alike; finding it costs a few ns for each entry, and no memory.
 * 4. An entry outside the rules makes its own blocks unreadable and no others.
 */
import type { AddressMap } from '../map/address-map.ts';
import { type RegionEntry } from './format.ts';
import type { DiskParameters } from './metadata-items.ts';
import type { Structure } from './region-table.ts';
import { type TablePages } from './table-pages.ts';
export declare const SECTOR_BITMAP_SIZE: number;
/** What the blocks of a run are: `absent` asks the parent (zeros without one), `bad` cannot be read. */
export type BlockKind = 'absent' | 'zero' | 'present' | 'partial' | 'bad';
export type BlockRun = {
    readonly kind: BlockKind;
    readonly count: number;
    /** Where the first block is in the file (`present`, `partial`); the others follow it there. */
    readonly fileOffset: number;
};
export type BatEntry = {
    readonly state: number;
    readonly reserved: number;
    readonly fileOffset: number;
    /** File offset of the entry itself. */
    readonly at: number;
};
/** What is wrong with an entry. */
export type BatDefect = {
    readonly code: string;
    readonly message: string;
};
/** Counts that follow from the disk's parameters. */
export type BatGeometry = {
    readonly blockSize: number;
    readonly chunkRatio: number;
    readonly blockCount: number;
    readonly bitmapCount: number;
    readonly entryCount: number;
};
export declare function batGeometry(disk: DiskParameters): BatGeometry;
export declare class Bat {
    #private;
    readonly geometry: BatGeometry;
    readonly hasParent: boolean;
    readonly region: RegionEntry;
    /** Structures that no block may share a MiB with. */
    readonly structures: readonly Structure[];
    /** Throws corrupt when the region is too small for the disk. */
    constructor(options: {
        readonly file: AddressMap;
        readonly pages: TablePages;
        readonly region: RegionEntry;
        readonly disk: DiskParameters;
        readonly structures: readonly Structure[];
        readonly image: string;
    });
    payloadIndex(block: number): number;
    bitmapIndex(chunk: number): number;
    /** The entry of this index. Throws the StorageError of a failing read. */
    entry(index: number): BatEntry;
    /** The run that starts at this block and goes on to at most `end` (exclusive). Never throws for damage. */
    runAt(block: number, end: number): BlockRun;
    /** What is wrong with a payload entry that is backed by the file, or null. */
    findPayloadDefect(state: number, fileOffset: number): BatDefect | null;
    /** What is wrong with the entry of a sector bitmap that a partially present block needs, or null. */
    findBitmapDefect(state: number, fileOffset: number): BatDefect | null;
    place(at: number): {
        image: string;
        structure: string;
        offset: number;
    };
}

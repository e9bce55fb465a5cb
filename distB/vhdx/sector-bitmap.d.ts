/**
 * Sector bitmap blocks (MS-VHDX 2.5.2): one bit for each sector of a chunk, lowest bit first. Set: the sector is in this
 * file. Clear: it is the parent's. Scanned 32 bits at a time; a payload block's bits always start on a 32-bit word.
 */
import { type TablePages } from './table-pages.ts';
/** Bits that a bad sector costs. */
export declare const BITS_IN_BAD_UNIT: number;
export type SectorRun = {
    readonly present: boolean;
    readonly count: number;
};
/**
 * The run of equal bits from `sector` to at most `end` (exclusive), both counted in the chunk whose bitmap starts at
 * this file offset. Ends at a page's end at the latest, and before a bad sector. Throws the StorageError of a bitmap that
 * cannot be read there.
 */
export declare function sectorRunAt(pages: TablePages, bitmapOffset: number, sector: number, end: number): SectorRun;

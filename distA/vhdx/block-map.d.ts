/**
 * The virtual disk as an address map: BAT entries and sector bitmaps turned into leaves of this file and of the parent.
 *
 * 1. NOT_PRESENT asks the parent; without one it reads as zero. UNDEFINED, ZERO and UNMAPPED read as zero and never ask
 *    the parent, whatever file offset their entries still carry.
 * 2. A byte that the file does not hold is never given as zero: where the end of the file cuts a block, the rest of it
 *    is unreadable. What a block holds past the end of the disk need not be in the file (qemu has written such files).
 * 3. Past the end of a smaller parent everything is zero.
 */
import { type AddressMap, type ExtentSink } from '../map/address-map.ts';
import type { Bat } from './bat.ts';
import type { TablePages } from './table-pages.ts';
export declare class BlockMap implements AddressMap {
    #private;
    readonly size: number;
    constructor(options: {
        readonly bat: Bat;
        readonly file: AddressMap;
        readonly pages: TablePages;
        readonly parent: AddressMap | null;
        readonly size: number;
        readonly sectorSize: number;
    });
    resolve(offset: number, length: number, at: number, sink: ExtentSink): void;
    /**
     * The same without the parent: what this file does not hold is told to `below` instead, as ranges of the disk. Other
     * leaves come in order, with gaps where `below` was called.
     */
    resolveOwn(offset: number, length: number, sink: ExtentSink, below: (start: number, stop: number) => void): void;
}

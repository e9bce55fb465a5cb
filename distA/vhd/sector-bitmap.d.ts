/**
 * The bitmap before each block: one bit for each sector, the highest bit of a byte first. Set: the sector is in this
 * block. Clear: it is the parent's (differencing) or zero (dynamic).
 */
import type { AddressMap } from '../map/address-map.ts';
export declare class SectorBitmaps {
    #private;
    /** Bytes that a bitmap takes in the file: whole sectors. */
    readonly size: number;
    constructor(container: AddressMap, blockSize: number);
    /** The bits of the block whose bitmap is at `offset`; valid until the next call. Keeps the last one. */
    read(offset: number): Uint8Array;
}
export declare function isSet(bits: Uint8Array, sector: number): boolean;
/** The first sector from `sector` to `end` whose bit differs from that of `sector`. */
export declare function endOfRun(bits: Uint8Array, sector: number, end: number): number;

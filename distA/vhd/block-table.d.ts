/**
 * The block allocation table: for each block the sector where it begins, or UNALLOCATED.
 *
 * Invariant: at most PAGES_MAX pages of it are in memory, however large the disk; of a page that cannot be read as a whole
 * each entry is read by itself, so that a bad sector is an error for its own blocks only.
 */
import { StorageError } from '../errors.ts';
import type { AddressMap } from '../map/address-map.ts';
export declare class BlockTable {
    #private;
    /** Entries that the file really holds. */
    readonly length: number;
    /** A table of `entries` at `offset`; what lies beyond the container is left out of `length`. */
    constructor(container: AddressMap, offset: number, entries: number, image: string);
    /** Sector of the block; `index` is below `length`. Throws what reading the table throws. */
    entry(index: number): number;
    /** Offset in the file of the block's entry. */
    placeOf(index: number): number;
    /** Why blocks from `length` on have no entry. */
    missing(index: number): StorageError;
    invalid(index: number, offset: number, why: string): StorageError;
}

/**
 * Pages of BAT and sector bitmaps, read when needed. A 64 TiB disk of 1 MiB blocks has 513 MiB of BAT, and a chain can
 * be a thousand disks deep: what is held must depend on neither.
 *
 * 1. At most SLOTS pages are held over all open images of the process, in one page-aligned block of memory; the page
 *    used longest ago makes room. A closed image's pages age out.
 * 2. A page's bytes are valid until the next page is asked for, by anybody: take values out, then go on.
 * 3. Of a page that is looked at in places only these are read, and more with each further one: a child deep in a chain has
 *    few blocks, whose bits lie far apart, and there are hundreds of such children.
 * 4. A bad sector costs what stands in it: a page that the disk refuses is read in smaller pieces, and what is bad of it is
 *    marked. One that is asked for again is tried again.
 */
import { StorageError } from '../errors.ts';
import type { AddressMap } from '../map/address-map.ts';
export declare const PAGE_SIZE: number;
/** What cannot be read is found to this precision. */
export declare const BAD_UNIT = 512;
export type TablePage = {
    readonly bytes: Uint8Array;
    readonly view: DataView;
    /** Where what was read ends, before what was asked for where the file ends; the rest is left over from another page. */
    length: number;
    /** What of it the disk refuses, or null. */
    bad: BadUnits | null;
};
/** The error, and 1 for each BAD_UNIT of the page that has it. */
type BadUnits = {
    readonly error: StorageError;
    readonly units: Uint8Array;
};
/** Where what can be used of the page ends that starts at the byte `at`; `at` itself where that is bad. */
export declare function goodEnd({ bad, length }: TablePage, at: number): number;
/** The pages of one file. */
export declare class TablePages {
    #private;
    constructor(file: AddressMap);
    /**
     * The page that starts at `page * PAGE_SIZE`, read only as far as the byte `end` of the file, where what is looked at
     * ends. `at`: the byte of it that is wanted first. What the disk refuses is marked (see `goodEnd`).
     */
    page(page: number, end: number, at: number): TablePage;
    /** The same page, of which only the bytes from `start` up to `end`, counted within the page, have to be there or marked. */
    part(page: number, start: number, end: number): TablePage;
}
export {};

/**
 * Pages on demand, extent by extent, from the files of a database. At most EXTENTS_MAX extents are held, whatever the
 * database's size. A page is judged when it comes in; a bad one is refused unless the caller can live with it.
 */
import { StorageError } from '../errors.ts';
import type { AddressMap } from '../map/address-map.ts';
import { Page, type PageAddress } from './page.ts';
export declare class PageReader {
    #private;
    readonly name: string;
    /** Files by file id: 1 is the primary. */
    constructor(files: ReadonlyMap<number, AddressMap>, name: string);
    get fileIds(): readonly number[];
    /** Whole pages of this file; 0 for a file that is not here. */
    pageCount(file: number): number;
    has(address: PageAddress): boolean;
    /** The page, which proves itself. Throws a StorageError for one that is missing, unreadable or bad. */
    page(file: number, number: number): Page;
    /** The page as it is, with what is wrong with it. Throws only for a page that is missing or unreadable. */
    suspect(file: number, number: number): {
        readonly page: Page;
        readonly error: StorageError | null;
    };
    /** What the page's header says it belongs to, sound or not; null for one that cannot be read. */
    allocationUnitId(file: number, number: number): bigint | null;
}

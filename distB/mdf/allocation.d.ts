/**
 * Which pages belong to whom. PFS pages say of every page whether it is allocated; the IAM chain of an allocation unit
 * says which pages are its own, across extents and files.
 */
import { type PageAddress } from './page.ts';
import type { PageReader } from './page-reader.ts';
import type { OnDamage } from './record.ts';
export declare const PFS_INTERVAL = 8088;
export declare const PFS: {
    readonly fullness: 7;
    readonly ghosts: 8;
    readonly iam: 16;
    readonly mixed: 32;
    readonly allocated: 64;
};
export declare const GAM_EXTENTS = 63904;
export declare const GAM_INTERVAL: number;
/** Number of the PFS page that covers this page. */
export declare function pfsPageOf(page: number): number;
export declare class Allocation {
    #private;
    constructor(pages: PageReader, onDamage: OnDamage);
    /** The PFS byte of a page, or null where the PFS page is lost. */
    pfs(file: number, page: number): number | null;
    /** Where the PFS page is lost every page may be allocated. */
    isAllocated(file: number, page: number): boolean;
    /** Allocated, and no allocation map itself. */
    mayHoldRows(file: number, page: number): boolean;
    /**
     * Every page of an allocation unit, IAM pages left out, each once. Damage ends or thins the list and is told (as a finding
     * of the database, unless the caller wants to know); the generator returns whether the chain was whole.
     */
    pagesOf(firstIam: PageAddress, onDamage?: OnDamage): Generator<PageAddress, boolean>;
}

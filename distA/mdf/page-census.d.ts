/**
 * The pages of a data file in order, by what was found of each: every allocated page proves itself, allocation maps are
 * held against each other, and neighbours in a chain must name each other. In bounded memory.
 */
import { type Allocation } from './allocation.ts';
import { type Defect } from './page-facts.ts';
import type { PageReader } from './page-reader.ts';
export type BadRange = {
    readonly file: number;
    readonly page: number;
    count: number;
    readonly defect: Defect;
};
export type LinkDefect = {
    readonly from: number;
    readonly to: number;
};
export type PageCounts = {
    /** Pages of the file. */
    total: number;
    allocated: number;
    checksum: number;
    tornBits: number;
    unprotected: number;
    bad: number;
    /** Allocated by the PFS page while the GAM page calls their extent free. */
    gamMismatches: number;
    /** Neighbours that do not name each other. */
    linkMismatches: number;
};
/** What the maps are read with. Where a PFS page is lost every page counts as allocated. */
export type CensusSource = {
    readonly pages: PageReader;
    readonly allocation: Allocation;
};
export declare class PageCensus {
    #private;
    readonly file: number;
    readonly counts: PageCounts;
    /** Allocated pages that are bad, neighbours of one defect together. */
    readonly bad: BadRange[];
    readonly links: LinkDefect[];
    constructor(source: CensusSource, file: number);
    /** Whether the page has to prove itself: the others are not looked at. */
    isAllocated(page: number): boolean;
    /** The next `count` pages, from `first` on; in order. Facts of pages that are not allocated may be missing. */
    feed(facts: Uint32Array, slot: number, first: number, count: number): void;
    /** The next `count` pages are not allocated. */
    skip(count: number): void;
    /** Pages that the last PFS page calls allocated and that are beyond the end of the file. */
    get missing(): number;
}
/** Counts of several files together. */
export declare function addCounts(all: readonly PageCounts[]): PageCounts;

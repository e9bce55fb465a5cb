/** What a thread does with items of a PageBatch: read a run of pages into page-aligned memory, judge each. */
import { type SharedItems } from './item-batch.ts';
import { type ReadItem } from './item-kernel.ts';
export type SharedPages = SharedItems & {
    /** Of the database's file that the pages are of. */
    readonly file: number;
    /** FACT.SIZE words for each page, by slot. */
    readonly facts: Uint32Array<SharedArrayBuffer>;
};
/** Leaves the facts of each page of the item. Where reading all of it fails, each page is read alone. */
export declare function judgePages({ items, facts, file }: SharedPages, item: number, read: ReadItem): void;

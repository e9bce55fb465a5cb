/**
 * Pages of BAT and sector bitmaps of a file that is being written: read when needed, changed in memory, taken out by
 * the writer when it commits.
 *
 * 1. A changed page stays until `clean` is told that it stands in the file; an unchanged one may go at any time.
 * 2. At most CLEAN_MAX unchanged pages are held; how many are changed is bounded by the writer, which commits in time.
 */
import type { WritableFile } from '../io/file-store.ts';
/** What a data descriptor of the log replaces, and so what is logged and written in one piece. */
export declare const METADATA_PAGE = 4096;
export type MetadataPage = {
    /** File offset, a multiple of METADATA_PAGE. */
    readonly offset: number;
    readonly bytes: Uint8Array;
    readonly view: DataView;
};
export declare class MetadataPages {
    #private;
    constructor(file: WritableFile);
    get dirtyCount(): number;
    /** The page that holds this file offset. */
    page(fileOffset: number): MetadataPage;
    /** To be called whenever a page's bytes have been changed. */
    touch(page: MetadataPage): void;
    /** The changed pages, in no order. */
    dirty(): MetadataPage[];
    isDirty(offset: number): boolean;
    /** What is held of this range is out of date: the file was written there by other means. */
    forget(fileOffset: number, length: number): void;
    /** Forgets every change since the last commit. */
    revert(): void;
    /** These pages stand in the file as they are here. */
    clean(pages: readonly MetadataPage[]): void;
}

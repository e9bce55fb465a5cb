/**
 * Has every allocated page of a database file prove itself, in two threads where there is enough to do.
 *
 * 1. A page is read once, in runs of up to 1 MiB; a run without an allocated page is not read at all. Only after a failed
 *    read are single pages read again.
 * 2. Which pages count, and what a page means for its neighbours, is the census's: it is fed in order, in this thread.
 * 3. Memory is bounded: one batch (half a GiB of pages in 1.3 MiB of tables), one item per thread.
 */
import type { AddressMap } from '../map/address-map.ts';
import type { PageCensus } from '../mdf/page-census.ts';
export type PageCheckOptions = {
    readonly signal?: AbortSignal | undefined;
    /** Bytes of the file that are behind, those of free pages too. */
    readonly onBytes?: ((bytes: number) => void) | undefined;
};
export declare class PageChecker implements AsyncDisposable {
    #private;
    /** `threads` 1 keeps everything in this thread. */
    constructor(options?: {
        threads?: 1 | 2 | undefined;
    });
    /** Feeds all whole pages of the file to the census. */
    check(map: AddressMap, census: PageCensus, options?: PageCheckOptions): Promise<void>;
    close(): Promise<void>;
    [Symbol.asyncDispose](): Promise<void>;
}

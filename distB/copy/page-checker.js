/**
 * Has every allocated page of a database file prove itself, in two threads where there is enough to do.
 *
 * 1. A page is read once, in runs of up to 1 MiB; a run without an allocated page is not read at all. Only after a failed
 *    read are single pages read again.
 * 2. Which pages count, and what a page means for its neighbours, is the census's: it is fed in order, in this thread.
 * 3. Memory is bounded: one batch (half a GiB of pages in 1.3 MiB of tables), one item per thread.
 */
import { PAGE_SIZE } from "../mdf/page.js";
import { FACT, wasRead } from "../mdf/page-facts.js";
import { PAGES_MAX } from "../mdf/page-kernel.js";
import { Control } from "./batch.js";
import { CopyThreads } from "./copy-threads.js";
import { forEachItem, ItemBatch } from "./item-batch.js";
import { retry, takeHere } from "./item-kernel.js";
import { sourceName } from "./kernel.js";
import { judgePages } from "./page-kernel.js";
/** Below this a second thread costs more (45 ms to start) than it saves: one judges some 8 GB/s from the page cache. */
const THREADS_MIN = 512 * 1024 * 1024;
export class PageChecker {
    #threads;
    #batch = new ItemBatch(PAGE_SIZE);
    #facts = new Uint32Array(new SharedArrayBuffer(this.#batch.slots * FACT.SIZE * 4));
    /** `threads` 1 keeps everything in this thread. */
    constructor(options = {}) {
        this.#threads = options.threads === 1 ? null : new CopyThreads();
    }
    /** Feeds all whole pages of the file to the census. */
    async check(map, census, options = {}) {
        const pages = Math.floor(map.size / PAGE_SIZE);
        const shared = this.#threads !== null && map.size >= THREADS_MIN;
        let fed = 0;
        for (let page = 0; page < pages;) {
            const end = Math.min(page + PAGES_MAX, pages);
            const [first, count] = allocatedPart(census, page, end);
            if (count > 0 && !this.#batch.add(map, first, count * PAGE_SIZE)) {
                fed = await this.#run(map, census, fed, page, shared, options);
                continue;
            }
            page = end;
        }
        await this.#run(map, census, fed, pages, shared, options);
    }
    async close() {
        await this.#threads?.close();
    }
    async [Symbol.asyncDispose]() {
        await this.close();
    }
    /** Judges the pages of the batch, and feeds those from `fed` up to `end`, which it returns. */
    async #run(map, census, fed, end, isShared, options) {
        const batch = this.#batch;
        this.#facts.fill(0);
        const shared = {
            items: batch.items,
            count: batch.count,
            pieces: batch.pieces,
            sources: isShared ? batch.files.map(sourceName) : [],
            control: new Int32Array(new SharedArrayBuffer(4 * Control.SIZE)),
            file: census.file,
            facts: this.#facts,
        };
        const judge = (item, read) => judgePages(shared, item, read);
        const isWorth = isShared && batch.shareable && batch.count > 1;
        const other = isWorth ? this.#threads.run({ task: 'pages', pages: shared }) : Promise.resolve();
        let hasTakenAll;
        try {
            hasTakenAll = await takeHere(map, batch, shared, judge, options.signal);
        }
        catch (error) {
            // The other thread must have left what it reads before anybody closes it.
            Atomics.store(shared.control, Control.cancelled, 1);
            await Promise.allSettled([other]);
            throw error;
        }
        if (!hasTakenAll)
            await other;
        retry(batch, shared, (slot) => wasRead(shared.facts, slot), judge);
        let at = fed;
        forEachItem(batch, PAGE_SIZE, (first, slot, count) => {
            census.skip(first - at);
            census.feed(this.#facts, slot, first, count);
            at = first + count;
        });
        census.skip(end - at);
        options.onBytes?.((end - fed) * PAGE_SIZE);
        batch.clear();
        return end;
    }
}
/** From the first to the last allocated page of the range. */
function allocatedPart(census, from, to) {
    let [first, end] = [from, to];
    while (first < end && !census.isAllocated(first))
        first++;
    while (end > first && !census.isAllocated(end - 1))
        end--;
    return [first, end - first];
}

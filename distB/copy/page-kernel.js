/** What a thread does with items of a PageBatch: read a run of pages into page-aligned memory, judge each. */
import { PAGE_SIZE } from "../mdf/page.js";
import { writeFacts, writeUnreadable } from "../mdf/page-facts.js";
import { PageKernel } from "../mdf/page-kernel.js";
import { ITEM } from "./item-batch.js";
import { tryRead } from "./item-kernel.js";
/** The memory of this thread. Everything here is synchronous, so one is enough. */
let kernel;
/** Leaves the facts of each page of the item. Where reading all of it fails, each page is read alone. */
export function judgePages({ items, facts, file }, item, read) {
    kernel ??= new PageKernel();
    const { bytes, words, sum } = kernel;
    const base = ITEM.SIZE * item;
    const length = items[base + ITEM.length];
    const slot = items[base + ITEM.slot];
    const first = items[base + ITEM.block];
    const isWhole = tryRead(read, 0, bytes.subarray(0, length));
    for (let i = 0; i < length / PAGE_SIZE; i++) {
        const start = i * PAGE_SIZE;
        if (isWhole || tryRead(read, start, bytes.subarray(start, start + PAGE_SIZE)))
            writeFacts(words, start / 4, file, first + i, facts, slot + i, sum);
        else
            writeUnreadable(facts, slot + i);
    }
}

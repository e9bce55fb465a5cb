/**
 * Has every allocated page of a database file prove itself, in two threads where there is enough to do.
 *
 * 1. A page is read once, in runs of up to 1 MiB; a run without an allocated page is not read at all. Only after a failed
 *    read are single pages read again.
 * 2. Which pages count, and what a page means for its neighbours, is the census's: it is fed in order, in this thread.
 * 3. Memory is bounded: one batch (half a GiB of pages in 1.3 MiB of tables), one item per thread.
 */

import type { AddressMap } from '../map/address-map.ts';
import { PAGE_SIZE } from '../mdf/page.ts';
import type { PageCensus } from '../mdf/page-census.ts';
import { FACT, wasRead } from '../mdf/page-facts.ts';
import { PAGES_MAX } from '../mdf/page-kernel.ts';
import { Control } from './batch.ts';
import { CopyThreads } from './copy-threads.ts';
import { forEachItem, ItemBatch } from './item-batch.ts';
import { type JudgeItem, retry, takeHere } from './item-kernel.ts';
import { sourceName } from './kernel.ts';
import { judgePages, type SharedPages } from './page-kernel.ts';

/** Below this a second thread costs more (45 ms to start) than it saves: one judges some 8 GB/s from the page cache. */
const THREADS_MIN = 512 * 1024 * 1024;

export type PageCheckOptions = {
  readonly signal?: AbortSignal | undefined;
  /** Bytes of the file that are behind, those of free pages too. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
};

export class PageChecker implements AsyncDisposable {
  readonly #threads: CopyThreads | null;
  readonly #batch = new ItemBatch(PAGE_SIZE);
  readonly #facts = new Uint32Array(new SharedArrayBuffer(this.#batch.slots * FACT.SIZE * 4));

  /** `threads` 1 keeps everything in this thread. */
  constructor(options: { threads?: 1 | 2 | undefined } = {}) {
    this.#threads = options.threads === 1 ? null : new CopyThreads();
  }

  /** Feeds all whole pages of the file to the census. */
  async check(map: AddressMap, census: PageCensus, options: PageCheckOptions = {}): Promise<void> {
    const pages = Math.floor(map.size / PAGE_SIZE);
    const shared = this.#threads !== null && map.size >= THREADS_MIN;
    let fed = 0;
    for (let page = 0; page < pages; ) {
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

  async close(): Promise<void> {
    await this.#threads?.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Judges the pages of the batch, and feeds those from `fed` up to `end`, which it returns. */
  async #run(
    map: AddressMap,
    census: PageCensus,
    fed: number,
    end: number,
    isShared: boolean,
    options: PageCheckOptions,
  ): Promise<number> {
    const batch = this.#batch;
    this.#facts.fill(0);
    const shared: SharedPages = {
      items: batch.items,
      count: batch.count,
      pieces: batch.pieces,
      sources: isShared ? batch.files.map(sourceName) : [],
      control: new Int32Array(new SharedArrayBuffer(4 * Control.SIZE)),
      file: census.file,
      facts: this.#facts,
    };
    const judge: JudgeItem = (item, read) => judgePages(shared, item, read);
    const isWorth = isShared && batch.shareable && batch.count > 1;
    const other = isWorth ? this.#threads!.run({ task: 'pages', pages: shared }) : Promise.resolve();
    let hasTakenAll: boolean;
    try {
      hasTakenAll = await takeHere(map, batch, shared, judge, options.signal);
    } catch (error) {
      // The other thread must have left what it reads before anybody closes it.
      Atomics.store(shared.control, Control.cancelled, 1);
      await Promise.allSettled([other]);
      throw error;
    }
    if (!hasTakenAll) await other;
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
function allocatedPart(census: PageCensus, from: number, to: number): [first: number, count: number] {
  let [first, end] = [from, to];
  while (first < end && !census.isAllocated(first)) first++;
  while (end > first && !census.isAllocated(end - 1)) end--;
  return [first, end - first];
}

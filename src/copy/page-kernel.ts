/** What a thread does with items of a PageBatch: read a run of pages into page-aligned memory, judge each. */

import { PAGE_SIZE } from '../mdf/page.ts';
import { writeFacts, writeUnreadable } from '../mdf/page-facts.ts';
import { PageKernel } from '../mdf/page-kernel.ts';
import { ITEM, type SharedItems } from './item-batch.ts';
import { type ReadItem, tryRead } from './item-kernel.ts';

export type SharedPages = SharedItems & {
  /** Of the database's file that the pages are of. */
  readonly file: number;
  /** FACT.SIZE words for each page, by slot. */
  readonly facts: Uint32Array<SharedArrayBuffer>;
};

/** The memory of this thread. Everything here is synchronous, so one is enough. */
let kernel: PageKernel | undefined;

/** Leaves the facts of each page of the item. Where reading all of it fails, each page is read alone. */
export function judgePages({ items, facts, file }: SharedPages, item: number, read: ReadItem): void {
  kernel ??= new PageKernel();
  const { bytes, words, sum } = kernel;
  const base = ITEM.SIZE * item;
  const length = items[base + ITEM.length]!;
  const slot = items[base + ITEM.slot]!;
  const first = items[base + ITEM.block]!;
  const isWhole = tryRead(read, 0, bytes.subarray(0, length));
  for (let i = 0; i < length / PAGE_SIZE; i++) {
    const start = i * PAGE_SIZE;
    if (isWhole || tryRead(read, start, bytes.subarray(start, start + PAGE_SIZE)))
      writeFacts(words, start / 4, file, first + i, facts, slot + i, sum);
    else writeUnreadable(facts, slot + i);
  }
}

/**
 * Express full: makes the next state equal to a source by moving only what differs.
 *
 * - With a change list its ranges are read and written, and nothing else is looked at.
 * - Without one every block of the source that holds data is compared with the fingerprint of that block in the present
 *   state, in two threads when there is enough to do; blocks that both sides know to be zero are not even read.
 * - A consistency check reads the present state too, and compares bytes.
 */

import { alignDown, alignUp } from '../base/bytes.ts';
import { BlockChecker, type BlockRun } from '../copy/block-checker.ts';
import type { AddressMap } from '../map/address-map.ts';
import { extentsOf } from '../map/extent.ts';
import { readBytes } from '../map/read-map.ts';
import type { NextState } from '../replica/next-state.ts';
import { ChangeMap, type Range } from '../sidecar/change-map.ts';
import type { Fingerprinter } from '../sidecar/fingerprint.ts';
import { PAGE_ENTRIES } from '../sidecar/format.ts';
import type { Sidecar } from '../sidecar/sidecar.ts';
import { type ApplyCounts, BlockApplier, WINDOW } from './block-applier.ts';

export type ExpressFullOptions = {
  readonly source: AddressMap;
  readonly next: NextState;
  /** The disk that the next state starts as, and its fingerprints; null: an empty one. */
  readonly present: { readonly disk: AddressMap; readonly sidecar: Sidecar | null } | null;
  readonly fingerprint: Fingerprinter;
  readonly changes?: ChangeMap | undefined;
  /** Compare bytes, whatever the fingerprints say. */
  readonly verify?: boolean | undefined;
  readonly threads?: 1 | 2 | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onBytes?: ((done: number) => void) | undefined;
};

export type ExpressFullOutcome = ApplyCounts & {
  readonly changes: ChangeMap;
  /** Bytes of the source that were looked at. */
  scannedBytes: number;
};

/** Windows between two looks at signals and timers. */
const STEP = 16;

export async function applySource(options: ExpressFullOptions): Promise<ExpressFullOutcome> {
  const run = new Run(options);
  const { present, changes, verify } = options;
  if (present === null) await run.applyAll();
  else if (verify === true || present.sidecar === null) await run.verifyAll(present.disk, present.sidecar);
  else if (changes !== undefined) await run.applyList(changes, present.disk.size);
  else await run.scan(present.sidecar);
  return { changes: run.applier.finish(), ...run.applier.counts, scannedBytes: run.scannedBytes };
}

class Run {
  readonly applier: BlockApplier;
  scannedBytes = 0;
  readonly #options: ExpressFullOptions;
  readonly #blockSize: number;
  readonly #blocks: number;
  readonly #perWindow: number;
  #steps = 0;

  constructor(options: ExpressFullOptions) {
    const { source, next, present, fingerprint } = options;
    this.#options = options;
    this.applier = new BlockApplier(source, next, present?.disk ?? null, fingerprint);
    this.#blockSize = next.facts.blockSize;
    this.#blocks = Math.ceil(next.facts.diskSize / this.#blockSize);
    this.#perWindow = Math.max(1, WINDOW / this.#blockSize);
  }

  /** Into an empty disk: data is written, zeros are there already. */
  async applyAll(): Promise<void> {
    for (const { first, count } of this.#dataRuns(null)) {
      await this.#inWindows(first, count, (block, blocks) => this.applier.apply(block, blocks));
    }
  }

  async verifyAll(disk: AddressMap, known: Sidecar | null): Promise<void> {
    for (const { first, count } of mergedRuns(this.#dataRuns(known), this.#runsOf(disk))) {
      await this.#inWindows(first, count, (block, blocks) => this.applier.verify(block, blocks, known !== null));
    }
  }

  async applyList(changes: ChangeMap, sizeBefore: number): Promise<void> {
    const { diskSize } = this.#options.next.facts;
    const ranges = resized(changes, sizeBefore, diskSize, this.#blockSize);
    for (const span of blockSpans(ranges, this.#blockSize, diskSize)) {
      this.applier.applyRanges(ranges, span);
      await this.#step(span.length);
    }
  }

  /** Blocks whose fingerprints differ are read once more and compared. */
  async scan(known: Sidecar): Promise<void> {
    const { source, next, threads, signal } = this.#options;
    await using checker = new BlockChecker(threads === undefined ? {} : { threads });
    await checker.check({
      map: source,
      blockSize: this.#blockSize,
      runs: this.#dataRuns(known),
      expected: (block, target, at) => next.sidecar.fingerprint(block, target, at),
      onBad: (block) => this.applier.apply(block, 1), // one that cannot be read throws there why
      signal,
      onBytes: (bytes) => {
        this.scannedBytes += bytes;
        this.#options.onBytes?.(this.scannedBytes);
      },
    });
  }

  /**
   * Runs of blocks that may hold anything but zeros, in the source or by the fingerprints of `known`, ascending and cut
   * nowhere but between blocks.
   */
  *#dataRuns(known: Sidecar | null): Generator<BlockRun> {
    const ofSource = this.#runsOf(this.#options.source);
    yield* known === null ? ofSource : mergedRuns(ofSource, pageRuns(known, this.#blocks));
  }

  *#runsOf(map: AddressMap): Generator<BlockRun> {
    const blocks = this.#blocks;
    let [start, end] = [0, 0];
    for (const extent of extentsOf(map)) {
      if (extent.kind === 'zero') continue;
      const first = Math.min(blocks, Math.floor(extent.offset / this.#blockSize));
      const after = Math.min(blocks, Math.ceil((extent.offset + extent.length) / this.#blockSize));
      if (first > end) {
        if (end > start) yield { first: start, count: end - start };
        start = first;
      }
      end = Math.max(end, after);
    }
    if (end > start) yield { first: start, count: end - start };
  }

  async #inWindows(first: number, count: number, work: (block: number, blocks: number) => void): Promise<void> {
    for (let block = first; block < first + count; block += this.#perWindow) {
      const blocks = Math.min(this.#perWindow, first + count - block);
      work(block, blocks);
      await this.#step(blocks * this.#blockSize);
    }
  }

  async #step(bytes: number): Promise<void> {
    this.scannedBytes += bytes;
    if (++this.#steps % STEP !== 0) return;
    this.#options.onBytes?.(this.scannedBytes);
    await new Promise((resolve) => setImmediate(resolve));
    this.#options.signal?.throwIfAborted();
  }
}

/** Blocks of the pages that have fingerprints. */
function* pageRuns(known: Sidecar, blocks: number): Generator<BlockRun> {
  for (const page of known.pageNumbers()) {
    const first = page * PAGE_ENTRIES;
    if (first < blocks) yield { first, count: Math.min(PAGE_ENTRIES, blocks - first) };
  }
}

/** What either of two ascending lists of runs holds. */
function* mergedRuns(a: Iterable<BlockRun>, b: Iterable<BlockRun>): Generator<BlockRun> {
  const [left, right] = [a[Symbol.iterator](), b[Symbol.iterator]()];
  let [one, two] = [left.next(), right.next()];
  let [start, end] = [0, 0];
  while (one.done !== true || two.done !== true) {
    const takesOne = two.done === true || (one.done !== true && one.value.first <= two.value.first);
    const { first, count } = (takesOne ? one.value : two.value) as BlockRun;
    if (takesOne) one = left.next();
    else two = right.next();
    if (first > end) {
      if (end > start) yield { first: start, count: end - start };
      start = first;
    }
    end = Math.max(end, first + count);
  }
  if (end > start) yield { first: start, count: end - start };
}

/** The ranges within the new disk, with what growing or shrinking changes by itself. */
function resized(changes: ChangeMap, before: number, after: number, blockSize: number): ChangeMap {
  const clipped = changes.clip(after);
  if (before === after) return clipped;
  const from = before < after ? before : alignDown(after, blockSize);
  return from < after ? clipped.union(ChangeMap.of([{ offset: from, length: after - from }])) : clipped;
}

/** Runs of whole blocks that the ranges reach into. */
function* blockSpans(ranges: ChangeMap, blockSize: number, size: number): Generator<Range> {
  let [start, end] = [0, 0];
  for (const { offset, length } of ranges.ranges()) {
    const first = alignDown(offset, blockSize);
    if (first > end) {
      if (end > start) yield { offset: start, length: end - start };
      start = first;
    }
    end = Math.max(end, Math.min(size, alignUp(offset + length, blockSize)));
  }
  if (end > start) yield { offset: start, length: end - start };
}

/** Copies what the present state holds into an empty disk: a new base. */
export async function copyDisk(
  from: AddressMap,
  next: NextState,
  options: Pick<ExpressFullOptions, 'signal' | 'onBytes'>,
): Promise<void> {
  let steps = 0;
  const size = Math.min(from.size, next.facts.diskSize);
  for (const extent of extentsOf(from, 0, size)) {
    if (extent.kind === 'zero') continue;
    for (let at = extent.offset; at < extent.offset + extent.length; at += WINDOW) {
      const length = Math.min(WINDOW, extent.offset + extent.length - at);
      next.disk.write(at, readBytes(from, at, length));
      options.onBytes?.(at + length);
      if (++steps % STEP !== 0) continue;
      await new Promise((resolve) => setImmediate(resolve));
      options.signal?.throwIfAborted();
    }
  }
}

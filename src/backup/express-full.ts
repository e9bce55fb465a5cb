/**
 * Express full: makes the next state equal to a source by moving only what differs.
 *
 * - With a change list only the blocks that it names are looked at: see BlockApplier.applyRanges.
 * - Without one every block of the source that holds data is compared with the fingerprint of that block in the present
 *   state, in two threads when there is enough to do; blocks that both sides know to be zero are not even read.
 * - A consistency check reads the present state too, and compares bytes.
 */

import { alignDown, alignUp } from '../base/bytes.ts';
import { BlockChecker, type BlockRun } from '../copy/block-checker.ts';
import { corrupt, StorageError, throwIfCancelled } from '../errors.ts';
import type { AddressMap } from '../map/address-map.ts';
import { extentsOf } from '../map/extent.ts';
import { readBytes } from '../map/read-map.ts';
import type { NextState } from '../replica/next-state.ts';
import { ChangeMap, type Range } from '../sidecar/change-map.ts';
import type { Fingerprinter } from '../sidecar/fingerprint.ts';
import { PAGE_ENTRIES } from '../sidecar/format.ts';
import type { SealDigests } from '../sidecar/seal.ts';
import type { Sidecar } from '../sidecar/sidecar.ts';
import { type ApplyCounts, BlockApplier, WINDOW } from './block-applier.ts';

export type ExpressFullOptions = {
  readonly source: AddressMap;
  readonly next: NextState;
  /** The disk that the next state starts as, and its fingerprints; null: an empty one. */
  readonly present: {
    readonly disk: AddressMap;
    readonly sidecar: Sidecar | null;
    readonly lost?: ChangeMap | undefined;
  } | null;
  /** `next` holds what an interrupted first backup had written. */
  readonly resumes?: boolean | undefined;
  readonly fingerprint: Fingerprinter;
  readonly changes?: ChangeMap | undefined;
  /** Compare bytes, whatever the fingerprints say. */
  readonly verify?: boolean | undefined;
  /** Takes the SHA-256 of each block of the next state. */
  readonly digests?: SealDigests | null | undefined;
  readonly threads?: 1 | 2 | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onBytes?: ((done: number) => void) | undefined;
};

export type ExpressFullOutcome = ApplyCounts & {
  readonly changes: ChangeMap;
  /** Bytes of the source that were looked at. */
  scannedBytes: number;
};

/** What a killed first backup may have to write again; settling costs a few pages. */
const SETTLE_EVERY = 64 * 1024 * 1024;
/** Windows between two looks at signals and timers. */
const STEP = 16;
/**
 * Windows of a list that are fetched while others are applied. Scattered blocks that nobody has read lately come one by
 * one otherwise (a list of 1,494 ranges on XFS: 452 ms with 4 windows, 346 with 32, 340 with 128), and a disk that turns
 * can take so many in one sweep.
 */
const SOON = 128;
const SOON_BYTES = 16 * 1024 * 1024;

export async function applySource(options: ExpressFullOptions): Promise<ExpressFullOutcome> {
  const run = new Run(options);
  const { present, changes, verify } = options;
  if (options.resumes === true) await run.resumeAll();
  else if (present === null) await run.applyAll();
  else if (verify === true || present.sidecar === null) await run.verifyAll(present.disk, present.sidecar);
  else if (changes !== undefined) await run.applyList(changes, present.disk, present.sidecar);
  else await run.scan(present.sidecar);
  return { changes: run.applier.finish(), ...run.applier.counts, scannedBytes: run.scannedBytes };
}

class Run {
  readonly applier: BlockApplier;
  scannedBytes = 0;
  readonly #options: ExpressFullOptions;
  readonly #digests: SealDigests | null;
  readonly #blockSize: number;
  readonly #blocks: number;
  readonly #perWindow: number;
  #steps = 0;
  #settledBytes = 0;

  constructor(options: ExpressFullOptions) {
    const { source, next, present, fingerprint, resumes } = options;
    this.#options = options;
    const before = resumes === true ? next.disk : (present?.disk ?? null);
    this.#digests = options.digests ?? null;
    const { lost } = present ?? {};
    this.applier = new BlockApplier({ source, next, present: before, lost, fingerprint, digests: this.#digests });
    this.#blockSize = next.facts.blockSize;
    this.#blocks = Math.ceil(next.facts.diskSize / this.#blockSize);
    this.#perWindow = Math.max(1, WINDOW / this.#blockSize);
  }

  /** Into an empty disk: data is written, zeros are there already. */
  async applyAll(): Promise<void> {
    for (const { first, count } of this.#dataRuns(null)) {
      await this.#inWindows(first, count, (block, blocks) => {
        this.applier.apply(block, blocks);
        this.#settle();
      });
    }
  }

  /** Blocks that hold data in the source, or in what was left: each is read on both sides before any of it is written. */
  async resumeAll(): Promise<void> {
    const { next } = this.#options;
    const left = [...this.#runsOf(next.disk)]; // as it was found: what is written goes into the same runs
    for (const { first, count } of mergedRuns(this.#dataRuns(null), left)) {
      await this.#inWindows(first, count, (block, blocks) => {
        this.applier.resume(block, blocks);
        this.#settle();
      });
    }
  }

  /** What a first backup has written can be found if its process is killed. */
  #settle(): void {
    const { writtenBytes } = this.applier.counts;
    if (writtenBytes - this.#settledBytes < SETTLE_EVERY) return;
    this.#settledBytes = writtenBytes;
    this.#options.next.disk.settle();
  }

  async verifyAll(disk: AddressMap, known: Sidecar | null): Promise<void> {
    for (const { first, count } of mergedRuns(this.#dataRuns(known), this.#runsOf(disk))) {
      await this.#inWindows(first, count, (block, blocks) => this.applier.verify(block, blocks, known !== null));
    }
  }

  async applyList(changes: ChangeMap, before: AddressMap, known: Sidecar): Promise<void> {
    const { facts, disk } = this.#options.next;
    const { diskSize } = facts;
    const told = resized(changes, before.size, diskSize, this.#blockSize);
    const ranges = inSectors(told, disk.logicalSectorSize, diskSize);
    const spans = [...blockSpans(ranges, this.#blockSize, diskSize)];
    const windows = windowsOf(spans, this.#perWindow * this.#blockSize);
    const soon: Range[] = [];
    for (let bytes = 0; ; ) {
      while (soon.length < SOON && bytes < SOON_BYTES) {
        const { value } = windows.next();
        if (value === undefined) break;
        this.applier.announceRanges(ranges, value);
        bytes += value.length;
        soon.push(value);
      }
      const window = soon.shift();
      if (window === undefined) break;
      bytes -= window.length;
      this.applier.applyRanges(ranges, window);
      await this.#step(window.length);
    }
    if (this.#digests === null) return;
    const stored = mergedRuns(this.#runsOf(before), pageRuns(known, this.#blocks));
    await this.#digestRest(before, runsOutside(stored, spans, this.#blockSize), this.#digests);
  }

  /** What the list does not name is as it was: it is read from the present state, and proven by its fingerprints. */
  async #digestRest(before: AddressMap, runs: Iterable<BlockRun>, digests: SealDigests): Promise<void> {
    const { next, threads, signal } = this.#options;
    await using checker = new BlockChecker(threads === undefined ? {} : { threads });
    await checker.check({
      map: before,
      blockSize: this.#blockSize,
      runs,
      expected: (block, count, target, at) => next.sidecar.fingerprints(block, count, target, at),
      onBad: (block) => {
        throw corrupt(REPLICA_DAMAGED, `block ${block} of the replica is not what its fingerprint says`, {
          structure: 'virtual disk',
          offset: block * this.#blockSize,
          hint: 'run pitvault consistency-check: it repairs the replica from the source',
        });
      },
      onDigest: (block, digest) => digests.set(block, digest),
      signal,
    });
  }

  /** Blocks whose fingerprints differ are read once more and compared. */
  async scan(known: Sidecar): Promise<void> {
    const { source, next, threads, signal } = this.#options;
    const digests = this.#digests;
    let differs = -1;
    await using checker = new BlockChecker(threads === undefined ? {} : { threads });
    checker.expect(source.size);
    await checker.check({
      map: source,
      blockSize: this.#blockSize,
      runs: this.#dataRuns(known),
      expected: (block, count, target, at) => next.sidecar.fingerprints(block, count, target, at),
      onBadSoon: (block) => this.applier.announce(block),
      onBad: (block) => {
        differs = block;
        this.applier.apply(block, 1); // one that cannot be read throws there why
      },
      // Of a block that differs the digest is that of the bytes that were written: they were read once more.
      onDigest: digests === null ? undefined : (block, digest) => block !== differs && digests.set(block, digest),
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
    throwIfCancelled(this.#options.signal);
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

/** Whoever made a list may count in bytes, or in smaller sectors than those of the disk. */
function inSectors(changes: ChangeMap, sectorSize: number, size: number): ChangeMap {
  const whole = new ChangeMap();
  for (const { offset, length } of changes.ranges()) {
    const start = alignDown(offset, sectorSize);
    whole.add(start, Math.min(size, alignUp(offset + length, sectorSize)) - start);
  }
  return whole;
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

function* windowsOf(spans: readonly Range[], size: number): Generator<Range, undefined> {
  for (const { offset, length } of spans) {
    const end = offset + length;
    for (let at = offset; at < end; at += size) yield { offset: at, length: Math.min(size, end - at) };
  }
}

/** What is left of ascending runs without these ascending spans of whole blocks. */
function* runsOutside(runs: Iterable<BlockRun>, spans: readonly Range[], blockSize: number): Generator<BlockRun> {
  let next = 0;
  for (const run of runs) {
    let { first } = run;
    const end = first + run.count;
    for (; next < spans.length; next++) {
      const { offset, length } = spans[next]!;
      const [from, after] = [offset / blockSize, Math.ceil((offset + length) / blockSize)];
      if (from >= end) break;
      if (from > first) yield { first, count: from - first };
      first = Math.max(first, after);
      if (after > end) break; // it reaches into the next run too
    }
    if (first < end) yield { first, count: end - first };
  }
}

export type DiskCopyOptions = Pick<ExpressFullOptions, 'signal' | 'onBytes'> & {
  /** Told what cannot be read, in pieces of a block at most; without it that ends the copy. */
  readonly onLost?: ((offset: number, length: number) => void) | undefined;
};

/** Copies what the present state holds into an empty disk: a new base. */
export async function copyDisk(from: AddressMap, next: NextState, options: DiskCopyOptions): Promise<void> {
  let steps = 0;
  const size = Math.min(from.size, next.facts.diskSize);
  for (const extent of extentsOf(from, 0, size)) {
    if (extent.kind === 'zero') continue;
    for (let at = extent.offset; at < extent.offset + extent.length; at += WINDOW) {
      const length = Math.min(WINDOW, extent.offset + extent.length - at);
      copyRange(from, next, { offset: at, length }, options.onLost);
      options.onBytes?.(at + length);
      if (++steps % STEP !== 0) continue;
      await new Promise((resolve) => setImmediate(resolve));
      throwIfCancelled(options.signal);
    }
  }
}

function copyRange(from: AddressMap, next: NextState, range: Range, onLost: DiskCopyOptions['onLost']): void {
  const bytes = bytesOrDamage(from, range);
  if (!StorageError.is(bytes)) {
    next.disk.write(range.offset, bytes);
    return;
  }
  if (onLost === undefined) throw damagedReplica(bytes);
  const { blockSize } = next.facts;
  const end = range.offset + range.length;
  if (range.length <= blockSize) onLost(range.offset, range.length);
  else {
    for (let at = range.offset; at < end; at += blockSize)
      copyRange(from, next, { offset: at, length: Math.min(blockSize, end - at) }, onLost);
  }
}

function bytesOrDamage(from: AddressMap, { offset, length }: Range): Uint8Array | StorageError {
  try {
    return readBytes(from, offset, length);
  } catch (error) {
    if (StorageError.isDamage(error)) return error;
    throw error;
  }
}

export const REPLICA_DAMAGED = 'REPLICA_DAMAGED';

export function damagedReplica(cause: StorageError): StorageError {
  return new StorageError(cause.kind, REPLICA_DAMAGED, `the replica is damaged: ${cause.message}`, {
    ...cause.at,
    hint: 'run pitvault consistency-check: it takes from the source what the replica has lost',
    cause,
  });
}

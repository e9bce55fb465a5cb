/**
 * Compares blocks of a map with their fingerprints, in two threads where there is enough to do.
 *
 * 1. Every byte of the blocks is read once; only after a failed read are single blocks read again.
 * 2. Blocks that are stored nowhere and have to be zero are not read at all.
 * 3. Memory is bounded: BATCHES of them, one item per thread.
 */

import { createHash } from 'node:crypto';
import { isZero } from '../base/bytes.ts';
import type { AddressMap } from '../map/address-map.ts';
import { loadFingerprinter } from '../sidecar/fingerprint.ts';
import { Control } from './batch.ts';
import { CheckBatch, FINGERPRINT_BYTES, SHA256_BYTES, type SharedCheck, Verdict } from './check-batch.ts';
import { type Judge, judgeItem } from './check-kernel.ts';
import { CopyThreads } from './copy-threads.ts';
import { forEachItem, ITEM_SIZE, ITEMS_MAX } from './item-batch.ts';
import { type JudgeItem, retry, takeHere } from './item-kernel.ts';
import { sourceName } from './kernel.ts';

/** Below this a second thread costs more to start than it saves. */
export const THREADS_MIN = 64 * 1024 * 1024;

/** Bad blocks that are told before one of them is due. */
const SOON = 64;

/** The first batch of a check has so many items, each further one twice as many: the threads begin soon. */
const ITEMS_FIRST = 64;

/** One that is planned or told of, and two for the other thread, which must not wait when it has done the first. */
const BATCHES = 3;

/** Neighbouring blocks. */
export type BlockRun = { readonly first: number; readonly count: number };

export type CheckRequest = {
  readonly map: AddressMap;
  /** Bytes under one fingerprint, at most 1 MiB. */
  readonly blockSize: number;
  /** What to check, ascending. */
  readonly runs: Iterable<BlockRun>;
  /** Copies the fingerprints that blocks have to have, side by side; sixteen zeros: all zeros. */
  readonly expected: (block: number, count: number, target: Uint8Array, at: number) => void;
  /** Told of each block that is not as expected, in order within a batch. */
  readonly onBad: (block: number, verdict: 'differs' | 'unreadable') => void;
  /** Told of each such block some time before `onBad` is. */
  readonly onBadSoon?: ((block: number) => void) | undefined;
  /** Receives the SHA-256 of each block that should hold anything but zeros. */
  readonly onDigest?: ((block: number, digest: Uint8Array) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onBytes?: ((bytes: number) => void) | undefined;
};

export class BlockChecker implements AsyncDisposable {
  readonly #threads: CopyThreads | null;
  #work = 0;
  #batches: readonly CheckBatch[] | undefined;

  /** `threads` 1 keeps everything in this thread. */
  constructor(options: { threads?: 1 | 2 } = {}) {
    this.#threads = options.threads === 1 ? null : new CopyThreads();
  }

  /** Has the other thread boot meanwhile, where so much is going to be read that it will be used. */
  expect(bytes: number): void {
    // Should it not start, that is told by the first batch that it is to take.
    if (bytes >= THREADS_MIN) this.#threads?.start().catch(() => {});
  }

  /**
   * The other thread always has a batch to go on with: while this one plans, and tells what was found in an older one,
   * which may have it wait for the disk. In between, this one helps with the oldest.
   */
  async check(request: CheckRequest): Promise<void> {
    const { map, blockSize, runs } = request;
    const judge = await loadJudge(request.onDigest !== undefined);
    const spare = [...this.#batchesFor(blockSize, judge.sha256 !== null)];
    const perItem = Math.max(1, Math.floor(ITEM_SIZE / blockSize));
    const started: Started[] = [];
    let batch = spare.pop()!;
    let limit = ITEMS_FIRST;
    batch.limit = limit;
    const startBatch = (): void => {
      fillExpected(batch, request);
      started.push(this.#start(batch, request));
    };
    const finishOldest = async (): Promise<void> => {
      const oldest = started[0]!;
      await this.#finish(oldest, request, judge);
      started.shift();
      report(oldest.batch, request);
      spare.push(oldest.batch);
    };
    try {
      const end = Math.ceil(map.size / blockSize);
      for (const { first, count } of runs) {
        // A state that has shrunk ends before what has changed does.
        const stop = Math.min(first + count, end);
        for (let block = first; block < stop; ) {
          const blocks = Math.min(perItem, stop - block);
          const length = Math.min(blocks * blockSize, map.size - block * blockSize);
          if (batch.add(map, block, length)) {
            block += blocks;
            continue;
          }
          startBatch();
          if (spare.length === 0) await finishOldest();
          batch = spare.pop()!;
          limit = Math.min(2 * limit, ITEMS_MAX);
          batch.limit = limit;
        }
      }
      startBatch();
      while (started.length > 0) await finishOldest();
    } catch (error) {
      // The other thread must have left what it reads before anybody closes it.
      await cancel(started);
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#threads?.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** The same for every check of one kind: a verification makes one for each state. */
  #batchesFor(blockSize: number, withDigests: boolean): readonly CheckBatch[] {
    const known = this.#batches?.[0];
    if (known === undefined || known.blockSize !== blockSize || (known.digests !== null) !== withDigests)
      this.#batches = Array.from({ length: BATCHES }, () => new CheckBatch(blockSize, withDigests));
    for (const batch of this.#batches!) batch.clear(); // what was cancelled may have left something
    return this.#batches!;
  }

  /** Hands the batch to the other thread, where that is worth it. */
  #start(batch: CheckBatch, { blockSize }: CheckRequest): Started {
    const check: SharedCheck = {
      items: batch.items,
      count: batch.count,
      pieces: batch.pieces,
      sources: batch.files.map(sourceName),
      blockSize,
      expected: batch.expected,
      expectedWords: batch.expectedWords,
      verdicts: batch.verdicts,
      digests: batch.digests,
      control: new Int32Array(new SharedArrayBuffer(4 * Control.SIZE)),
    };
    this.#work += batch.bytes;
    const isShared = this.#threads !== null && this.#work >= THREADS_MIN && batch.shareable && batch.count > 1;
    const other = isShared ? this.#threads!.run({ task: 'check', check }) : Promise.resolve();
    other.catch(() => {}); // it is awaited when this thread has done its share
    return { batch, check, other };
  }

  async #finish({ batch, check, other }: Started, request: CheckRequest, judge: Judge): Promise<void> {
    const judgeOne: JudgeItem = (item, read) => judgeItem(check, item, judge, read);
    const hasTakenAll = await takeHere(request.map, batch, check, judgeOne, request.signal);
    if (!hasTakenAll) await other;
    if (batch.isAllGood) return;
    const wasRead = (slot: number): boolean =>
      check.verdicts[slot] === Verdict.good || check.verdicts[slot] === Verdict.bad;
    retry(batch, check, wasRead, judgeOne);
  }
}

/** A batch that the other thread may be working on. */
type Started = { readonly batch: CheckBatch; readonly check: SharedCheck; readonly other: Promise<unknown> };

async function cancel(started: readonly Started[]): Promise<void> {
  for (const { check } of started) Atomics.store(check.control, Control.cancelled, 1);
  await Promise.allSettled(started.map(({ other }) => other)); // why they end is told by whoever cancels
}

/** Done while the other thread still works on the batch before. */
function fillExpected(batch: CheckBatch, { blockSize, expected }: CheckRequest): void {
  forEachItem(batch, blockSize, (block, slot, count) =>
    expected(block, count, batch.expected, slot * FINGERPRINT_BYTES),
  );
}

/** Tells what was found, and empties the batch. */
function report(batch: CheckBatch, request: CheckRequest): void {
  if (!batch.isAllGood || request.onDigest !== undefined) tellBlocks(batch, request);
  request.onBytes?.(batch.bytes);
  batch.clear();
}

/** Block by block: what is told of a block that is bad comes before its digest. */
function tellBlocks(batch: CheckBatch, { blockSize, onBad, onBadSoon, onDigest }: CheckRequest): void {
  const bad: number[] = [];
  if (onBadSoon !== undefined) {
    forEachBlock(batch, blockSize, (block, slot) => void (batch.verdicts[slot] !== Verdict.good && bad.push(block)));
  }
  let [done, announced] = [0, 0];
  forEachBlock(batch, blockSize, (block, slot) => {
    const verdict = batch.verdicts[slot];
    if (verdict !== Verdict.good) {
      for (const end = Math.min(bad.length, done++ + SOON); announced < end; ) onBadSoon!(bad[announced++]!);
      onBad(block, verdict === Verdict.bad ? 'differs' : 'unreadable');
    }
    const isDigested =
      onDigest !== undefined && !isZero(batch.expected, slot * FINGERPRINT_BYTES, (slot + 1) * FINGERPRINT_BYTES);
    if (isDigested) onDigest(block, batch.digests!.subarray(slot * SHA256_BYTES, (slot + 1) * SHA256_BYTES));
  });
}

function forEachBlock(batch: CheckBatch, blockSize: number, visit: (block: number, slot: number) => void): void {
  forEachItem(batch, blockSize, (block, slot, count) => {
    for (let i = 0; i < count; i++) visit(block + i, slot + i);
  });
}

async function loadJudge(withDigests: boolean): Promise<Judge> {
  const sha256 = withDigests ? (bytes: Uint8Array) => createHash('sha256').update(bytes).digest() : null;
  return { fingerprint: await loadFingerprinter(), sha256 };
}

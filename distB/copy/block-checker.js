/**
 * Compares blocks of a map with their fingerprints, in two threads where there is enough to do.
 *
 * 1. Every byte of the blocks is read once; only after a failed read are single blocks read again.
 * 2. Blocks that are stored nowhere and have to be zero are not read at all.
 * 3. Memory is bounded: BATCHES of them, one item per thread.
 */
import { createHash } from 'node:crypto';
import { isZero } from "../base/bytes.js";
import { loadFingerprinter } from "../sidecar/fingerprint.js";
import { Control } from "./batch.js";
import { CheckBatch, FINGERPRINT_BYTES, SHA256_BYTES, Verdict } from "./check-batch.js";
import { judgeItem } from "./check-kernel.js";
import { CopyThreads } from "./copy-threads.js";
import { forEachItem, ITEM_SIZE, ITEMS_MAX } from "./item-batch.js";
import { retry, takeHere } from "./item-kernel.js";
import { sourceName } from "./kernel.js";
/** Below this a second thread costs more to start than it saves. */
export const THREADS_MIN = 64 * 1024 * 1024;
/** Bad blocks that are told before one of them is due. */
const SOON = 64;
/** The first batch of a check has so many items, each further one twice as many: the threads begin soon. */
const ITEMS_FIRST = 64;
/** One that is planned or told of, and two for the other thread, which must not wait when it has done the first. */
const BATCHES = 3;
export class BlockChecker {
    #threads;
    #work = 0;
    #batches;
    /** `threads` 1 keeps everything in this thread. */
    constructor(options = {}) {
        this.#threads = options.threads === 1 ? null : new CopyThreads();
    }
    /** Has the other thread boot meanwhile, where so much is going to be read that it will be used. */
    expect(bytes) {
        // Should it not start, that is told by the first batch that it is to take.
        if (bytes >= THREADS_MIN)
            this.#threads?.start().catch(() => { });
    }
    /**
     * The other thread always has a batch to go on with: while this one plans, and tells what was found in an older one,
     * which may have it wait for the disk. In between, this one helps with the oldest.
     */
    async check(request) {
        const { map, blockSize, runs } = request;
        const judge = await loadJudge(request.onDigest !== undefined);
        const spare = [...this.#batchesFor(blockSize, judge.sha256 !== null)];
        const perItem = Math.max(1, Math.floor(ITEM_SIZE / blockSize));
        const started = [];
        let batch = spare.pop();
        let limit = ITEMS_FIRST;
        batch.limit = limit;
        const startBatch = () => {
            fillExpected(batch, request);
            started.push(this.#start(batch, request));
        };
        const finishOldest = async () => {
            const oldest = started[0];
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
                for (let block = first; block < stop;) {
                    const blocks = Math.min(perItem, stop - block);
                    const length = Math.min(blocks * blockSize, map.size - block * blockSize);
                    if (batch.add(map, block, length)) {
                        block += blocks;
                        continue;
                    }
                    startBatch();
                    if (spare.length === 0)
                        await finishOldest();
                    batch = spare.pop();
                    limit = Math.min(2 * limit, ITEMS_MAX);
                    batch.limit = limit;
                }
            }
            startBatch();
            while (started.length > 0)
                await finishOldest();
        }
        catch (error) {
            // The other thread must have left what it reads before anybody closes it.
            for (const one of started)
                await cancel(one);
            throw error;
        }
    }
    async close() {
        await this.#threads?.close();
    }
    async [Symbol.asyncDispose]() {
        await this.close();
    }
    /** The same for every check of one kind: a verification makes one for each state. */
    #batchesFor(blockSize, withDigests) {
        const known = this.#batches?.[0];
        if (known === undefined || known.blockSize !== blockSize || (known.digests !== null) !== withDigests)
            this.#batches = Array.from({ length: BATCHES }, () => new CheckBatch(blockSize, withDigests));
        for (const batch of this.#batches)
            batch.clear(); // what was cancelled may have left something
        return this.#batches;
    }
    /** Hands the batch to the other thread, where that is worth it. */
    #start(batch, { blockSize }) {
        const check = {
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
        const other = isShared ? this.#threads.run({ task: 'check', check }) : Promise.resolve();
        other.catch(() => { }); // it is awaited when this thread has done its share
        return { batch, check, other };
    }
    async #finish({ batch, check, other }, request, judge) {
        const judgeOne = (item, read) => judgeItem(check, item, judge, read);
        const hasTakenAll = await takeHere(request.map, batch, check, judgeOne, request.signal);
        if (!hasTakenAll)
            await other;
        if (batch.isAllGood)
            return;
        const wasRead = (slot) => check.verdicts[slot] === Verdict.good || check.verdicts[slot] === Verdict.bad;
        retry(batch, check, wasRead, judgeOne);
    }
}
async function cancel({ check, other }) {
    Atomics.store(check.control, Control.cancelled, 1);
    await other.catch(() => { }); // why it ended is told by whoever cancels
}
/** Done while the other thread still works on the batch before. */
function fillExpected(batch, { blockSize, expected }) {
    forEachItem(batch, blockSize, (block, slot, count) => expected(block, count, batch.expected, slot * FINGERPRINT_BYTES));
}
/** Tells what was found, and empties the batch. */
function report(batch, request) {
    if (!batch.isAllGood || request.onDigest !== undefined)
        tellBlocks(batch, request);
    request.onBytes?.(batch.bytes);
    batch.clear();
}
/** Block by block: what is told of a block that is bad comes before its digest. */
function tellBlocks(batch, { blockSize, onBad, onBadSoon, onDigest }) {
    const bad = [];
    if (onBadSoon !== undefined) {
        forEachBlock(batch, blockSize, (block, slot) => void (batch.verdicts[slot] !== Verdict.good && bad.push(block)));
    }
    let [done, announced] = [0, 0];
    forEachBlock(batch, blockSize, (block, slot) => {
        const verdict = batch.verdicts[slot];
        if (verdict !== Verdict.good) {
            for (const end = Math.min(bad.length, done++ + SOON); announced < end;)
                onBadSoon(bad[announced++]);
            onBad(block, verdict === Verdict.bad ? 'differs' : 'unreadable');
        }
        const isDigested = onDigest !== undefined && !isZero(batch.expected, slot * FINGERPRINT_BYTES, (slot + 1) * FINGERPRINT_BYTES);
        if (isDigested)
            onDigest(block, batch.digests.subarray(slot * SHA256_BYTES, (slot + 1) * SHA256_BYTES));
    });
}
function forEachBlock(batch, blockSize, visit) {
    forEachItem(batch, blockSize, (block, slot, count) => {
        for (let i = 0; i < count; i++)
            visit(block + i, slot + i);
    });
}
async function loadJudge(withDigests) {
    const sha256 = withDigests ? (bytes) => createHash('sha256').update(bytes).digest() : null;
    return { fingerprint: await loadFingerprinter(), sha256 };
}

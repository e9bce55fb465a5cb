/**
 * Express full: makes the next state equal to a source by moving only what differs.
 *
 * - With a change list only the blocks that it names are looked at: see BlockApplier.applyRanges.
 * - Without one every block of the source that holds data is compared with the fingerprint of that block in the present
 *   state, in two threads when there is enough to do; blocks that both sides know to be zero are not even read.
 * - A consistency check reads the present state too, and compares bytes.
 */
var __addDisposableResource = (this && this.__addDisposableResource) || function (env, value, async) {
    if (value !== null && value !== void 0) {
        if (typeof value !== "object" && typeof value !== "function") throw new TypeError("Object expected.");
        var dispose, inner;
        if (async) {
            if (!Symbol.asyncDispose) throw new TypeError("Symbol.asyncDispose is not defined.");
            dispose = value[Symbol.asyncDispose];
        }
        if (dispose === void 0) {
            if (!Symbol.dispose) throw new TypeError("Symbol.dispose is not defined.");
            dispose = value[Symbol.dispose];
            if (async) inner = dispose;
        }
        if (typeof dispose !== "function") throw new TypeError("Object not disposable.");
        if (inner) dispose = function() { try { inner.call(this); } catch (e) { return Promise.reject(e); } };
        env.stack.push({ value: value, dispose: dispose, async: async });
    }
    else if (async) {
        env.stack.push({ async: true });
    }
    return value;
};
var __disposeResources = (this && this.__disposeResources) || (function (SuppressedError) {
    return function (env) {
        function fail(e) {
            env.error = env.hasError ? new SuppressedError(e, env.error, "An error was suppressed during disposal.") : e;
            env.hasError = true;
        }
        var r, s = 0;
        function next() {
            while (r = env.stack.pop()) {
                try {
                    if (!r.async && s === 1) return s = 0, env.stack.push(r), Promise.resolve().then(next);
                    if (r.dispose) {
                        var result = r.dispose.call(r.value);
                        if (r.async) return s |= 2, Promise.resolve(result).then(next, function(e) { fail(e); return next(); });
                    }
                    else s |= 1;
                }
                catch (e) {
                    fail(e);
                }
            }
            if (s === 1) return env.hasError ? Promise.reject(env.error) : Promise.resolve();
            if (env.hasError) throw env.error;
        }
        return next();
    };
})(typeof SuppressedError === "function" ? SuppressedError : function (error, suppressed, message) {
    var e = new Error(message);
    return e.name = "SuppressedError", e.error = error, e.suppressed = suppressed, e;
});
import { alignDown, alignUp } from "../base/bytes.js";
import { BlockChecker } from "../copy/block-checker.js";
import { corrupt, throwIfCancelled } from "../errors.js";
import { extentsOf } from "../map/extent.js";
import { readBytes } from "../map/read-map.js";
import { ChangeMap } from "../sidecar/change-map.js";
import { PAGE_ENTRIES } from "../sidecar/format.js";
import { BlockApplier, WINDOW } from "./block-applier.js";
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
export async function applySource(options) {
    const run = new Run(options);
    const { present, changes, verify } = options;
    if (options.resumes === true)
        await run.resumeAll();
    else if (present === null)
        await run.applyAll();
    else if (verify === true || present.sidecar === null)
        await run.verifyAll(present.disk, present.sidecar);
    else if (changes !== undefined)
        await run.applyList(changes, present.disk);
    else
        await run.scan(present.sidecar);
    return { changes: run.applier.finish(), ...run.applier.counts, scannedBytes: run.scannedBytes };
}
class Run {
    applier;
    scannedBytes = 0;
    #options;
    #digests;
    #blockSize;
    #blocks;
    #perWindow;
    #steps = 0;
    #settledBytes = 0;
    constructor(options) {
        const { source, next, present, fingerprint, resumes } = options;
        this.#options = options;
        const before = resumes === true ? next.disk : (present?.disk ?? null);
        this.#digests = options.digests ?? null;
        this.applier = new BlockApplier({ source, next, present: before, fingerprint, digests: this.#digests });
        this.#blockSize = next.facts.blockSize;
        this.#blocks = Math.ceil(next.facts.diskSize / this.#blockSize);
        this.#perWindow = Math.max(1, WINDOW / this.#blockSize);
    }
    /** Into an empty disk: data is written, zeros are there already. */
    async applyAll() {
        for (const { first, count } of this.#dataRuns(null)) {
            await this.#inWindows(first, count, (block, blocks) => {
                this.applier.apply(block, blocks);
                this.#settle();
            });
        }
    }
    /** Blocks that hold data in the source, or in what was left: each is read on both sides before any of it is written. */
    async resumeAll() {
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
    #settle() {
        const { writtenBytes } = this.applier.counts;
        if (writtenBytes - this.#settledBytes < SETTLE_EVERY)
            return;
        this.#settledBytes = writtenBytes;
        this.#options.next.disk.settle();
    }
    async verifyAll(disk, known) {
        for (const { first, count } of mergedRuns(this.#dataRuns(known), this.#runsOf(disk))) {
            await this.#inWindows(first, count, (block, blocks) => this.applier.verify(block, blocks, known !== null));
        }
    }
    async applyList(changes, before) {
        const { diskSize } = this.#options.next.facts;
        const ranges = resized(changes, before.size, diskSize, this.#blockSize);
        const spans = [...blockSpans(ranges, this.#blockSize, diskSize)];
        const windows = windowsOf(spans, this.#perWindow * this.#blockSize);
        const soon = [];
        for (let bytes = 0;;) {
            while (soon.length < SOON && bytes < SOON_BYTES) {
                const { value } = windows.next();
                if (value === undefined)
                    break;
                this.applier.announceRanges(ranges, value);
                bytes += value.length;
                soon.push(value);
            }
            const window = soon.shift();
            if (window === undefined)
                break;
            bytes -= window.length;
            this.applier.applyRanges(ranges, window);
            await this.#step(window.length);
        }
        if (this.#digests !== null)
            await this.#digestRest(before, spans, this.#digests);
    }
    /** What the list does not name is as it was: it is read from the present state, and proven by its fingerprints. */
    async #digestRest(before, listed, digests) {
        const env_1 = { stack: [], error: void 0, hasError: false };
        try {
            const { next, threads, signal } = this.#options;
            const checker = __addDisposableResource(env_1, new BlockChecker(threads === undefined ? {} : { threads }), true);
            await checker.check({
                map: before,
                blockSize: this.#blockSize,
                runs: runsBetween(listed, this.#blockSize, Math.ceil(Math.min(before.size, next.facts.diskSize) / this.#blockSize)),
                expected: (block, count, target, at) => next.sidecar.fingerprints(block, count, target, at),
                onBad: (block) => {
                    throw corrupt('REPLICA_DAMAGED', `block ${block} of the replica is not what its fingerprint says`, {
                        structure: 'virtual disk',
                        offset: block * this.#blockSize,
                        hint: 'run pitvault consistency-check: it repairs the replica from the source',
                    });
                },
                onDigest: (block, digest) => digests.set(block, digest),
                signal,
            });
        }
        catch (e_1) {
            env_1.error = e_1;
            env_1.hasError = true;
        }
        finally {
            const result_1 = __disposeResources(env_1);
            if (result_1)
                await result_1;
        }
    }
    /** Blocks whose fingerprints differ are read once more and compared. */
    async scan(known) {
        const env_2 = { stack: [], error: void 0, hasError: false };
        try {
            const { source, next, threads, signal } = this.#options;
            const digests = this.#digests;
            let differs = -1;
            const checker = __addDisposableResource(env_2, new BlockChecker(threads === undefined ? {} : { threads }), true);
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
        catch (e_2) {
            env_2.error = e_2;
            env_2.hasError = true;
        }
        finally {
            const result_2 = __disposeResources(env_2);
            if (result_2)
                await result_2;
        }
    }
    /**
     * Runs of blocks that may hold anything but zeros, in the source or by the fingerprints of `known`, ascending and cut
     * nowhere but between blocks.
     */
    *#dataRuns(known) {
        const ofSource = this.#runsOf(this.#options.source);
        yield* known === null ? ofSource : mergedRuns(ofSource, pageRuns(known, this.#blocks));
    }
    *#runsOf(map) {
        const blocks = this.#blocks;
        let [start, end] = [0, 0];
        for (const extent of extentsOf(map)) {
            if (extent.kind === 'zero')
                continue;
            const first = Math.min(blocks, Math.floor(extent.offset / this.#blockSize));
            const after = Math.min(blocks, Math.ceil((extent.offset + extent.length) / this.#blockSize));
            if (first > end) {
                if (end > start)
                    yield { first: start, count: end - start };
                start = first;
            }
            end = Math.max(end, after);
        }
        if (end > start)
            yield { first: start, count: end - start };
    }
    async #inWindows(first, count, work) {
        for (let block = first; block < first + count; block += this.#perWindow) {
            const blocks = Math.min(this.#perWindow, first + count - block);
            work(block, blocks);
            await this.#step(blocks * this.#blockSize);
        }
    }
    async #step(bytes) {
        this.scannedBytes += bytes;
        if (++this.#steps % STEP !== 0)
            return;
        this.#options.onBytes?.(this.scannedBytes);
        await new Promise((resolve) => setImmediate(resolve));
        throwIfCancelled(this.#options.signal);
    }
}
/** Blocks of the pages that have fingerprints. */
function* pageRuns(known, blocks) {
    for (const page of known.pageNumbers()) {
        const first = page * PAGE_ENTRIES;
        if (first < blocks)
            yield { first, count: Math.min(PAGE_ENTRIES, blocks - first) };
    }
}
/** What either of two ascending lists of runs holds. */
function* mergedRuns(a, b) {
    const [left, right] = [a[Symbol.iterator](), b[Symbol.iterator]()];
    let [one, two] = [left.next(), right.next()];
    let [start, end] = [0, 0];
    while (one.done !== true || two.done !== true) {
        const takesOne = two.done === true || (one.done !== true && one.value.first <= two.value.first);
        const { first, count } = (takesOne ? one.value : two.value);
        if (takesOne)
            one = left.next();
        else
            two = right.next();
        if (first > end) {
            if (end > start)
                yield { first: start, count: end - start };
            start = first;
        }
        end = Math.max(end, first + count);
    }
    if (end > start)
        yield { first: start, count: end - start };
}
/** The ranges within the new disk, with what growing or shrinking changes by itself. */
function resized(changes, before, after, blockSize) {
    const clipped = changes.clip(after);
    if (before === after)
        return clipped;
    const from = before < after ? before : alignDown(after, blockSize);
    return from < after ? clipped.union(ChangeMap.of([{ offset: from, length: after - from }])) : clipped;
}
/** Runs of whole blocks that the ranges reach into. */
function* blockSpans(ranges, blockSize, size) {
    let [start, end] = [0, 0];
    for (const { offset, length } of ranges.ranges()) {
        const first = alignDown(offset, blockSize);
        if (first > end) {
            if (end > start)
                yield { offset: start, length: end - start };
            start = first;
        }
        end = Math.max(end, Math.min(size, alignUp(offset + length, blockSize)));
    }
    if (end > start)
        yield { offset: start, length: end - start };
}
function* windowsOf(spans, size) {
    for (const { offset, length } of spans) {
        const end = offset + length;
        for (let at = offset; at < end; at += size)
            yield { offset: at, length: Math.min(size, end - at) };
    }
}
/** Blocks below `end` that none of these spans of whole blocks holds. */
function* runsBetween(spans, blockSize, end) {
    let first = 0;
    for (const { offset, length } of spans) {
        const from = Math.min(end, offset / blockSize);
        if (from > first)
            yield { first, count: from - first };
        first = Math.max(first, Math.ceil((offset + length) / blockSize));
    }
    if (first < end)
        yield { first, count: end - first };
}
/** Copies what the present state holds into an empty disk: a new base. */
export async function copyDisk(from, next, options) {
    let steps = 0;
    const size = Math.min(from.size, next.facts.diskSize);
    for (const extent of extentsOf(from, 0, size)) {
        if (extent.kind === 'zero')
            continue;
        for (let at = extent.offset; at < extent.offset + extent.length; at += WINDOW) {
            const length = Math.min(WINDOW, extent.offset + extent.length - at);
            next.disk.write(at, readBytes(from, at, length));
            options.onBytes?.(at + length);
            if (++steps % STEP !== 0)
                continue;
            await new Promise((resolve) => setImmediate(resolve));
            throwIfCancelled(options.signal);
        }
    }
}

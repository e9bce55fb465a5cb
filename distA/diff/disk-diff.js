/**
 * What differs between two disks: any two address maps, of whatever format, chain or place.
 *
 * The cheapest proof is tried first (see DiffMethod): where both disks live at one place of one file they are equal
 * without being read, so two points of a chain, or two clones, are compared at the speed of their metadata. Bytes are
 * read only where nothing else decided.
 *
 * Invariants:
 * 1. The ranges told, and only they, hold every byte that differs; they are ascending and do not touch when alike.
 * 2. What cannot be read is told as `unreadable`, never as equal or changed.
 * 3. A smaller disk counts as if zeros followed its end; the sizes are told.
 * 4. Memory is bounded whatever the size and the fragmentation of the disks.
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
import { SECTOR_SIZE } from "../copy/compare-kernel.js";
import { CopyThreads } from "../copy/copy-threads.js";
import { throwIfCancelled } from "../errors.js";
import { ByteComparison, shifted, sideOf } from "./byte-comparison.js";
import { RangeJoiner } from "./diff-ranges.js";
import { HostStorage } from "./host-storage.js";
import { leafPairs, PaddedMap } from "./leaf-pairs.js";
/** Pairs between two turns of the event loop. */
const PAIRS_PER_BREATH = 4096;
/** Of a long pair so much is looked at in one go: its parts are held. */
const WINDOW = 2 ** 30;
export async function diffDisks(before, after, options = {}) {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
        const run = __addDisposableResource(env_1, new DiffRun(before, after, options), true);
        return run.run();
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
class DiffRun {
    #before;
    #after;
    #options;
    #size;
    #storage;
    #threads;
    #joiner;
    #bytes;
    #equal = { identity: 0, changes: 0, fingerprints: 0, extents: 0, bytes: 0 };
    #done = 0;
    constructor(before, after, options) {
        this.#before = before;
        this.#after = after;
        this.#options = options;
        this.#size = Math.max(before.size, after.size);
        this.#storage = new HostStorage(options.host ?? null);
        this.#threads = options.threads === 1 ? null : new CopyThreads();
        this.#joiner = new RangeJoiner(options.onRange ?? (() => { }));
        this.#bytes = new ByteComparison({
            threads: this.#threads,
            joiner: this.#joiner,
            signal: options.signal,
            onBytes: (bytes) => this.#progress(bytes),
        });
    }
    async run() {
        let steps = 0;
        for (const pair of leafPairs(this.#padded(this.#before), this.#padded(this.#after))) {
            if (++steps % PAIRS_PER_BREATH === 0)
                await this.#breathe();
            const { offset, length } = pair;
            const [before, after] = [sideOf(pair.before, offset), sideOf(pair.after, offset)];
            if (isSame(before, after))
                this.#isEqual(length, 'identity');
            else
                await this.#decide(offset, length, before, after);
        }
        await this.#bytes.run();
        this.#joiner.flush();
        this.#equal.bytes = this.#bytes.equal;
        const { changed, possible, unreadable } = this.#joiner.counts;
        return {
            sizes: [this.#before.size, this.#after.size],
            precision: SECTOR_SIZE,
            equal: this.#equal,
            changed,
            possible,
            unreadable,
            readBytes: this.#bytes.read,
        };
    }
    async [Symbol.asyncDispose]() {
        await this.#threads?.close();
    }
    #padded(map) {
        return map.size === this.#size ? map : new PaddedMap(map, this.#size);
    }
    async #decide(offset, length, before, after) {
        for (let start = 0; start < length; start += WINDOW) {
            const part = Math.min(WINDOW, length - start);
            const parts = this.#undecided(offset + start, part, shifted(before, start), shifted(after, start));
            for (const undecided of parts)
                await this.#compare(offset + start, undecided);
        }
    }
    /** The parts of a pair that neither what is known beforehand nor the file system decides. */
    #undecided(offset, length, before, after) {
        const parts = [];
        const { known } = this.#options;
        if (known === undefined) {
            this.#stored(0, length, before, after, parts);
            return parts;
        }
        let told = 0;
        known.ranges.within(offset, length, (start, part) => {
            const distance = start - offset;
            this.#isEqual(distance - told, known.method);
            // What a change map names has been written anew: asking where it lies takes longer than all else, and says only that.
            const [one, two] = [shifted(before, distance), shifted(after, distance)];
            if (known.method === 'changes')
                this.#holes(distance, part, one, two, parts);
            else
                this.#stored(distance, part, one, two, parts);
            told = distance + part;
        });
        this.#isEqual(length - told, known.method);
        return parts;
    }
    #stored(distance, length, before, after, parts) {
        if (before.kind !== 'data' || after.kind !== 'data')
            this.#holes(distance, length, before, after, parts);
        else {
            this.#storage.compare(before.file, before.offset, after.file, after.offset, length, (start, part, same) => {
                if (same)
                    this.#isEqual(part, 'extents');
                else
                    this.#holes(distance + start, part, shifted(before, start), shifted(after, start), parts);
            });
        }
    }
    #holes(distance, length, before, after, parts) {
        this.#split(before, length, (startA, lengthA, sideA) => {
            this.#split(shifted(after, startA), lengthA, (startB, lengthB, sideB) => {
                const start = startA + startB;
                if (sideA.kind === 'zero' && sideB.kind === 'zero')
                    this.#isEqual(lengthB, 'extents');
                else
                    parts.push({ distance: distance + start, length: lengthB, before: shifted(sideA, startB), after: sideB });
            });
        });
    }
    #split(side, length, take) {
        if (side.kind !== 'data')
            take(0, length, side);
        else {
            this.#storage.holes(side.file, side.offset, length, (start, part, hole) => {
                take(start, part, hole ? NOTHING : shifted(side, start));
            });
        }
    }
    async #compare(offset, { distance, length, before, after }) {
        const start = offset + distance;
        if (this.#options.mapOnly === true) {
            this.#joiner.add(start, length, 'possible');
            this.#progress(length);
            return;
        }
        for (let done = 0; done < length;) {
            const taken = this.#bytes.add(start + done, length - done, shifted(before, done), shifted(after, done));
            if (taken === 0)
                await this.#bytes.run();
            done += taken;
        }
    }
    #isEqual(length, method) {
        if (length === 0)
            return;
        this.#equal[method] += length;
        this.#progress(length);
    }
    #progress(bytes) {
        this.#done += bytes;
        this.#options.onProgress?.(this.#done, this.#size);
    }
    async #breathe() {
        await new Promise((resolve) => setImmediate(resolve));
        throwIfCancelled(this.#options.signal);
    }
}
const NOTHING = { kind: 'zero', offset: 0 };
/** Equal without being read: nothing is stored on either side, or both sides are the same bytes of the same file. */
function isSame(before, after) {
    if (before.kind === 'zero' || after.kind === 'zero')
        return before.kind === after.kind;
    if (before.offset !== after.offset)
        return false;
    if (before.kind === 'data')
        return after.kind === 'data' && before.file.identity === after.file.identity;
    return after.kind === 'computed' && before.source === after.source;
}

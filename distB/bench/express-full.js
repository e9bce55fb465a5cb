/**
 * How fast this machine and this file system make express fulls: a seeded disk is protected, changed and backed up again
 * and again, in a pool of its own that is removed afterwards. What comes out is compared with the source.
 *
 * It measures pitvault on this machine. It says nothing about DPM, its agents or its network.
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
import { closeSync, fdatasyncSync, ftruncateSync, lstatSync, mkdirSync, mkdtempSync, openSync, readdirSync, readSync, rmSync, statfsSync, writeSync, } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { backup } from "../backup/backup.js";
import { changeMapOf } from "../backup/change-list.js";
import { bestMode, createReplicaPool } from "../backup/pool-on-disk.js";
import { protect } from "../backup/protect.js";
import { diffDisks } from "../diff/disk-diff.js";
import { throwIfCancelled } from "../errors.js";
import { openImage } from "../image/image.js";
import { alignedMemory } from "../io/aligned-memory.js";
import { DiskFile } from "../io/disk-file.js";
import { FileMap } from "../map/maps.js";
import { ChangeMap } from "../sidecar/change-map.js";
import { Workload } from "./workload.js";
/** Between two looks at what the file system has in use, and how many there are at most. */
const [REST_MS, RESTS_MAX] = [100, 50];
const ROUNDS = 5;
const DERIVES = 20;
const STEP = 2 ** 20;
export async function benchExpressFull(options) {
    const { size, changeRate, blockMix, locality, seed } = options;
    const params = { size, changeRate, blockMix, locality, seed };
    const workload = new Workload(params);
    const rounds = options.rounds ?? ROUNDS;
    mkdirSync(options.folder, { recursive: true });
    const folder = mkdtempSync(join(resolve(options.folder), 'pitvault-bench-'));
    try {
        const runs = [];
        let mode = 'chain';
        let fullCopy = { ms: 0, bytesPerSecond: 0 };
        for (const workers of [1, 2]) {
            if (workers > options.workers)
                break;
            const bench = new Bench(folder, workload, workers, rounds, options);
            try {
                bench.fillSource();
                fullCopy = bench.copySource();
                mode = bench.mode;
                runs.push(await bench.run());
            }
            finally {
                bench.remove();
            }
        }
        return {
            params,
            workDigest: workload.digest(2 * rounds),
            writesPerRound: workload.writes(1).length,
            fileSystem: options.host?.fileSystemName(folder) ?? null,
            mode,
            native: options.host?.name ?? 'portable',
            fullCopy,
            runs,
        };
    }
    finally {
        rmSync(folder, { recursive: true, force: true });
    }
}
class Bench {
    mode;
    #folder;
    #workload;
    #workers;
    #rounds;
    #options;
    #pool;
    #source;
    constructor(folder, workload, workers, rounds, options) {
        this.#folder = join(folder, `workers-${workers}`);
        mkdirSync(this.#folder);
        this.#workload = workload;
        this.#workers = workers;
        this.#rounds = rounds;
        this.#options = options;
        this.#source = join(this.#folder, 'source.raw');
        this.#pool = createReplicaPool(join(this.#folder, 'pool'), 'bench.local', options.host);
        this.mode = bestMode(this.#pool);
    }
    remove() {
        rmSync(this.#folder, { recursive: true, force: true });
    }
    fillSource() {
        const fd = openSync(this.#source, 'wx');
        try {
            ftruncateSync(fd, this.#workload.params.size);
            for (const { offset, bytes } of this.#workload.firstContent()) {
                writeAll(fd, bytes, offset);
                this.#tell(offset, 'making the disk');
            }
            fdatasyncSync(fd);
        }
        finally {
            closeSync(fd);
        }
    }
    copySource() {
        const { size } = this.#workload.params;
        const copy = join(this.#folder, 'copy.raw');
        const buffer = alignedMemory(STEP);
        const started = performance.now();
        const [from, to] = [openSync(this.#source, 'r'), openSync(copy, 'wx')];
        try {
            for (let at = 0; at < size; at += STEP) {
                const part = buffer.subarray(0, readSync(from, buffer, 0, Math.min(STEP, size - at), at));
                writeAll(to, part, at);
                this.#tell(at, 'full copy');
            }
            fdatasyncSync(to);
        }
        finally {
            closeSync(from);
            closeSync(to);
        }
        const ms = performance.now() - started;
        rmSync(copy);
        return { ms, bytesPerSecond: perSecond(size, ms) };
    }
    async run() {
        const { size } = this.#workload.params;
        const [, initialMs] = await this.#timed((job) => protect(this.#pool, job.source, { ...job, name: 'bench', mode: this.mode }));
        const initial = await this.#usedAtRest();
        const scan = await this.#express(1, false);
        const changeList = await this.#express(1 + this.#rounds, true);
        const changed = scan.changedBytes + changeList.changedBytes;
        const grown = (await this.#usedAtRest()) - initial;
        const derive = await this.#derive();
        return {
            workers: this.#workers,
            initialReplica: { ms: initialMs, bytesPerSecond: perSecond(size, initialMs) },
            scan,
            changeList,
            derive,
            spaceAmplification: changed === 0 ? 0 : grown / changed,
            differingBytes: await this.#verify(),
        };
    }
    async #express(first, withList) {
        let [ms, scannedBytes, changedBytes, writes] = [0, 0, 0, 0];
        for (let round = first; round < first + this.#rounds; round++) {
            const made = this.#change(round);
            writes += made.length;
            const changes = withList ? changeMapOf(made, this.#workload.params.size) : undefined;
            const [report, took] = await this.#timed((job) => backup(this.#pool, 'bench', job.source, { ...job, changes }));
            ms += took;
            scannedBytes += report.scannedBytes;
            changedBytes += report.changedBytes;
        }
        return {
            rounds: this.#rounds,
            ms,
            scannedBytes,
            changedBytes,
            scannedPerSecond: perSecond(scannedBytes, ms),
            changedPerSecond: perSecond(changedBytes, ms),
            writesPerSecond: perSecond(writes, ms),
        };
    }
    async #derive() {
        const times = [];
        for (let i = 0; i < DERIVES; i++) {
            const changes = new ChangeMap();
            times.push((await this.#timed((job) => backup(this.#pool, 'bench', job.source, { ...job, changes })))[1]);
        }
        times.sort((a, b) => a - b);
        const at = (share) => times[Math.min(DERIVES - 1, Math.floor(share * DERIVES))];
        return { count: DERIVES, p50Ms: at(0.5), p99Ms: at(0.99) };
    }
    /** Makes the writes of a round. Returns what they cover, ascending. */
    #change(round) {
        const writes = this.#workload.writes(round);
        const content = this.#workload.contents(round);
        const fd = openSync(this.#source, 'r+');
        try {
            for (const { offset, length } of writes)
                writeAll(fd, content(length), offset);
            fdatasyncSync(fd);
        }
        finally {
            closeSync(fd);
        }
        return writes.toSorted((a, b) => a.offset - b.offset);
    }
    async #timed(work) {
        const { signal, onProgress } = this.#options;
        const file = new DiskFile(this.#source);
        try {
            const source = { name: this.#source, disk: new FileMap(file) };
            const started = performance.now();
            const report = await work({ source, signal, onProgress, threads: this.#workers });
            return [report, performance.now() - started];
        }
        finally {
            file.close();
        }
    }
    async #verify() {
        const file = new DiskFile(this.#source);
        try {
            const env_1 = { stack: [], error: void 0, hasError: false };
            try {
                const replica = __addDisposableResource(env_1, await openImage(this.#pool.find('bench').container.replica().path), true);
                const { signal } = this.#options;
                const { changed, unreadable } = await diffDisks(new FileMap(file), replica.disk, { signal });
                return changed.bytes + unreadable.bytes;
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
        finally {
            file.close();
        }
    }
    /** The same when the file system is done: it frees what was removed before, and what files had in reserve, later. */
    async #usedAtRest() {
        for (let before = this.#used(), looks = 0;; looks++) {
            await setTimeout(REST_MS);
            const used = this.#used();
            if (used === before || looks === RESTS_MAX)
                return used;
            before = used;
        }
    }
    /** Bytes the pool takes: of clones, what is gone from the file system, since shared blocks count for every file. */
    #used() {
        if (this.mode === 'chain')
            return allocatedBelow(this.#pool.path);
        const { bsize, blocks, bfree } = statfsSync(this.#folder);
        return bsize * (blocks - bfree);
    }
    #tell(done, what) {
        throwIfCancelled(this.#options.signal);
        this.#options.onProgress?.(done, this.#workload.params.size, what);
    }
}
function allocatedBelow(folder) {
    let bytes = 0;
    const seen = new Set();
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
        const { blocks, ino } = lstatSync(join(folder, name));
        if (!seen.has(ino))
            bytes += 512 * blocks;
        seen.add(ino);
    }
    return bytes;
}
function writeAll(fd, bytes, offset) {
    for (let done = 0; done < bytes.length;)
        done += writeSync(fd, bytes, done, bytes.length - done, offset + done);
}
function perSecond(amount, ms) {
    return ms === 0 ? 0 : Math.round(amount / (ms / 1000));
}

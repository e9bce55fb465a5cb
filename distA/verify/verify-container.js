/**
 * Verifies every state of one replica: structures by their rules, payload by its fingerprints.
 *
 * 1. States are read oldest first. A block that is the same storage with the same fingerprint as in the state before has
 *    been read there; what was wrong with it is wrong here too, until it changes.
 * 2. A state without fingerprints is checked as far as it tells of itself, and the report says so.
 * 3. Nothing is written.
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
import { BELOW } from "../disk/below-disk.js";
import { asStorageError, StorageError } from "../errors.js";
import { checkVolumes } from "../image/check-image.js";
import { Image } from "../image/image.js";
import { OpenContext } from "../image/source.js";
import { extentsOf } from "../map/extent.js";
import { FileMap } from "../map/maps.js";
import { extentChanges } from "../retention/extent-changes.js";
import { decodeSeal, SealDigests } from "../sidecar/seal.js";
import { differingRanges } from "../sidecar/sidecar.js";
import { openSidecar } from "../sidecar/sidecar-files.js";
import { ContainerChain } from "./container-chain.js";
import { DamageLogs } from "./damage-log.js";
import { filesIn } from "./files-hit.js";
import { FileExtents, placedRanges } from "./placed-ranges.js";
import { listStateFiles } from "./state-files.js";
import { blockRuns, wholeRuns } from "./state-runs.js";
export class ContainerVerifier {
    #container;
    #states;
    #options;
    #chain;
    #damage = new DamageLogs();
    #digests;
    #before = null;
    constructor(container, states, options) {
        this.#states = states;
        this.#container = container;
        this.#options = options;
        const list = () => listStateFiles(options.store, container);
        this.#chain = new ContainerChain((path) => options.store.open(path), states, list);
        this.#digests = options.seal === true ? new SealDigests() : null;
    }
    /** All states, or only one: the others, and points that are going, are opened as parents and no more. */
    async run(only) {
        const reports = [];
        try {
            for (const [index, state] of this.#states.entries()) {
                this.#options.onProgress?.(index, this.#states.length, state.path);
                if (state === only || (only === undefined && !state.isGoing))
                    reports.push(await this.#verify(state));
                else
                    this.#openOnly(state);
                if (state === only)
                    break;
            }
        }
        finally {
            this.#before?.sidecar?.close();
            this.#chain.close();
        }
        return { container: this.#container, states: reports, damage: this.#damage.finish() };
    }
    /** A state that cannot be opened is told of by those that need it. */
    #openOnly(state) {
        try {
            this.#chain.next(state);
        }
        catch (error) {
            if (!StorageError.isDamage(error))
                throw error;
        }
    }
    async #verify(listed) {
        let state = listed;
        const findings = state.defect === null ? [] : [errorFinding(state.defect)];
        const place = () => ({
            id: state.id,
            isReplica: state.isReplica,
            path: state.path,
            capturedMs: state.facts?.capturedMs ?? null,
        });
        const nothing = { root: null, seal: null, bytesRead: 0, findings };
        try {
            const open = this.#chain.next(listed);
            state = open.state;
            if (state !== listed)
                findings.push(newerFinding(listed));
            findings.push(...open.disk.findings, ...open.disk.check());
            const sidecar = this.#openSidecar(state, findings);
            if (sidecar === null) {
                this.#take(null);
                findings.push(...this.#withoutFingerprints(open, state));
                return { ...place(), ...nothing, payload: 'no fingerprints' };
            }
            return { ...place(), ...(await this.#withFingerprints(open, sidecar, findings)) };
        }
        catch (error) {
            if (!StorageError.isDamage(error))
                throw error;
            this.#take(null);
            findings.push(errorFinding(asStorageError(error, { image: state.path })));
            return { ...place(), ...nothing, payload: 'unreadable' };
        }
    }
    /** Open and read whole: each of its sections is checked by being read. */
    #openSidecar(state, findings) {
        if (state.facts === null || state.dataWriteGuid === null)
            return null;
        let sidecar = null;
        try {
            sidecar = openSidecar(this.#options.store, this.#container, state.dataWriteGuid, this.#options.fingerprint);
            for (const page of sidecar.pageNumbers())
                sidecar.page(page);
            sidecar.changes();
            sidecar.seal();
            return sidecar;
        }
        catch (error) {
            sidecar?.close();
            if (!StorageError.isDamage(error))
                throw error;
            findings.push(errorFinding(error));
            return null;
        }
    }
    #withoutFingerprints({ disk, file }, state) {
        const image = new Image({ map: new FileMap(file), name: state.path, hostPath: state.path }, disk, new OpenContext());
        return [...checkVolumes(image)];
    }
    async #withFingerprints(open, sidecar, findings) {
        const env_1 = { stack: [], error: void 0, hasError: false };
        try {
            const { state, disk } = open;
            const { host, size } = open.file;
            const extents = host === undefined ? null : FileExtents.of(this.#options.host, host, size);
            const step = { open, sidecar, extents };
            const { blockSize, diskSize } = sidecar.facts;
            if (disk.size !== diskSize) {
                const message = `the disk has ${disk.size} bytes, its fingerprints are of ${diskSize}`;
                throw new StorageError('corrupt', 'SIDECAR_SIZE', message, { image: state.path, structure: 'sidecar' });
            }
            let bytesRead = 0;
            // What is asked for while the runs are made needs pages of its own: each sidecar holds one at a time.
            const answers = __addDisposableResource(env_1, openSidecar(this.#options.store, this.#container, state.dataWriteGuid, this.#options.fingerprint), false);
            const log = this.#damage.begin(state.id, blockSize, diskSize);
            const digests = this.#digests;
            await this.#options.checker.check({
                map: disk,
                blockSize,
                runs: this.#visited(this.#runs(step), log),
                expected: (block, count, target, at) => answers.fingerprints(block, count, target, at),
                onBad: (block, verdict) => log.bad(block, verdict),
                onDigest: digests === null ? undefined : (block, digest) => digests.set(block, digest),
                signal: this.#options.signal,
                onBytes: (bytes) => (bytesRead += bytes),
            });
            const fresh = log.end();
            if (fresh.length > 0)
                log.hit(filesIn(disk, open.file, state.path, fresh));
            const payload = log.isSound ? 'verified' : 'damaged';
            const seal = digests === null || !log.isSound ? null : this.#sealOf(sidecar, digests.root(diskSize, blockSize));
            this.#take(step);
            return { payload, root: sidecar.root, seal, bytesRead, findings };
        }
        catch (e_1) {
            env_1.error = e_1;
            env_1.hasError = true;
        }
        finally {
            __disposeResources(env_1);
        }
    }
    /** Forgets, block by block, what was known of those that are read again. */
    *#visited(runs, log) {
        for (const run of runs) {
            log.forget(run);
            if (this.#digests !== null)
                for (let block = run.first; block < run.first + run.count; block++)
                    this.#digests.clear(block);
            yield run;
        }
    }
    #runs(step) {
        const before = this.#before;
        const { sidecar, open } = step;
        const { blockSize } = sidecar.facts;
        const isComparable = before?.sidecar != null && before.sidecar.facts.blockSize === blockSize;
        const changed = isComparable ? changedStorage(before, step) : null;
        if (changed !== null)
            return blockRuns(blockSize, changed, differingRanges(before.sidecar, sidecar));
        this.#damage.forgetAll();
        this.#digests?.clearAll();
        return wholeRuns(open.disk, sidecar, open.disk.parent === null ? step.extents : null);
    }
    #sealOf(sidecar, sha256) {
        const bytes = sidecar.seal();
        const old = bytes === null ? null : decodeSeal(bytes);
        if (old === null)
            return { sha256, sealedMs: Date.now(), state: 'made' };
        return { ...old, state: old.sha256 === sha256 ? 'holds' : 'broken' };
    }
    #take(step) {
        this.#before?.sidecar?.close();
        this.#before = step;
        if (step === null)
            this.#damage.forgetAll();
    }
}
/** What is not the same storage as in the state before, or null where nobody knows. */
function changedStorage(before, step) {
    const { disk, own } = step.open;
    if (disk.parent !== null)
        return disk.parent === before.open.link ? ownRanges(own) : null;
    if (before.open.disk.parent !== null || before.extents === null || step.extents === null)
        return null;
    return extentChanges(placedRanges(before.open.disk, before.extents), placedRanges(disk, step.extents));
}
/** What the file of a child says itself, zeros included. */
function* ownRanges(own) {
    for (const extent of extentsOf(own))
        if (extent.kind !== 'computed' || extent.source !== BELOW)
            yield extent;
}
function newerFinding({ path }) {
    const message = `a backup has replaced ${path} since this began: the state of then was verified, the new one was not`;
    return { severity: 'info', code: 'VERIFY_NEWER', message, at: { image: path } };
}
function errorFinding(error) {
    return { severity: 'error', code: error.code, message: error.message, at: error.at };
}

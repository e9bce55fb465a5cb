/**
 * What the points of a replica cost, from what is known of them without reading payload: the change maps of a replica
 * that pitvault keeps, or where the blocks of the files lie in any other container.
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
import { alignDown } from "../base/bytes.js";
import { DiskFile } from "../io/disk-file.js";
import { depthsOf } from "../replica/depths.js";
import { extentChanges } from "../retention/extent-changes.js";
import { measureUsage } from "../retention/usage.js";
import { loadFingerprinter } from "../sidecar/fingerprint.js";
import { openSidecar } from "../sidecar/sidecar-files.js";
import { FileExtents } from "./placed-ranges.js";
/** From change maps and fingerprints. A state that has lost its sidecar counts as one that changed nothing. */
export async function usageOf({ container, file }) {
    const fingerprint = await loadFingerprinter();
    const states = container.states();
    const depths = file.mode === 'chain' ? depthsOf(container, states) : null;
    return measureUsage(states.map((state, i) => ({
        id: state.id,
        ranges: changesOf(state, states[i - 1] ?? null, state.guid !== null && depths?.get(state.guid) === 1, (guid) => openSidecar(container.store, container.path, guid, fingerprint)),
    })));
}
function* changesOf({ guid, facts }, before, isBase, open) {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
        if (guid === null || facts === null)
            return;
        const sidecar = __addDisposableResource(env_1, open(guid), false);
        const { diskSize, previousGuid } = facts;
        // A full base in a chain takes over nothing, however little changed; of the oldest state all that it stores is a change.
        const isFull = before !== null && (previousGuid !== before.guid || isBase);
        const sizeBefore = before?.facts?.diskSize ?? 0;
        const ranges = isFull ? [{ offset: 0, length: diskSize }] : sidecar.changes().ranges();
        yield* byStorage(sidecar, ranges);
        if (sizeBefore > diskSize)
            yield { offset: diskSize, length: sizeBefore - diskSize, isStored: false };
    }
    catch (e_1) {
        env_1.error = e_1;
        env_1.hasError = true;
    }
    finally {
        __disposeResources(env_1);
    }
}
/**
 * The ranges in parts that are stored and parts that lie in blocks of zeros. Such a block is stored no more as a whole, with
 * whatever zeros in it had been written before: so all of it counts as changed.
 */
function* byStorage(sidecar, ranges) {
    const { blockSize, diskSize } = sidecar.facts;
    let told = 0;
    for (const { offset, length } of ranges) {
        const end = offset + length;
        for (let at = Math.max(told, offset); at < end; at = told) {
            const isStored = !sidecar.isZero(Math.floor(at / blockSize));
            let stop = alignDown(at, blockSize) + blockSize;
            while (stop < end && !sidecar.isZero(stop / blockSize) === isStored)
                stop += blockSize;
            const start = isStored ? at : Math.max(told, alignDown(at, blockSize));
            told = Math.min(stop, isStored ? end : diskSize);
            yield { offset: start, length: told - start, isStored };
        }
    }
}
/**
 * From the extents of whole files, so structures count too. Null where the file system does not tell where blocks are.
 */
export function usageOfFiles(files, host) {
    let before = null;
    let isKnown = true;
    const usage = measureUsage(files.map(({ id, path }) => ({
        id,
        ranges: (function* () {
            if (!isKnown)
                return;
            const file = new DiskFile(path);
            const { size } = file;
            const extents = extentsOfFile(file, host);
            isKnown = extents !== null;
            if (extents === null)
                return;
            const old = before === null ? [] : before.extents.within(0, before.size, 0);
            yield* extentChanges(old, extents.within(0, size, 0));
            before = { extents, size };
        })(),
    })));
    return isKnown ? usage : null;
}
function extentsOfFile(file, host) {
    try {
        return FileExtents.of(host, file.host, file.size);
    }
    finally {
        file.close();
    }
}

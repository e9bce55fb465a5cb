/** One file over all states of a replica: which are there, and which differ. */
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
import { CopyEngine, hashMap } from "../copy/copy-engine.js";
import { StorageError } from "../errors.js";
import { chooseShadow } from "../image/choose-shadow.js";
import { normalizePath, splitStream } from "../image/path.js";
import { extentsOf } from "../map/extent.js";
import { chooseVolume } from "../pool/replica-volume.js";
import { pointsByTime } from "../pool/storage-pool.js";
/** Versions oldest first. Where the pool has several replicas, those that never held the path are left out. */
export async function fileVersions(pool, path, options = {}) {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
        const versions = [];
        const containers = pool.select(options);
        const engine = __addDisposableResource(env_1, new CopyEngine(), true);
        for (const container of containers) {
            const found = await versionsIn(await statesOf(container, options), path, engine, options);
            if (containers.length === 1 || found.some((version) => version.size !== null))
                versions.push(...found);
        }
        if (versions.some((version) => version.size !== null))
            return versions;
        throw versionsNone(containers.length === 1 ? 'this replica' : 'any replica', path);
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
/** The same over the shadow copies of a volume of one image, oldest first, and the volume as it is. */
export async function shadowVersions(image, path, options = {}) {
    const env_2 = { stack: [], error: void 0, hasError: false };
    try {
        const volume = image.volume(options.volume);
        const states = volume.shadowCopies.copies.map((copy) => ({
            base: { replicaId: volume.guid ?? image.name, pointId: copy.id, isReplica: false, capturedMs: copy.createdMs },
            use: (work) => work(chooseShadow(volume, { shadow: String(copy.number) }).requireFileSystem()),
        }));
        states.push({
            base: { replicaId: volume.guid ?? image.name, pointId: 'live', isReplica: true, capturedMs: 0 },
            use: (work) => work(volume.requireFileSystem()),
        });
        const engine = __addDisposableResource(env_2, new CopyEngine(), true);
        const versions = await versionsIn(states, path, engine, options);
        if (versions.some((version) => version.size !== null))
            return versions;
        throw versionsNone(`volume ${volume.number}`, path);
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
function versionsNone(where, path) {
    return new StorageError('not-found', 'VERSIONS_NONE', `no state of ${where} holds ${path}`, {
        hint: 'paths start at the root of the volume: pitvault ls -R on one image shows them',
    });
}
async function statesOf(container, options) {
    return (await pointsByTime(container)).map(({ point, time }) => ({
        base: { replicaId: container.replicaId, pointId: point.id, isReplica: point.isReplica, capturedMs: time.ms },
        use: async (work) => {
            const env_3 = { stack: [], error: void 0, hasError: false };
            try {
                const image = __addDisposableResource(env_3, await point.open(), true);
                return await work(chooseVolume(image, container, options.volume).requireFileSystem());
            }
            catch (e_3) {
                env_3.error = e_3;
                env_3.hasError = true;
            }
            finally {
                const result_3 = __disposeResources(env_3);
                if (result_3)
                    await result_3;
            }
        },
    }));
}
async function versionsIn(states, path, engine, options) {
    const versions = [];
    const { file, stream } = splitStream(normalizePath(path));
    let before = null;
    for (const { base, use } of states) {
        try {
            await use(async (fileSystem) => {
                const entry = fileSystem.lookup(file);
                if (entry === null) {
                    versions.push({ ...base, size: null, modifiedMs: 0, state: 'absent', how: null });
                    before = null;
                    return;
                }
                const { seen, state, how } = await compare(fileSystem.open(entry, stream), before, engine, base.pointId, options);
                before = seen;
                const { size, sha256 } = seen;
                const digest = sha256 === null ? {} : { sha256 };
                versions.push({ ...base, size, modifiedMs: entry.modifiedMs, state, how, ...digest });
            });
        }
        catch (error) {
            if (!StorageError.isDamage(error))
                throw error;
            versions.push({ ...base, size: null, modifiedMs: 0, state: 'unreadable', how: null, error: error.message });
        }
    }
    return versions;
}
/** By size, then by where the bytes live, then by their digest: the cheapest proof that decides. */
async function compare(content, before, engine, what, options) {
    const extents = keepable(content);
    const seen = { size: content.size, extents, sha256: null };
    if (before !== null && before.size === seen.size && sameExtents(before.extents, extents)) {
        seen.sha256 = before.sha256;
        return { seen, state: 'same', how: 'extents' };
    }
    let done = 0;
    const hashed = await hashMap(engine, content, {
        signal: options.signal,
        onBytes: (bytes) => options.onProgress?.((done += bytes), content.size, what),
    });
    seen.sha256 = hashed.sha256;
    if (before === null)
        return { seen, state: 'first', how: null };
    if (before.size !== seen.size)
        return { seen, state: 'changed', how: 'size' };
    return {
        seen,
        state: before.sha256 === seen.sha256 ? 'same' : 'changed',
        how: 'sha256',
    };
}
/** More extents than this are not worth keeping for a comparison that a digest decides as well. */
const EXTENTS_MAX = 65_536;
function keepable(content) {
    const extents = [];
    for (const extent of extentsOf(content)) {
        if (extent.kind === 'computed' || extents.length >= EXTENTS_MAX)
            return null;
        extents.push(extent);
    }
    return extents;
}
/** Equal without reading: every leaf lives at the same place of the same unchanging file. */
export function sameExtents(a, b) {
    if (a === null || b === null || a.length !== b.length)
        return false;
    return a.every((left, index) => {
        const right = b[index];
        if (left.kind !== right.kind || left.offset !== right.offset || left.length !== right.length)
            return false;
        if (left.kind !== 'data' || right.kind !== 'data')
            return left.kind === 'zero';
        return left.file.identity === right.file.identity && left.fileOffset === right.fileOffset;
    });
}

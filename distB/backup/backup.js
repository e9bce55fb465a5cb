/**
 * Express full and consistency check: each takes the time before it reads the source, derives the next state from the
 * replica, applies what differs, and publishes.
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
import { StorageError } from "../errors.js";
import { NextState } from "../replica/next-state.js";
import { liveReplicaLost } from "../replica/unreadable.js";
import { POINT_LIMITS, requireRoom } from "../retention/limits.js";
import { ChangeMap } from "../sidecar/change-map.js";
import { loadFingerprinter } from "../sidecar/fingerprint.js";
import { blockSizeFor } from "../sidecar/format.js";
import { openSidecar } from "../sidecar/sidecar-files.js";
import { copyDisk } from "./express-full.js";
import { randomGuid, runJob, sizeOf, } from "./job.js";
/** Express full: the replica becomes a recovery point, what the source holds now becomes the replica. */
export async function backup(pool, wanted, source, options = {}) {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
        const replica = __addDisposableResource(env_1, pool.lock(pool.find(wanted)), false);
        requireConsistent(replica);
        return await advance(replica, source, options, false);
    }
    catch (e_1) {
        env_1.error = e_1;
        env_1.hasError = true;
    }
    finally {
        __disposeResources(env_1);
    }
}
/** A recovery point of the replica as it stands, without a source: the replica goes on holding what it held. */
export async function makePoint(pool, wanted, options = {}) {
    const env_2 = { stack: [], error: void 0, hasError: false };
    try {
        const replica = __addDisposableResource(env_2, pool.lock(pool.find(wanted)), false);
        requireConsistent(replica);
        return await advance(replica, null, options, false);
    }
    catch (e_2) {
        env_2.error = e_2;
        env_2.hasError = true;
    }
    finally {
        __disposeResources(env_2);
    }
}
function requireConsistent(replica) {
    if (!replica.isInconsistent)
        return;
    throw new StorageError('conflict', 'REPLICA_INCONSISTENT', `replica ${replica.file.name} is inconsistent`, {
        image: replica.container.path,
        hint: 'a consistency check was interrupted: run pitvault consistency-check again',
    });
}
/** Compares source and replica block by block, whatever the fingerprints say, and repairs what differs in a new state. */
export async function consistencyCheck(pool, wanted, source, options = {}) {
    const env_3 = { stack: [], error: void 0, hasError: false };
    try {
        const replica = __addDisposableResource(env_3, pool.lock(pool.find(wanted)), false);
        const report = await advance(replica, source, options, true);
        replica.setInconsistent(false);
        return report;
    }
    catch (e_3) {
        env_3.error = e_3;
        env_3.hasError = true;
    }
    finally {
        __disposeResources(env_3);
    }
}
/** `wanted`: null for the present state itself, of which nothing has changed. */
async function advance(replica, wanted, given, verify) {
    const fingerprint = await loadFingerprinter();
    const newGuid = given.newGuid ?? randomGuid;
    const { container, file } = replica;
    const state = container.replica();
    if (state === null || state.guid === null) {
        throw liveReplicaLost(container, state === null ? 'is not there' : 'cannot be read');
    }
    requirePointLimit(replica, given);
    const present = openPresent(replica, state, fingerprint, verify);
    try {
        const source = wanted ?? { name: state.path, disk: present.disk };
        const options = wanted === null ? { ...given, changes: ChangeMap.of([]) } : given;
        requireSameSectors(replica, source, present.disk.logicalSectorSize);
        const size = sizeOf(source, present.disk.logicalSectorSize);
        const sizeBefore = present.disk.size === size ? null : present.disk.size;
        if (options.shrink !== true)
            requireNoShrink(replica, source, size, present.disk.size);
        if (verify)
            replica.setInconsistent(true); // not before it is known that the check can begin
        const facts = {
            dataWriteGuid: newGuid(),
            previousGuid: state.guid,
            pointId: newGuid(),
            replicaId: file.replicaId,
            ...placeAfter(container, state, given.nowMs ?? Date.now()),
            diskSize: size,
            blockSize: blockSizeFor(size),
            depth: present.depth,
        };
        const current = present.sidecar === null ? { ...state, facts: null } : state;
        const derived = await derive(replica, { container, fingerprint, facts, current }, present, options);
        // Fingerprints of blocks of another size say nothing of these: bytes are compared, and all are made anew.
        const isComparable = state.facts?.blockSize === facts.blockSize;
        const before = isComparable ? present : { ...present, sidecar: null };
        return await runJob({ ...derived, replica, source, fingerprint, options, sizeBefore, present: before, verify });
    }
    finally {
        present.close();
    }
}
/** Behind the present state; where its sidecar is lost, behind every state that has one. */
function placeAfter(container, { facts }, nowMs) {
    const known = facts === null ? container.states().flatMap((state) => state.facts ?? []) : [facts];
    const count = facts === null ? container.pointIds().length : 0;
    return {
        sequence: known.reduce((last, { sequence }) => Math.max(last, sequence), count) + 1,
        capturedMs: known.reduce((last, { capturedMs }) => Math.max(last, capturedMs + 1), nowMs),
    };
}
/** Whoever opens the state counts in the replica's sectors: nothing on the disk would be found. */
function requireSameSectors({ container, file }, source, size) {
    const { name, logicalSectorSize = size } = source;
    if (logicalSectorSize === size)
        return;
    const message = `${name} has sectors of ${logicalSectorSize} bytes, replica ${file.name} of ${size}: nothing was written`;
    throw new StorageError('conflict', 'SOURCE_SECTORS', message, {
        image: container.path,
        hint: 'check that it is the source of this replica; a disk that was replaced by one of other sectors is protected anew, under another name',
    });
}
/** A smaller source is another one, or a part of one, more often than a disk that was made smaller. */
function requireNoShrink({ container, file }, source, size, before) {
    if (size >= before)
        return;
    const message = `${source.name} has ${size} bytes, replica ${file.name} has ${before}: nothing was written`;
    throw new StorageError('conflict', 'SOURCE_SMALLER', message, {
        image: container.path,
        hint: 'check that it is the source of this replica, and whole; if it was made smaller, say so with --shrink',
    });
}
/** The present state's disk and fingerprints. Damaged fingerprints stop a backup, and a consistency check does without. */
function openPresent({ container }, state, fingerprint, verify) {
    const { disk, depth, close } = container.open(state);
    try {
        const sidecar = openSidecar(container.store, container.path, state.guid, fingerprint);
        return {
            disk,
            sidecar,
            depth,
            close: () => {
                sidecar.close();
                close();
            },
        };
    }
    catch (error) {
        if (!StorageError.is(error) || (error.kind !== 'corrupt' && error.kind !== 'not-found')) {
            close();
            throw error;
        }
        if (verify)
            return { disk, sidecar: null, depth, close };
        close();
        throw new StorageError(error.kind, 'REPLICA_FINGERPRINTS', `the fingerprints of the replica: ${error.message}`, {
            image: container.path,
            structure: 'sidecar',
            hint: 'run pitvault consistency-check: it compares bytes and makes them anew',
            cause: error,
        });
    }
}
/** A clone where that is the mode and the disk keeps its size, else a link of the chain, or a new base when it is long. */
async function derive({ file }, params, present, options) {
    const { facts } = params;
    const isResized = facts.diskSize !== present.disk.size;
    if (file.mode === 'clone' && !isResized) {
        const next = NextState.clone(params, present.disk.parent);
        if (next !== null)
            return { next, derivation: 'clone' };
    }
    const shape = {
        size: facts.diskSize,
        logicalSectorSize: present.disk.logicalSectorSize === 4096 ? 4096 : 512,
        virtualDiskId: virtualDiskIdOf(present.disk),
    };
    if (present.depth < file.depthMax && !(file.mode === 'clone' && isResized)) {
        const deeper = { ...params, facts: { ...facts, depth: present.depth + 1 } };
        return { next: NextState.chain(deeper, shape, present.disk), derivation: 'chain' };
    }
    const next = NextState.base({ ...params, facts: { ...facts, depth: 1 } }, shape);
    try {
        const { onProgress } = options;
        const onBytes = (done) => onProgress?.(done, present.disk.size, 'copying a new base');
        await copyDisk(present.disk, next, { signal: options.signal, onBytes });
    }
    catch (error) {
        next.abandon();
        throw error;
    }
    return { next, derivation: 'base' };
}
/** DPM's own limit; a backup that finds no room fails, and prunes nothing. */
function requirePointLimit({ container, file }, { nowMs }) {
    const limit = POINT_LIMITS.expressFull;
    if (container.pointIds().length < limit)
        return;
    const points = container
        .states()
        .flatMap(({ id, isReplica, facts }) => (isReplica ? [] : [{ id, ms: facts?.capturedMs ?? 0 }]));
    requireRoom({ points, limit, nowMs: nowMs ?? Date.now(), name: file.name });
}
function virtualDiskIdOf(disk) {
    const id = disk.describe()['virtualDiskId'];
    return typeof id === 'string' ? id : randomGuid();
}

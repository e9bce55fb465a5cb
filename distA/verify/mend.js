/** What verification may write when asked to, under the lock of each replica: repairs, and the seals of whole states. */
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
import { dirname, resolve } from 'node:path';
import { invalidArgument, StorageError } from "../errors.js";
import { readPoolFile } from "../replica/layout.js";
import { loadFingerprinter } from "../sidecar/fingerprint.js";
import { rewriteSidecar } from "../sidecar/rewrite-sidecar.js";
import { encodeSeal } from "../sidecar/seal.js";
import { sidecarFolder } from "../sidecar/sidecar-files.js";
import { repairFrom } from "./repair.js";
/** The root of the pool that a verified target is, or lies in. Throws where pitvault keeps no pool. */
export function poolRootOf(store, target) {
    const path = resolve(target);
    const root = [path, dirname(dirname(dirname(dirname(path))))].find((one) => readPoolFile(store, one) !== null);
    if (root !== undefined)
        return root;
    throw invalidArgument('MEND_NO_POOL', `${target} is not in a pool that pitvault keeps: nothing is written to it`, {
        image: target,
        hint: 'copy the image, or protect it into a pool of its own',
    });
}
/** Repairs what the report says is damaged, from another pool, the same one, or an image. */
export async function repairReported(pool, report, other, signal) {
    const fingerprint = await loadFingerprinter();
    const repaired = [];
    const left = [];
    const unreadable = unreadableIn(pool);
    for (const { container, damage } of report.containers) {
        if (damage.blocks.length === 0)
            continue;
        const error = unreadable.get(replicaIdIn(container));
        if (error !== undefined) {
            left.push(...leftOf(damage, error));
            continue;
        }
        try {
            const env_1 = { stack: [], error: void 0, hasError: false };
            try {
                const replica = __addDisposableResource(env_1, pool.lock(pool.find(replicaIdIn(container))), false);
                const done = await repairFrom(replica.container, damage.blocks, other, {
                    store: pool.store,
                    fingerprint,
                    signal,
                });
                repaired.push(...done.repaired);
                left.push(...done.left);
            }
            catch (e_1) {
                env_1.error = e_1;
                env_1.hasError = true;
            }
            finally {
                __disposeResources(env_1);
            }
        }
        catch (error) {
            if (!StorageError.isDamage(error))
                throw error; // a backup that runs, say, costs this replica its repair
            left.push(...leftOf(damage, error));
        }
    }
    return { repaired, left };
}
function leftOf({ blocks }, error) {
    return blocks.flatMap(({ points, offset, length }) => points.map((point) => ({ point, offset, length, error: error.toJSON() })));
}
/** Keeps the seals that the report has made, each beside its state. Returns why those of a replica were not kept. */
export function keepSeals(pool, report) {
    const unreadable = unreadableIn(pool);
    const errors = [];
    for (const { container, states } of report.containers) {
        const made = states.filter(({ seal }) => seal?.state === 'made');
        if (made.length === 0 || unreadable.has(replicaIdIn(container)))
            continue; // among the findings of the report
        try {
            keepSealsOf(pool, container, made);
        }
        catch (error) {
            if (!StorageError.isDamage(error))
                throw error;
            errors.push(error);
        }
    }
    return errors;
}
function keepSealsOf(pool, container, made) {
    const env_2 = { stack: [], error: void 0, hasError: false };
    try {
        const replica = __addDisposableResource(env_2, pool.lock(pool.find(replicaIdIn(container))), false);
        const { store, path } = replica.container;
        for (const { id, root, seal } of made) {
            const state = replica.container.states().find((one) => one.id.toLowerCase() === id);
            const isSame = state?.facts != null && Buffer.from(state.facts.root).toString('hex') === root;
            if (isSame)
                rewriteSidecar(store, path, state.guid, { seal: encodeSeal(seal) });
        }
        store.syncFolder(sidecarFolder(path));
    }
    catch (e_2) {
        env_2.error = e_2;
        env_2.hasError = true;
    }
    finally {
        __disposeResources(env_2);
    }
}
/** Why nothing is written to a replica, by PhysicalReplicaId. */
function unreadableIn(pool) {
    return new Map(pool.unreadable().map(({ container, error }) => [container.replicaId, error]));
}
function replicaIdIn(container) {
    return container.slice(container.lastIndexOf('/') + 1).toLowerCase();
}

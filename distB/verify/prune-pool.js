/**
 * Pruning of whole pools: a plan for each replica by the rules of retention, with what it frees, and carrying it out.
 * Pools that pitvault keeps are pruned under their locks; in a pool of DPM's own nothing is touched unless that is asked
 * for by name.
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
import { invalidArgument, StorageError } from "../errors.js";
import { pointsByTime } from "../pool/storage-pool.js";
import { parentRequestOf } from "../replica/merge-states.js";
import { prune } from "../replica/prune.js";
import { readTombstone } from "../replica/tombstone.js";
import { planRetention, } from "../retention/plan.js";
import { usageOf, usageOfFiles } from "./point-usage.js";
/** The plan for a replica that pitvault keeps. Points whose time is lost stay. */
export async function planReplica(entry, rules, nowMs) {
    const { container, file } = entry;
    const timed = [];
    const lost = [];
    for (const { id, isReplica, facts } of container.states()) {
        if (isReplica)
            continue;
        if (facts !== null)
            timed.push({ id, ms: facts.capturedMs });
        else
            lost.push({ id, ms: 0, stays: true, why: 'its sidecar is lost: nobody knows its time' });
    }
    const usage = await usageOf(entry);
    return planOf(file.replicaId, file.name, planRetention(timed, rules, nowMs), lost, usage);
}
/** The plan for a container of DPM's own. */
export async function planDpmContainer(container, rules, nowMs, host) {
    const states = await pointsByTime(container);
    const points = states.filter(({ point }) => !point.isReplica && point.locator !== null);
    const plan = planRetention(points.map(({ point, time }) => ({ id: point.id, ms: time.ms })), rules, nowMs);
    const files = states.flatMap(({ point }) => point.locator === null ? [] : [{ id: point.id, path: point.locator }]);
    const isPacked = states.some(({ point }) => point.packed || point.locator?.includes('::') === true);
    return planOf(container.replicaId, null, plan, [], isPacked ? null : usageOfFiles(files, host));
}
function planOf(replicaId, name, plan, lost, usage) {
    const remove = plan.go.map(({ id }) => id);
    const points = [...plan.all, ...lost].map((verdict) => ({
        ...verdict,
        uniqueBytes: usage?.unique(verdict.id) ?? null,
    }));
    return { replicaId, name, points, remove, freedBytes: usage?.freedBy(remove) ?? null };
}
/**
 * Carries a plan out, under the replica's lock. What came or went since the plan was made is left as it is. Returns the
 * points that are gone now, those among them that an earlier pruning had named and not removed.
 */
export async function applyPlan(pool, plan, options = {}) {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
        const entry = pool.find(plan.replicaId);
        const begun = readTombstone(pool.store, entry.container.path).map(({ id }) => id);
        const replica = __addDisposableResource(env_1, pool.lock(entry), false);
        const there = new Set(replica.container.pointIds().map((id) => id.toLowerCase()));
        const remove = plan.remove.filter((id) => there.has(id.toLowerCase()));
        await prune(replica, remove, options);
        return [...begun, ...remove];
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
 * Removes points of a container that DPM keeps. DPM is not told: it lists them until it looks. Throws, and removes
 * nothing, when any disk of the container stands on another.
 */
export function applyDpmPlan(store, container, plan) {
    const states = container.replica === null ? container.points : [...container.points, container.replica];
    for (const { locator } of states) {
        if (locator === null)
            continue;
        if (locator.includes('::'))
            throw invalidArgument('PRUNE_IN_ARCHIVE', `${locator} is in an archive`);
        const file = store.open(locator);
        try {
            if (parentRequestOf(file) === null)
                continue;
        }
        finally {
            file.close();
        }
        throw new StorageError('unsupported', 'PRUNE_CHAIN', `${locator} differs from another disk`, {
            image: locator,
            hint: 'points of DPM that stand on each other are not pruned here',
        });
    }
    for (const id of plan.remove) {
        const point = container.points.find((one) => one.id === id);
        store.unlink(point.locator);
        store.syncFolder(point.folder);
        if (store.list(point.folder).length === 0)
            store.removeFolder(point.folder);
    }
    for (const folder of container.folders)
        store.syncFolder(folder);
    return [...plan.remove];
}

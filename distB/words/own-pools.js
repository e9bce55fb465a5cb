/** Making and removing recovery points, for the words: in pools that pitvault keeps, and nowhere else. */
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
import { makePoint } from "../backup/backup.js";
import { openReplicaPool } from "../backup/pool-on-disk.js";
import { StorageError, unsupported } from "../errors.js";
import { prune } from "../replica/prune.js";
import { volumeName } from "./volume-name.js";
export class OwnPools {
    #named;
    #files;
    /** `named`: whatever the command line names; pools of pitvault's are looked for among them. */
    constructor(named, files) {
        this.#named = named;
        this.#files = files;
    }
    async makePoint(replicaId) {
        const report = await makePoint(await this.requireKept(replicaId), replicaId);
        return report.pointId;
    }
    /** Waits for readers of the point, as long as pruning does. One that an earlier run had condemned goes as the replica is locked. */
    async removePoint(replicaId, id, options) {
        const env_1 = { stack: [], error: void 0, hasError: false };
        try {
            const pool = await this.requireKept(replicaId);
            const replica = __addDisposableResource(env_1, pool.lock(pool.find(replicaId)), false);
            const isThere = replica.container.pointIds().some((one) => one.toLowerCase() === id.toLowerCase());
            await prune(replica, isThere ? [id] : [], options);
        }
        catch (e_1) {
            env_1.error = e_1;
            env_1.hasError = true;
        }
        finally {
            __disposeResources(env_1);
        }
    }
    /** The pool that keeps the replica. */
    async requireKept(replicaId) {
        const files = await this.#files();
        for (const path of this.#named) {
            const pool = poolAt(path, files);
            if (pool !== null && keeps(pool, replicaId))
                return pool;
        }
        throw unsupported('DISKSHADOW_NOT_OWN', `${volumeName(replicaId)} is no replica of a pool that pitvault keeps`, {
            hint: 'shadow copies of a running volume are made and deleted in diskshadow on its Windows machine; a pool of pitvault is named with diskshadow --image POOL',
        });
    }
}
function keeps(pool, replicaId) {
    const broken = pool.unreadable().find(({ container }) => container.replicaId === replicaId);
    if (broken !== undefined)
        throw broken.error;
    return pool.replicas().some(({ file }) => file.replicaId === replicaId);
}
/** Null for images, and for pools that DPM keeps. */
function poolAt(path, files) {
    try {
        return openReplicaPool(path, files);
    }
    catch (error) {
        if (StorageError.is(error) && error.code === 'POOL_NOT_INITIALISED')
            return null;
        throw error;
    }
}

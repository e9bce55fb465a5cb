/** DPMDB inside a pool: found by itself, read in place, from the newest state of it that is whole. */
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
import { DatabaseTables, partialText } from "../database/sql-tables.js";
import { notFound, StorageError, throwIfCancelled } from "../errors.js";
import { Database } from "../mdf/database.js";
import { chooseVolume } from "../pool/replica-volume.js";
import { pointsByTime } from "../pool/storage-pool.js";
import { findDpmdb } from "../recovery/select-files.js";
import { readKnownPool } from "./known-replicas.js";
/**
 * Looks into the live replica of every container until one holds DPMDB, then goes back in time until a state of it reads
 * without loss. When none does, the newest that gave anything is taken, and what it lost is told. Containers whose live
 * replica cannot be read come last: to order their points by time each has to be opened.
 */
export async function findPoolDpmdb(pool, options = {}) {
    const search = { partial: null, reasons: [], options };
    const unread = [];
    for (const [i, container] of pool.containers.entries()) {
        options.onProgress?.(i, pool.containers.length, 'looking for DPMDB');
        const { replica } = container;
        const result = replica === null || replica.locator === null ? '' : await look(container, replica);
        throwIfCancelled(options.signal);
        if (result === null)
            continue; // no DPMDB in this replica: nor in its older states
        if (typeof result === 'string') {
            if (result !== '')
                search.reasons.push(result);
            unread.push(container);
        }
        else if (isWhole(result))
            return result;
        else {
            search.partial ??= result;
            const older = await lookBack(container, search);
            if (older !== null)
                return older;
        }
    }
    for (const container of unread) {
        const found = await lookBack(container, search);
        if (found !== null)
            return found;
    }
    if (search.partial !== null)
        return search.partial;
    const { reasons } = search;
    throw notFound('DPMDB_NOT_IN_POOL', `no replica of the pool holds a readable DPMDB`, {
        image: pool.roots[0],
        hint: `${reasons.length > 0 ? `${reasons.slice(0, 3).join('; ')}. ` : ''}give one with --dpmdb FILE: an .mdf, a .bak, or the output of the script (pitvault sql-script locate)`,
    });
}
/** The newest recovery point of the container in which DPMDB reads without loss; null where there is none. */
async function lookBack(container, search) {
    const timed = container.points.length === 0 ? [] : await pointsByTime({ ...container, replica: null });
    for (const { point } of timed.reverse()) {
        if (point.locator === null)
            continue;
        throwIfCancelled(search.options.signal);
        const result = await look(container, point);
        if (result === null)
            return null;
        if (typeof result === 'string')
            search.reasons.push(result);
        else if (isWhole(result))
            return result;
        else
            search.partial ??= result;
    }
    return null;
}
function isWhole({ findings }) {
    return !findings.some(({ severity }) => severity === 'error');
}
/** Null: the replica is readable and holds none. Text: why this state cannot be read. */
async function look(container, point) {
    try {
        const env_1 = { stack: [], error: void 0, hasError: false };
        try {
            const image = __addDisposableResource(env_1, await point.open(), true);
            const path = dpmdbPath(image, container);
            if (path === null)
                return null;
            const fileSystem = chooseVolume(image, container, undefined).requireFileSystem();
            const name = `${image.name}::${path}`;
            const database = Database.open({ map: fileSystem.open(fileSystem.lookup(path)), name });
            const time = await point.time();
            const source = { database: name, replicaId: container.replicaId, pointId: point.id, capturedMs: time.ms };
            return { ...readDatabase(database), source };
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
    catch (error) {
        if (!StorageError.isDamage(error))
            throw error;
        return `${point.isReplica ? 'live replica' : 'recovery point'} ${point.id}: ${error.message}`;
    }
}
function dpmdbPath(image, container) {
    const fileSystem = chooseVolume(image, container, undefined).requireFileSystem();
    return findDpmdb(fileSystem).find(({ name }) => /\.mdf$/i.test(name))?.path ?? null;
}
/** What a database knows, with what was lost on the way. */
export function readDatabase(database) {
    const tables = new DatabaseTables(database);
    const known = readKnownPool(tables);
    const findings = [...database.findings];
    for (const partial of tables.partial) {
        const { at } = partial.errors[0];
        findings.push({ severity: 'error', code: 'DPMDB_PARTIAL', message: partialText(partial), at });
    }
    return { known, findings };
}

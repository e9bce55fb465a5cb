/** Catalogs from wherever they come: DPMDB in the pool, a database file or backup, saved output, or the cache. */
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
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { decodeText } from "../base/decode-text.js";
import { openDatabase } from "../database/open-database.js";
import { invalidArgument } from "../errors.js";
import { DiskFile } from "../io/disk-file.js";
import { CacheFile, userCacheFolder } from "../io/user-cache.js";
import { makeCatalog } from "./catalog.js";
import { isEvidence, knownFromEvidence, openEvidence } from "./evidence.js";
import { findPoolDpmdb, readDatabase } from "./find-dpmdb.js";
import { importScriptOutput } from "./import-output.js";
const CACHE_SCHEMA = 'pitvault.catalog-cache/2';
const OUTPUT_FILE = /\.(csv|json|jsonl|txt|tsv|rpt)$/i;
const OUTPUT_MAX = 64 * 1024 * 1024;
export async function loadCatalog(pool, options = {}) {
    const { dpmdb = 'auto', open = {} } = options;
    const found = dpmdb === 'auto' ? await fromPool(pool, options) : await fromFile(dpmdb, open);
    return makeCatalog(pool.containers, found.known, found.source, found.findings);
}
async function fromFile(dpmdb, open) {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
        if (!dpmdb.includes('::') && OUTPUT_FILE.test(dpmdb)) {
            const content = readOutput(dpmdb);
            return isEvidence(content) ? fromEvidence(content, dpmdb) : fromOutput(content, dpmdb);
        }
        const handle = __addDisposableResource(env_1, await openDatabase(dpmdb, open), true);
        return {
            ...readDatabase(handle.database),
            source: { database: dpmdb, replicaId: null, pointId: null, capturedMs: null },
        };
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
function fromEvidence(content, dpmdb) {
    const evidence = openEvidence(content, dpmdb);
    const capturedMs = Date.parse(evidence.database.captured ?? evidence.created);
    return {
        known: knownFromEvidence(evidence),
        source: { database: dpmdb, replicaId: null, pointId: null, capturedMs },
        findings: (evidence.lost ?? []).map((what) => ({
            severity: 'error',
            code: 'EVIDENCE_PARTIAL',
            message: `the bundle was made of a database that could not be read whole: ${what}`,
            at: { image: dpmdb },
        })),
    };
}
function fromOutput(content, dpmdb) {
    const { known, leftOut } = importScriptOutput(content, dpmdb);
    const source = { database: dpmdb, replicaId: null, pointId: null, capturedMs: statSync(dpmdb).mtimeMs };
    if (leftOut.length === 0)
        return { known, source, findings: [] };
    const message = `${leftOut.length} row${leftOut.length === 1 ? '' : 's'} of the output name no replica, the first: ${leftOut[0]}`;
    return {
        known,
        source,
        findings: [{ severity: 'warning', code: 'DPMDB_OUTPUT_ROWS', message, at: { image: dpmdb } }],
    };
}
function readOutput(path) {
    const file = new DiskFile(path);
    try {
        if (file.size > OUTPUT_MAX)
            throw invalidArgument('DPMDB_OUTPUT', `${path} is too long for the output of a script`, {
                hint: 'is it the file you meant?',
            });
        const bytes = Buffer.alloc(file.size);
        return decodeText(bytes.subarray(0, file.read(0, bytes)));
    }
    finally {
        file.close();
    }
}
/** Opening every replica to find the database takes a while: what was found is kept, as long as its disk is unchanged. */
async function fromPool(pool, { cache, open }) {
    const roots = pool.roots.map((root) => resolve(root)).sort();
    const folder = cache === null ? undefined : (cache ?? userCacheFolder());
    const file = folder === undefined ? null : new CacheFile(folder, CACHE_SCHEMA, roots, isKept);
    const cached = file === null ? null : readCache(file, pool);
    if (cached !== null)
        return cached;
    const found = await findPoolDpmdb(pool, { signal: open?.signal, onProgress: open?.onProgress });
    if (file !== null)
        file.write({ stamp: stampOf(pool, found.source), found });
    return found;
}
/** Size and time of the disk that the catalog came from, and which replicas there are: a change of either is a change. */
function stampOf(pool, { replicaId, pointId }) {
    const container = pool.containers.find((each) => each.replicaId === replicaId);
    const points = container === undefined ? [] : [container.replica, ...container.points].filter((point) => point !== null);
    const stamp = points.map(({ id, size, diskModifiedMs }) => [id, size, diskModifiedMs]);
    return JSON.stringify([pointId, stamp]);
}
/** As far as it is looked at before the pool says whether it still holds; what was found is of this program's making. */
function isKept(value) {
    const { stamp, found } = (value ?? {});
    return typeof stamp === 'string' && typeof found?.source === 'object' && found.source !== null;
}
function readCache(file, pool) {
    const kept = file.read();
    return kept !== null && kept.stamp === stampOf(pool, kept.found.source) ? kept.found : null;
}

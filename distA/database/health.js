/** The health of a database at a locator, together with its log where that is beside it. */
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
import { PageChecker } from "../copy/page-checker.js";
import { openBytes } from "../image/image.js";
import { judgeDatabase } from "../mdf/health.js";
import { PageCensus } from "../mdf/page-census.js";
import { baseName, openDatabase, openIfThere, siblingLocator, } from "./open-database.js";
const LOG_FILE = 1;
/** Reads every allocated page once. Damage is in the result; throws only for what is no readable database at all. */
export async function databaseHealth(locator, options = {}) {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
        const handle = __addDisposableResource(env_1, await openDatabase(locator, options), true);
        const log = handle.backup === null ? await findLog(locator, handle.database, options) : null;
        try {
            const { signal, onProgress, threads } = options;
            return await checkDatabase(handle.database, {
                log: log ?? logOfBackup(handle),
                threads,
                signal,
                onProgress: (done, total) => onProgress?.(done, total, locator),
            });
        }
        finally {
            log?.close();
        }
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
/** Every allocated page of all files that are at hand proves itself; then the verdict. */
export async function checkDatabase(database, options = {}) {
    const env_2 = { stack: [], error: void 0, hasError: false };
    try {
        const { log, threads, signal, onProgress } = options;
        const files = [...database.files];
        const total = files.reduce((sum, [, { map }]) => sum + map.size, 0);
        const checker = __addDisposableResource(env_2, new PageChecker({ threads }), true);
        let done = 0;
        const onBytes = (bytes) => onProgress?.((done += bytes), total);
        const censuses = [];
        for (const [file, { map }] of files) {
            const census = new PageCensus(database, file);
            await checker.check(map, census, { signal, onBytes });
            censuses.push(census);
        }
        return judgeDatabase(database, censuses, log ?? null);
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
/** The first log file, which nearly always is the only one. */
function logOfBackup({ backup, locator }) {
    const log = backup?.logs[0];
    return log === undefined ? null : { map: log.map, name: `${log.logicalName} in ${locator}` };
}
/** The log by the name that the catalog has for it, then by custom (`X.mdf`, `X_log.ldf`). */
async function findLog(locator, database, options) {
    if (options.log !== undefined)
        return openBytes(options.log, options); // who names one wants it looked at
    const names = database.catalog
        .files()
        .filter(({ fileType }) => fileType === LOG_FILE)
        .map(({ physicalName }) => baseName(physicalName));
    const stem = locator.slice(Math.max(locator.lastIndexOf('/'), locator.lastIndexOf('\\')) + 1).replace(/\.[^.]*$/, '');
    for (const name of [...names, `${stem}_log.ldf`, `${stem}_log.LDF`, `${stem}.ldf`]) {
        if (name === '')
            continue;
        const found = await openIfThere(siblingLocator(locator, name), options);
        if (found !== null)
            return found;
    }
    return null;
}

/** The virtual disk as a sparse raw image: built under a temporary name, renamed when whole. */
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
import { closeSync, fsyncSync, ftruncateSync, lstatSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { CopyEngine } from "../copy/copy-engine.js";
import { copyOrClone, LeafCloner } from "../copy/leaf-cloner.js";
import { asStorageError, StorageError } from "../errors.js";
import { DiskStore } from "../io/disk-store.js";
import { publishNew } from "../io/publish-new.js";
import { syncFolder } from "./staging.js";
/**
 * Writes the map to `out`; on any failure `out` is as it was. A file there is replaced only when forced; it must not be
 * one that the map is read from (`Image.readsFrom`).
 */
export async function convertToRaw(map, out, options = {}) {
    requireFree(out, options.force ?? false);
    const partial = `${out}.pitvault-${process.pid}`;
    let fd;
    try {
        const env_1 = { stack: [], error: void 0, hasError: false };
        try {
            rmSync(partial, { force: true }); // left by a process that had our number
            fd = openSync(partial, 'wx', 0o600);
            ftruncateSync(fd, map.size);
            const engine = __addDisposableResource(env_1, new CopyEngine({ threads: options.threads ?? 2 }), true);
            const cloner = options.host === undefined ? null : new LeafCloner(options.host);
            const outcome = await copyOrClone(engine, cloner, map, {
                target: { path: partial, fd },
                detectZeros: true,
                salvage: options.salvage,
                signal: options.signal,
                onBytes: options.onBytes,
            });
            if (options.sync === true)
                fsyncSync(fd);
            closeSync(fd);
            fd = undefined;
            // Unforced it replaces nothing, not even what came while it was made.
            if (options.force === true)
                renameSync(partial, out);
            else
                publishNew(new DiskStore(), partial, out, () => requireFree(out, false));
            if (options.sync === true)
                syncFolder(dirname(out));
            return outcome;
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
        if (fd !== undefined)
            closeSync(fd);
        rmSync(partial, { force: true });
        throw asStorageError(error, { image: out });
    }
}
function requireFree(out, force) {
    const there = lstatSync(out, { throwIfNoEntry: false });
    if (there === undefined)
        return;
    const target = there.isSymbolicLink() ? statSync(out, { throwIfNoEntry: false }) : there;
    const isFile = target === undefined || target.isFile();
    if (isFile && force)
        return;
    const what = target === undefined ? 'a link' : target.isDirectory() ? 'a folder' : isFile ? 'a file' : 'no regular file';
    throw new StorageError('conflict', 'TARGET_EXISTS', `${out} exists already (${what})`, {
        image: out,
        hint: isFile ? 'choose another name, or replace it with --force' : 'choose another name',
    });
}

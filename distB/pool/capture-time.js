/**
 * When a point's data was captured. No documented structure of DPM's says it, so the evidence is ranked and named:
 *
 * 1. the sidecar that pitvault keeps of its own points, found by the DataWriteGuid of the disk;
 * 2. the `{GUID}checkpoint` file in the volume's root, which DPM rewrites with each backup;
 * 3. the newest change to an entry of the volume's root;
 * 4. the modification time of disk0.vhdx (a copy tool may have changed it);
 * 5. the modification time of the folder.
 *
 * The first three survive any copying of the pool.
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
import { dirname } from 'node:path';
import { StorageError } from "../errors.js";
import { DiskFile } from "../io/disk-file.js";
import { FileMap } from "../map/maps.js";
import { readSidecarHeader } from "../sidecar/sidecar-files.js";
import { readDataWriteGuid } from "../vhdx/vhdx-file.js";
import { CHECKPOINT_NAME } from "./layout.js";
/** A compressed member above this is not unpacked only to learn its time; the archive's own time for it stands. */
const UNPACK_MAX = 256 * 1024 * 1024;
export async function capturedAt(point) {
    const kept = timeInSidecar(point);
    if (kept !== null)
        return { time: kept, isFinal: false };
    const costly = point.packed && point.size > UNPACK_MAX;
    const inside = point.locator === null || costly ? null : await timeInside(point);
    if (inside !== null)
        return inside;
    const time = point.diskModifiedMs > 0
        ? { ms: point.diskModifiedMs, source: 'modification time of disk0.vhdx' }
        : { ms: point.folderModifiedMs, source: 'modification time of the folder' };
    return { time, isFinal: false }; // nothing inside was found, or could be read just now
}
/** Of a point on a file system of this host, in a container to which pitvault has added its own folder. */
function timeInSidecar({ locator, folder, isKept }) {
    if (locator === null || !isKept)
        return null;
    const container = dirname(folder);
    try {
        const disk = new DiskFile(locator);
        try {
            const guid = readDataWriteGuid(new FileMap(disk));
            const facts = guid === null ? null : readSidecarHeader(HOST, container, guid);
            return facts === null ? null : { ms: facts.capturedMs, source: 'sidecar' };
        }
        finally {
            disk.close();
        }
    }
    catch (error) {
        if (StorageError.isDamage(error))
            return null; // the other evidence stands in
        throw error;
    }
}
const HOST = { open: (path) => new DiskFile(path) };
/** A damaged or foreign image has no time inside; the host's times stand in, and reading the point says what is wrong. */
async function timeInside(point) {
    try {
        const env_1 = { stack: [], error: void 0, hasError: false };
        try {
            const image = __addDisposableResource(env_1, await point.open(), true);
            const readable = image.listVolumes().filter((volume) => volume.isNtfs);
            const fileSystem = readable.length === 1 ? readable[0].openFileSystem() : null;
            const time = fileSystem === null ? null : timeOfRoot(fileSystem);
            return time === null ? null : { time, isFinal: isWhole(image, fileSystem) };
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
        if (StorageError.isDamage(error))
            return null;
        throw error;
    }
}
/** True when what was read depends on this file alone, and nothing was met on the way that may be otherwise next time. */
function isWhole(image, fileSystem) {
    if (image.disk.parent !== null || image.listVolumes().some(({ dynamic }) => dynamic !== null))
        return false;
    const told = [...image.disk.findings, ...image.partitionTable.findings, ...fileSystem.findings];
    return told.every(({ severity }) => severity === 'info');
}
export function timeOfRoot(fileSystem) {
    const root = fileSystem.lookup('/');
    if (root === null)
        return null;
    let newest = root.modifiedMs;
    for (const entry of fileSystem.list(root)) {
        if (CHECKPOINT_NAME.test(entry.name))
            return { ms: entry.modifiedMs, source: 'checkpoint file' };
        newest = Math.max(newest, entry.modifiedMs);
    }
    return newest > 0 ? { ms: newest, source: 'root of the volume' } : null;
}

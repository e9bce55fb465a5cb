/**
 * Puts good bytes in the place of damaged ones, taken from wherever they are: any state of another pool, or of the same
 * one, or an image.
 *
 * 1. A block counts as good only when its fingerprint is the one that the damaged block should have.
 * 2. Only sectors that differ are written, to where the damaged state reads them from: nothing that any state reads as
 *    good is touched. Cut in its middle, a repair leaves a damaged block, which is repaired again.
 * 3. After a repair the block is read once more through the state's disk.
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
import { statSync } from 'node:fs';
import { isZero } from "../base/bytes.js";
import { notFound, StorageError, throwIfCancelled } from "../errors.js";
import { openImage } from "../image/image.js";
import { resolveExtents } from "../map/extent.js";
import { readMap } from "../map/read-map.js";
import { openPool } from "../pool/scan-pool.js";
import { Container } from "../replica/container.js";
import { FINGERPRINT_SIZE } from "../sidecar/fingerprint.js";
import { sameFingerprint } from "../sidecar/sidecar.js";
import { openSidecar } from "../sidecar/sidecar-files.js";
import { VhdxWriter } from "../vhdx/vhdx-writer.js";
const SECTOR = 512;
const KEPT_MAX = 64;
/** `container`: of the damaged states, open for writing: its lock is held. `other`: a pool's root, or an image. */
export async function repairFrom(container, damage, other, options) {
    const states = container.states();
    const wanted = damage.map((block) => {
        const first = states.find(({ id }) => id === block.points[0]);
        return { block, expected: fingerprintOf(container, first, block.offset, options.fingerprint), good: null };
    });
    await findGood(wanted, other, options);
    const repaired = [];
    const left = [];
    for (const { block, expected, good } of wanted) {
        const { offset, length } = block;
        for (const point of block.points) {
            throwIfCancelled(options.signal);
            const state = states.find(({ id }) => id === point);
            try {
                if (good === null) {
                    // What another block's repair has written may have been all that was wrong with it.
                    if (isGoodNow(container, state, offset, expected, options.fingerprint))
                        continue;
                    throw nothingGood(state, offset, other);
                }
                const overwritten = writeGood(container, state, offset, good.bytes, options.store);
                requireGood(container, state, offset, expected, options.fingerprint);
                // Where states share storage, the first repair was that of all.
                if (overwritten.length > 0)
                    repaired.push({ point, offset, length, from: good.from, overwritten });
            }
            catch (error) {
                if (!StorageError.isDamage(error))
                    throw error;
                left.push({ point, offset, length, error: error.toJSON() });
            }
        }
    }
    return { repaired, left };
}
/** Throws when there is nothing at `other` to repair from: what takes long does not begin then. */
export async function requireSource(other, signal) {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
        const stat = statSync(other, { throwIfNoEntry: false });
        if (stat === undefined) {
            throw notFound('REPAIR_SOURCE_MISSING', `${other}, from which to repair, does not exist`, {
                image: other,
                hint: 'check the path: --repair-from takes the root of a pool, or an image',
            });
        }
        const _opened = __addDisposableResource(env_1, stat.isDirectory() ? await openPool(other, { signal }) : await openImage(other, { signal }), true);
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
function nothingGood({ path }, offset, other) {
    return new StorageError('not-found', 'REPAIR_NO_SOURCE', `${other} has no good copy of the block at ${offset}`, {
        image: path,
        structure: 'virtual disk',
        offset,
        hint: 'try another pool or copy; a consistency check takes the block from the protected server',
    });
}
/** Asks one source after the other for all blocks that are still missing. */
async function findGood(wanted, other, options) {
    const env_2 = { stack: [], error: void 0, hasError: false };
    try {
        if (!statSync(other).isDirectory()) {
            const env_3 = { stack: [], error: void 0, hasError: false };
            try {
                const image = __addDisposableResource(env_3, await openImage(other, { signal: options.signal }), true);
                for (const one of wanted)
                    take(one, image.disk, other, options.fingerprint);
                return;
            }
            catch (e_2) {
                env_3.error = e_2;
                env_3.hasError = true;
            }
            finally {
                const result_2 = __disposeResources(env_3);
                if (result_2)
                    await result_2;
            }
        }
        const pool = __addDisposableResource(env_2, await openPool(other, { signal: options.signal }), true);
        for (const { folders } of pool.containers) {
            for (const folder of folders)
                takeFromContainer(wanted, new Container(options.store, portable(folder)), options);
        }
    }
    catch (e_3) {
        env_2.error = e_3;
        env_2.hasError = true;
    }
    finally {
        const result_3 = __disposeResources(env_2);
        if (result_3)
            await result_3;
    }
}
function takeFromContainer(wanted, source, { fingerprint, signal }) {
    for (const state of source.states().toReversed()) {
        throwIfCancelled(signal);
        const missing = wanted.filter(({ good }) => good === null);
        if (missing.length === 0)
            return;
        try {
            const mayHave = missing.filter((one) => claims(source, state, one, fingerprint));
            if (mayHave.length === 0)
                continue;
            const opened = source.open(state);
            try {
                for (const one of mayHave)
                    take(one, opened.disk, state.path, fingerprint);
            }
            finally {
                opened.close();
            }
        }
        catch (error) {
            if (!StorageError.isDamage(error))
                throw error; // a state that cannot be read is no source
        }
    }
}
/** Whether the state's own fingerprints say that it has the block; without any it is worth a look. */
function claims(source, state, { block, expected }, fingerprint) {
    const env_4 = { stack: [], error: void 0, hasError: false };
    try {
        if (state.facts === null || state.guid === null)
            return true;
        const sidecar = __addDisposableResource(env_4, openSidecar(source.store, source.path, state.guid, fingerprint), false);
        if (sidecar.facts.blockSize < block.length || block.offset % sidecar.facts.blockSize !== 0)
            return true;
        const found = new Uint8Array(FINGERPRINT_SIZE);
        sidecar.fingerprint(block.offset / sidecar.facts.blockSize, found, 0);
        return sameFingerprint(found, 0, expected, 0);
    }
    catch (e_4) {
        env_4.error = e_4;
        env_4.hasError = true;
    }
    finally {
        __disposeResources(env_4);
    }
}
function take(one, disk, from, fingerprint) {
    const { offset, length } = one.block;
    if (one.good !== null || offset + length > disk.size)
        return;
    const bytes = new Uint8Array(length);
    try {
        readMap(disk, offset, bytes);
    }
    catch (error) {
        if (StorageError.isDamage(error))
            return;
        throw error;
    }
    if (isGood(bytes, one.expected, fingerprint))
        one.good = { bytes, from };
}
function isGood(bytes, expected, fingerprint) {
    const found = new Uint8Array(FINGERPRINT_SIZE);
    if (!isZero(bytes))
        fingerprint(bytes, found, 0);
    return sameFingerprint(found, 0, expected, 0);
}
function fingerprintOf(container, { guid }, offset, fingerprint) {
    const env_5 = { stack: [], error: void 0, hasError: false };
    try {
        const sidecar = __addDisposableResource(env_5, openSidecar(container.store, container.path, guid, fingerprint), false);
        const expected = new Uint8Array(FINGERPRINT_SIZE);
        sidecar.fingerprint(offset / sidecar.facts.blockSize, expected, 0);
        return expected;
    }
    catch (e_5) {
        env_5.error = e_5;
        env_5.hasError = true;
    }
    finally {
        __disposeResources(env_5);
    }
}
function isGoodNow(...block) {
    try {
        requireGood(...block);
        return true;
    }
    catch (error) {
        if (StorageError.isDamage(error))
            return false;
        throw error;
    }
}
function requireGood(container, state, offset, expected, fingerprint) {
    const env_6 = { stack: [], error: void 0, hasError: false };
    try {
        const sidecar = __addDisposableResource(env_6, openSidecar(container.store, container.path, state.guid, fingerprint), false);
        const opened = container.open(state);
        try {
            const bytes = new Uint8Array(Math.min(sidecar.facts.blockSize, opened.disk.size - offset));
            readMap(opened.disk, offset, bytes);
            if (isGood(bytes, expected, fingerprint))
                return;
            throw new StorageError('io', 'REPAIR_FAILED', `${state.path}: the block at ${offset} is still damaged`, {
                image: state.path,
                offset,
                hint: 'the storage may be failing: copy the pool to another disk',
            });
        }
        finally {
            opened.close();
        }
    }
    catch (e_6) {
        env_6.error = e_6;
        env_6.hasError = true;
    }
    finally {
        __disposeResources(env_6);
    }
}
/** Overwrites the sectors of the block that differ, each where it lives. */
function writeGood(container, state, offset, good, store) {
    const opened = container.open(state);
    const overwritten = [];
    const misplaced = [];
    try {
        const env_7 = { stack: [], error: void 0, hasError: false };
        try {
            for (const extent of resolveExtents(opened.disk, offset, good.length)) {
                const start = extent.offset - offset;
                const wanted = good.subarray(start, start + extent.length);
                if (extent.kind === 'data')
                    overwritten.push(...overwrite(extent.file, extent.fileOffset, wanted, store));
                else
                    misplaced.push(...differing(opened.disk, extent.offset, wanted).map((run) => ({
                        start: start + run.start,
                        end: start + run.end,
                    })));
            }
            if (misplaced.length === 0)
                return overwritten;
            // The state's own structures say that nothing, or something else, is stored here: they are changed through the log.
            const disk = __addDisposableResource(env_7, VhdxWriter.open(store.openWritable(state.path), {
                dataWriteGuid: 'keep',
                ...(opened.disk.parent === null ? {} : { parent: opened.disk.parent }),
            }), false);
            for (const { start, end } of misplaced) {
                disk.write(offset + start, good.subarray(start, end));
                overwritten.push({ file: state.path, fileOffset: -1, length: end - start, was: null });
            }
            disk.close();
            return overwritten;
        }
        catch (e_7) {
            env_7.error = e_7;
            env_7.hasError = true;
        }
        finally {
            __disposeResources(env_7);
        }
    }
    finally {
        opened.close();
    }
}
function overwrite(file, fileOffset, good, store) {
    const found = readOrNull((target) => file.read(fileOffset, target), good.length);
    const runs = found === null ? [{ start: 0, end: good.length }] : sectorRuns(found, good);
    if (runs.length === 0)
        return [];
    const target = store.openWritable(file.path ?? file.name);
    try {
        for (const { start, end } of runs)
            target.write(fileOffset + start, good.subarray(start, end));
        target.flush();
    }
    finally {
        target.close();
    }
    return runs.map(({ start, end }) => ({
        file: file.name,
        fileOffset: fileOffset + start,
        length: end - start,
        was: found === null ? null : Buffer.from(found.subarray(start, Math.min(end, start + KEPT_MAX))).toString('hex'),
    }));
}
function differing(disk, offset, good) {
    const found = readOrNull((target) => readMap(disk, offset, target), good.length);
    return found === null ? [{ start: 0, end: good.length }] : sectorRuns(found, good);
}
function readOrNull(read, length) {
    const bytes = new Uint8Array(length);
    try {
        return read(bytes) === length ? bytes : null;
    }
    catch (error) {
        if (StorageError.isDamage(error))
            return null;
        throw error;
    }
}
/** Neighbouring sectors that are not equal. */
function sectorRuns(found, good) {
    const runs = [];
    for (let start = 0; start < good.length; start += SECTOR) {
        const end = Math.min(good.length, start + SECTOR);
        if (Buffer.compare(found.subarray(start, end), good.subarray(start, end)) === 0)
            continue;
        const last = runs.at(-1);
        if (last?.end === start)
            last.end = end;
        else
            runs.push({ start, end });
    }
    return runs;
}
function portable(path) {
    return path.replaceAll('\\', '/');
}

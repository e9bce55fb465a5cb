/**
 * A virtual disk in another container: raw, VHD (fixed, dynamic), VHDX (fixed, dynamic). The result stands alone, whatever
 * the source differed from.
 *
 * What has no bytes in the source gets none: blocks that are absent or zero stay so, zeros in its data are found and left
 * out. UNDEFINED and UNMAPPED, which backup programs tell apart from zeros, are kept where the blocks are the same.
 * Dynamic results are written block by block here; results whose bytes lie in one row are the copy engine's.
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
import { closeSync, fdatasyncSync, openSync } from 'node:fs';
import { alignDown, alignUp, isZero, MIB } from "../base/bytes.js";
import { CopyEngine } from "../copy/copy-engine.js";
import { HostHoleMap } from "../copy/host-holes.js";
import { invalidArgument, StorageError, unsupported } from "../errors.js";
import { openImage } from "../image/image.js";
import { extentsOf, resolveExtents } from "../map/extent.js";
import { FileMap } from "../map/maps.js";
import { readMap } from "../map/read-map.js";
import { convertToRaw } from "../recovery/export-raw.js";
import { footerOf, requireVhdSize, VhdBuilder } from "../vhd/vhd-builder.js";
import { createVhdx } from "../vhdx/create-vhdx.js";
import { PayloadBlockState } from "../vhdx/format.js";
import { openOwnLayer } from "../vhdx/own-layer.js";
import { buildVhdx } from "../vhdx/vhdx-builder.js";
import { VhdxFile } from "../vhdx/vhdx-file.js";
import { drive, withNewFile } from "./host.js";
export function formatOf(out) {
    const extension = /\.(a?vhdx?)$/i.exec(out)?.[1]?.toLowerCase();
    return extension === undefined ? 'raw' : extension.endsWith('x') ? 'vhdx' : 'vhd';
}
/** Writes the disk to `out`. On any failure `out` is as it was. */
export async function convertImage(source, out, options = {}) {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
        const format = options.format ?? formatOf(out);
        const type = format === 'raw' ? 'raw' : (options.type ?? 'dynamic');
        if (format === 'raw' && options.type !== undefined) {
            throw invalidArgument('CONVERT_TYPE', `a raw image is not ${options.type}: it has no blocks`);
        }
        const image = __addDisposableResource(env_1, await openImage(source, { ...options.open, signal: options.signal }), true);
        const { disk, sectorSize } = image;
        if (image.readsFrom(out)) {
            throw invalidArgument('CONVERT_ONTO_SOURCE', `${out} is what the image is read from`, {
                image: out,
                hint: 'choose another name for the result',
            });
        }
        const job = { ...options, disk, sectorSize, source, format, size: alignUp(disk.size, sectorSize) };
        if (format === 'vhd')
            requireVhd(job);
        const outcome = format === 'raw'
            ? await convertRaw(job, out)
            : await withNewFile(out, options, (file, partial) => type === 'dynamic' ? convertBlocks(job, file) : convertRow(job, file, partial));
        return { image: source, out, format, type, size: format === 'raw' ? disk.size : job.size, ...outcome };
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
/** What the host stores nowhere is not read: images of thin disks are half holes. */
async function convertRaw(job, out) {
    const map = job.host === undefined ? job.disk : new HostHoleMap(job.disk, job.host);
    return convertToRaw(map, out, { ...job, onBytes: progressOf(job) });
}
function requireVhd({ sectorSize, size }) {
    requireVhdSize(size);
    if (sectorSize === 512)
        return;
    throw unsupported('CONVERT_SECTOR_SIZE', `a VHD has sectors of 512 bytes, this disk has ${sectorSize}`, {
        hint: 'write a VHDX',
    });
}
function progressOf({ disk, source, onProgress }) {
    let done = 0;
    return (bytes) => onProgress?.((done += bytes), disk.size, source);
}
function vhdxParams({ disk, sectorSize, size, }) {
    const id = disk.format === 'vhdx' ? disk.describe()['virtualDiskId'] : undefined;
    return {
        size,
        logicalSectorSize: sectorSize,
        ...(typeof id === 'string' ? { virtualDiskId: id } : {}),
    };
}
function convertBlocks(job, file) {
    const target = job.format === 'vhd' ? new VhdBuilder(file, job.size) : startVhdx(job, file);
    return drive(copyBlocks(job, target), job.source, job);
}
function startVhdx(job, file) {
    const { disk, size } = job;
    const blockSize = job.blockSize ?? (disk.format === 'vhdx' ? (disk.blockSize ?? undefined) : undefined);
    const target = buildVhdx(file, {
        ...vhdxParams(job),
        type: 'dynamic',
        ...(blockSize === undefined ? {} : { blockSize }),
    });
    if (disk instanceof VhdxFile && disk.blockSize === target.blockSize) {
        for (const { block, state } of disk.hollowBlocks()) {
            const length = Math.min(target.blockSize, size - block * target.blockSize);
            target.trim(block * target.blockSize, length, state === PayloadBlockState.Unmapped ? 'unmapped' : 'undefined');
        }
    }
    return target;
}
function* copyBlocks({ disk, sectorSize, salvage, host }, target) {
    const buffer = new Uint8Array(MIB);
    const unreadable = [];
    let payloadBytes = 0;
    for (const { offset, length } of wholeSectors(heldRanges(disk, host), sectorSize, disk.size)) {
        for (let at = offset; at < offset + length;) {
            const part = buffer.subarray(0, Math.min(MIB - (at % MIB), offset + length - at));
            readPiece(disk, at, part, salvage === true ? unreadable : null);
            // A raw image may end within a sector.
            const whole = part.length % sectorSize === 0 ? part : padded(part, sectorSize);
            if (!isZero(part))
                target.write(at, whole);
            payloadBytes += part.length;
            at += part.length;
            yield { done: at, total: disk.size };
        }
    }
    target.close();
    return { payloadBytes, unreadable };
}
/** Holes of the host may begin and end inside a sector. */
function* wholeSectors(ranges, sectorSize, size) {
    let told = 0;
    for (const { offset, length } of ranges) {
        const start = Math.max(told, alignDown(offset, sectorSize));
        told = Math.min(size, alignUp(offset + length, sectorSize));
        if (told > start)
            yield { offset: start, length: told - start };
    }
}
/** Where the disk may hold something other than zeros: its leaves, without the holes of the files they lie in. */
function* heldRanges(disk, host) {
    for (const extent of extentsOf(disk)) {
        if (extent.kind === 'zero')
            continue;
        const file = extent.kind === 'data' ? extent.file.host : undefined;
        const from = extent.kind === 'data' ? extent.fileOffset : 0;
        const ranges = file === undefined ? null : (host?.dataRanges(file, from, from + extent.length) ?? null);
        if (ranges === null)
            yield extent;
        else
            for (const { offset, length } of ranges)
                yield { offset: extent.offset + offset - from, length };
    }
}
function padded(bytes, unit) {
    const whole = new Uint8Array(alignUp(bytes.length, unit));
    whole.set(bytes);
    return whole;
}
/** Reads the piece; with a list for what cannot be read, sector by sector where the whole fails. */
function readPiece(disk, at, part, unreadable) {
    try {
        readMap(disk, at, part);
    }
    catch (error) {
        if (unreadable === null || !StorageError.isDamage(error))
            throw error;
        if (part.length > SALVAGE_UNIT) {
            for (let done = 0; done < part.length; done += SALVAGE_UNIT) {
                readPiece(disk, at + done, part.subarray(done, done + SALVAGE_UNIT), unreadable);
            }
            return;
        }
        part.fill(0);
        const last = unreadable.at(-1);
        if (last !== undefined && last.offset + last.length === at && last.error.code === error.code)
            last.length += part.length;
        else
            unreadable.push({ offset: at, length: part.length, error: error.toJSON() });
    }
}
const SALVAGE_UNIT = 512;
/** Results whose bytes lie in one row: fixed VHD (a footer behind them), fixed VHDX (structures before them). */
async function convertRow(job, file, partial) {
    const { disk, format, size } = job;
    let shift = 0;
    if (format === 'vhdx') {
        createVhdx(file, { ...vhdxParams(job), type: 'fixed' });
        const [first] = resolveExtents(openOwnLayer(new FileMap(file), partial), 0, 512);
        shift = first?.kind === 'data' ? first.fileOffset : 0;
    }
    else {
        file.truncate(size);
        file.write(size, footerOf(size, 'fixed'));
    }
    const fd = openSync(partial, 'r+');
    try {
        const env_2 = { stack: [], error: void 0, hasError: false };
        try {
            const engine = __addDisposableResource(env_2, new CopyEngine({ threads: job.threads ?? 2 }), true);
            const outcome = await engine.copy(disk, {
                target: { path: partial, fd },
                shift,
                detectZeros: true, // the target's bytes are zeros: what is left out stays so
                salvage: job.salvage,
                signal: job.signal,
                onBytes: progressOf(job),
            });
            fdatasyncSync(fd);
            return { payloadBytes: outcome.payloadBytes, unreadable: outcome.unreadable };
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
    finally {
        closeSync(fd);
    }
}

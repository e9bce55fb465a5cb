/** New, empty virtual disks. */
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
import { basename, dirname, relative, resolve, sep } from 'node:path';
import { invalidArgument, unsupported } from "../errors.js";
import { openImage } from "../image/image.js";
import { createVhdx } from "../vhdx/create-vhdx.js";
import { withNewFile } from "./host.js";
/** Makes an empty VHDX: dynamic unless `fixed`, differencing with a `parent`. */
export async function createImage(out, options) {
    const parent = options.parent === undefined ? null : await parentOf(options.parent, out);
    const size = options.size ?? parent?.size;
    if (size === undefined)
        throw invalidArgument('CREATE_SIZE_MISSING', 'no size given', { hint: 'add --size SIZE' });
    if (parent !== null && options.fixed === true) {
        throw invalidArgument('CREATE_TYPE', 'a disk that differs from a parent cannot be fixed');
    }
    if (parent !== null && options.sectorSize !== undefined && options.sectorSize !== parent.sectorSize) {
        throw invalidArgument('CREATE_SECTOR_SIZE', `the parent has logical sectors of ${parent.sectorSize} bytes`);
    }
    const type = parent !== null ? 'differencing' : options.fixed === true ? 'fixed' : 'dynamic';
    const dataWriteGuid = crypto.randomUUID();
    await withNewFile(out, options, (file) => createVhdx(file, {
        size,
        type,
        dataWriteGuid,
        ...(options.blockSize === undefined ? {} : { blockSize: options.blockSize }),
        logicalSectorSize: parent?.sectorSize ?? options.sectorSize ?? 512,
        ...(parent === null ? {} : { parent: parent.link, virtualDiskId: parent.virtualDiskId }),
    }));
    return { out, type, size, dataWriteGuid };
}
async function parentOf(path, child) {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
        const image = __addDisposableResource(env_1, await openImage(path), true);
        const { disk } = image;
        if (image.readsFrom(child)) {
            throw invalidArgument('CREATE_ONTO_PARENT', `${child} is what the new disk would stand on`, {
                image: child,
                hint: 'choose another name for the child',
            });
        }
        if (disk.format !== 'vhdx' || disk.dataIdentity === null) {
            throw unsupported('CREATE_PARENT_FORMAT', `${path} is no VHDX: only that can be the parent of one`, {
                image: path,
                hint: 'convert it first',
            });
        }
        const { virtualDiskId } = disk.describe();
        return {
            size: disk.size,
            sectorSize: disk.logicalSectorSize === 4096 ? 4096 : 512,
            virtualDiskId: typeof virtualDiskId === 'string' ? virtualDiskId : crypto.randomUUID(),
            link: linkTo(path, child, disk.dataIdentity),
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
/** Windows spells paths with backslashes, and wants `.\` in front of a plain name. */
function linkTo(parent, child, identity) {
    const [from, to] = [dirname(resolve(child)), resolve(parent)];
    const path = from === dirname(to) ? basename(to) : relative(from, to);
    const windows = path.split(sep).join('\\');
    const relativePath = windows.startsWith('..') ? windows : `.\\${windows}`;
    return process.platform === 'win32'
        ? { identity, relativePath, absoluteWin32Path: `\\\\?\\${to}` }
        : { identity, relativePath };
}

/** A virtual disk of another size. What a shrink would cut off must be empty. */
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
import { isZero, MIB } from "../base/bytes.js";
import { StorageError, throwIfCancelled } from "../errors.js";
import { openImage } from "../image/image.js";
import { extentsOf } from "../map/extent.js";
import { readMap } from "../map/read-map.js";
import { resizeVhdx } from "../vhdx/resize-vhdx.js";
import { childrenBeside } from "./children.js";
import { withLocked } from "./host.js";
/** `force`: cut off whatever lies behind the new end, and leave children (see children.ts) behind. */
export async function resizeImage(path, size, options = {}) {
    return withLocked([path], options, async ([file]) => {
        const notes = [];
        const { parentSize, hasBackupTable, children } = await look(path, size, options);
        const outcome = resizeVhdx(file, size, { parentSize });
        if (hasBackupTable && outcome.size !== outcome.sizeBefore) {
            notes.push('the backup partition table does not stand at the new end: let the guest, or a partition tool, move it');
        }
        for (const child of children)
            notes.push(`${child} does not know its parent any more: it opens with --ignore-parent-id alone, and may be wrong`);
        return { image: path, ...outcome, notes };
    });
}
async function look(path, size, options) {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
        const image = __addDisposableResource(env_1, await openImage(path), true);
        const identity = size === image.disk.size ? null : image.disk.dataIdentity;
        const children = identity === null ? [] : [...childrenBeside([path], identity)];
        if (children.length > 0 && options.force !== true)
            throw hasChildren(path, children);
        if (size < image.disk.size && options.force !== true)
            requireEmpty(image, size, options.signal);
        return { parentSize: image.disk.parent?.size, hasBackupTable: image.partitionTable.scheme === 'gpt', children };
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
function hasChildren(path, [child, ...others]) {
    const more = others.length === 0 ? '' : ` and ${others.length} more`;
    return new StorageError('conflict', 'RESIZE_CHILD', `${child}${more} stands on ${path}, which it would know no more`, {
        image: path,
        structure: 'parent locator',
        hint: 'merge the child into it first (pitvault merge), or resize the child; --force leaves the child behind',
    });
}
/** Of the second copy of a GPT, in front of its header at the end of the disk. */
const GPT_ENTRIES_SIZE = 128 * 128;
/** Partitions tell where the disk is in use; without any, whatever table there is, only zeros may be cut off. */
function requireEmpty(image, size, signal) {
    const { scheme, partitions } = image.partitionTable;
    const refuse = (what, offset) => new StorageError('conflict', 'RESIZE_DATA', `${what} lies behind the new end`, {
        image: image.name,
        structure: 'disk',
        offset,
        hint: 'shrink it inside the guest first, choose a larger size, or cut it off with --force',
    });
    if (partitions.length > 0) {
        const last = partitions.find(({ offset, length }) => offset + length > size);
        if (last !== undefined)
            throw refuse(`partition ${last.number}`, last.offset);
        return;
    }
    const piece = new Uint8Array(MIB);
    const end = image.disk.size - (scheme === 'gpt' ? GPT_ENTRIES_SIZE + image.disk.logicalSectorSize : 0);
    for (const { kind, offset, length } of extentsOf(image.disk, size, Math.max(0, end - size))) {
        if (kind === 'zero')
            continue;
        for (let done = 0; done < length; done += MIB) {
            throwIfCancelled(signal);
            const part = piece.subarray(0, Math.min(MIB, length - done));
            readMap(image.disk, offset + done, part);
            if (!isZero(part))
                throw refuse('data', offset + done);
        }
    }
}

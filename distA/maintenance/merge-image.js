/** A differencing disk into its parent: see vhdx/merge-vhdx.ts for what a cut leaves at each step. */
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
import { invalidArgument, StorageError } from "../errors.js";
import { openImage } from "../image/image.js";
import { mergeVhdx } from "../vhdx/merge-vhdx.js";
import { childrenBeside } from "./children.js";
import { drive, withLocked } from "./host.js";
/** Merges the child into its parent's file. The child's file stays, and is of no use any more. */
export async function mergeImage(child, options = {}) {
    const { parent, identity } = await parentOf(child, options);
    if (options.force !== true)
        requireOnlyChild(child, parent, identity);
    const outcome = await withLocked([child, parent], options, ([childFile, parentFile]) => drive(mergeVhdx({ child: childFile, parent: parentFile }), child, options));
    return { child, parent, ...outcome };
}
async function parentOf(child, options) {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
        // Where an earlier run stopped behind its last step but one, the parent is not the child's by name any more.
        const image = __addDisposableResource(env_1, await openImage(child, { searchFolders: options.search, ignoreParentIdentity: true }), true);
        const { parent } = image.disk;
        if (image.disk.format !== 'vhdx' || parent === null) {
            throw invalidArgument('VHDX_MERGE_NO_PARENT', `${child} is no VHDX that differs from a parent`, { image: child });
        }
        return { parent: parent.name, identity: parent.dataIdentity };
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
/** Whoever else differs from the parent would find it changed. */
function requireOnlyChild(child, parent, identity) {
    if (identity === null)
        return;
    for (const path of childrenBeside([child, parent], identity)) {
        throw new StorageError('conflict', 'VHDX_MERGE_SIBLING', `${path} differs from ${parent} too and would be lost`, {
            image: parent,
            hint: 'merge or convert it first, or merge all the same with --force',
        });
    }
}

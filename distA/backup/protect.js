/** The initial replica: all of the source becomes the first state. */
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
import { parseGuid } from "../base/guid.js";
import { invalidArgument, StorageError } from "../errors.js";
import { NextState } from "../replica/next-state.js";
import { recoverContainer } from "../replica/recover-container.js";
import { loadFingerprinter } from "../sidecar/fingerprint.js";
import { blockSizeFor } from "../sidecar/format.js";
import { randomGuid, runJob, sizeOf } from "./job.js";
import { bestMode } from "./pool-on-disk.js";
/**
 * Files of a chain that hang on each other at most; the next state is a full base then. Windows stops at 256. What a
 * longer chain saves shrinks (one base in 64 costs 1.6 % of a full copy per backup), what one bad file takes with it grows.
 */
export const DEPTH_MAX_DEFAULT = 64;
const DEPTH_MAX = 256;
const NAME_LENGTH_MAX = 255;
/**
 * The initial replica. Interrupted, it leaves a file that is no state yet; the next one with the same name, mode and
 * depth goes on with that: every block of it is compared with the source, which may have changed. What was left is never
 * removed unasked: where it cannot be gone on with, this throws PROTECT_UNFINISHED, and `restart` removes it.
 */
export async function protect(pool, source, asked) {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
        requireName(asked.name);
        requireDepth(asked.depthMax);
        const options = { ...asked, replicaId: idOf(asked.replicaId), mode: modeOf(asked.mode) ?? bestMode(pool) };
        const logicalSectorSize = source.logicalSectorSize === 4096 ? 4096 : 512;
        const size = sizeOf(source, logicalSectorSize);
        const fingerprint = await loadFingerprinter();
        const newGuid = options.newGuid ?? randomGuid;
        pool.requireNew(options);
        const isMeant = ({ file }) => file.name === options.name || file.replicaId === options.replicaId;
        pool.removeUnborn((one) => options.restart !== true || !isMeant(one));
        const capturedMs = options.nowMs ?? Date.now();
        const begin = (replica, dataWriteGuid) => {
            const { container, file } = replica;
            const facts = {
                dataWriteGuid,
                previousGuid: null,
                pointId: null,
                replicaId: file.replicaId,
                sequence: 1,
                capturedMs,
                diskSize: size,
                blockSize: blockSizeFor(size),
                depth: 1,
            };
            return { container, fingerprint, facts, current: null };
        };
        const job = { source, fingerprint, options, derivation: 'base', sizeBefore: null, present: null };
        for (const left of pool.unfinished().filter(isMeant)) {
            const env_2 = { stack: [], error: void 0, hasError: false };
            try {
                const replica = __addDisposableResource(env_2, pool.resume(left), false);
                if (replica === null)
                    continue;
                requireSame(left, options);
                const next = NextState.resume(begin(replica, left.guid), { size, logicalSectorSize });
                if (next === 'other-shape')
                    throw unfinished(left, `the source has ${size} bytes now, and had another size then`);
                if (next !== 'unsound')
                    return await runJob({ ...job, next, replica, resumes: true });
                recoverContainer(replica.container); // a power cut has torn its structures: nobody can go on with it
            }
            catch (e_1) {
                env_2.error = e_1;
                env_2.hasError = true;
            }
            finally {
                __disposeResources(env_2);
            }
        }
        pool.requireNew(options); // it may have been finished while this one looked
        const file = {
            replicaId: options.replicaId ?? newGuid(),
            name: options.name,
            mode: options.mode,
            depthMax: options.depthMax ?? DEPTH_MAX_DEFAULT,
        };
        const replica = __addDisposableResource(env_1, pool.create(file), false);
        const shape = { size, logicalSectorSize, virtualDiskId: newGuid() };
        return await runJob({ ...job, next: NextState.base(begin(replica, newGuid()), shape), replica });
    }
    catch (e_2) {
        env_1.error = e_2;
        env_1.hasError = true;
    }
    finally {
        __disposeResources(env_1);
    }
}
/** Throws when a replica cannot be called this: names are typed, and printed on one line. */
export function requireName(name) {
    const isName = typeof name === 'string' &&
        name.trim() !== '' &&
        name.length <= NAME_LENGTH_MAX &&
        !/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(name);
    if (isName)
        return;
    throw invalidArgument('PROTECT_NAME', `${JSON.stringify(String(name).slice(0, NAME_LENGTH_MAX))} is no name for a replica`, {
        hint: `give another --name: 1 to ${NAME_LENGTH_MAX} characters, none of them a control character`,
    });
}
/** It becomes the name of folders. */
function idOf(asked) {
    const id = asked === undefined ? undefined : parseGuid(asked);
    if (id !== null)
        return id;
    throw invalidArgument('PROTECT_ID', `${JSON.stringify(asked)} is no GUID`, {
        hint: 'give another id for the replica, or none: it gets a new one',
    });
}
/** Of programs without types it may be anything, and would be written into the replica. */
function modeOf(asked) {
    if (asked === undefined || asked === 'clone' || asked === 'chain')
        return asked;
    throw invalidArgument('PROTECT_MODE', `${JSON.stringify(asked)} is no mode of a replica`, {
        hint: 'clone or chain; without one, what fits the pool is taken',
    });
}
function requireDepth(depthMax = DEPTH_MAX_DEFAULT) {
    if (Number.isInteger(depthMax) && depthMax >= 1 && depthMax <= DEPTH_MAX)
        return;
    throw invalidArgument('PROTECT_DEPTH', `depth: expected 1 to ${DEPTH_MAX}, found ${depthMax}`);
}
/** Throws when the unfinished replica was begun with other words than these. */
function requireSame(left, options) {
    const { name, mode, replicaId, depthMax = DEPTH_MAX_DEFAULT } = options;
    const { file } = left;
    const others = [];
    if (file.name !== name)
        others.push(`--name ${file.name}`);
    if (replicaId !== undefined && file.replicaId !== replicaId)
        others.push(`--replica ${file.replicaId}`);
    if (file.mode !== mode)
        others.push(`--mode ${file.mode}`);
    if (file.depthMax !== depthMax)
        others.push(`--depth ${file.depthMax}`);
    if (others.length > 0)
        throw unfinished(left, `it was begun with ${others.join(' ')}`);
}
function unfinished({ file, path, bytes }, why) {
    const what = `the first backup of replica ${file.name} (${file.replicaId}) was interrupted after ${bytes} bytes`;
    return new StorageError('conflict', 'PROTECT_UNFINISHED', `${what}; ${why}`, {
        image: path,
        hint: 'run protect as it was run then, to go on; give another --name; or remove what is there with --restart',
    });
}

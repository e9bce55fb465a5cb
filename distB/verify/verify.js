/** Verification of whole pools and of single images: the front door of src/verify. */
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
import { dirname, resolve } from 'node:path';
import { BlockChecker } from "../copy/block-checker.js";
import { asStorageError, findingOf, notFound, StorageError } from "../errors.js";
import { checkImage } from "../image/check-image.js";
import { openImage } from "../image/image.js";
import { leaseReplica, leaseState } from "../image/reader-lease.js";
import { DiskStore } from "../io/disk-store.js";
import { PortableHostFiles } from "../io/portable-host-files.js";
import { openPool } from "../pool/scan-pool.js";
import { isOfOne } from "../replica/unreadable.js";
import { loadFingerprinter } from "../sidecar/fingerprint.js";
import { listStateFiles } from "./state-files.js";
import { ContainerVerifier } from "./verify-container.js";
/** `blocks` of a stat, bytes. */
const STAT_BLOCK = 512;
/** Reads everything below a pool's root, or one image, and tells what is not as it was written. Writes nothing. */
export async function verify(target, request = {}) {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
        const path = resolve(target);
        const stat = statSync(path, { throwIfNoEntry: false });
        if (stat === undefined)
            throw notFound('VERIFY_TARGET', `${target} does not exist`, { image: target });
        const checker = __addDisposableResource(env_1, new BlockChecker({ threads: request.threads ?? 2 }), true);
        const store = new DiskStore();
        const verifierOf = async (container, states) => {
            checker.expect(bytesToRead(states));
            return new ContainerVerifier(container, states, { ...options, fingerprint: await loadFingerprinter() });
        };
        const options = {
            store,
            host: request.host ?? new PortableHostFiles('none was given'),
            checker,
            seal: request.seal,
            signal: request.signal,
            onProgress: request.onProgress,
        };
        const findings = [];
        if (!stat.isDirectory()) {
            const env_2 = { stack: [], error: void 0, hasError: false };
            try {
                const container = portable(dirname(dirname(path)));
                const _held = __addDisposableResource(env_2, held(leaseState(path, request.host), findings), false);
                const states = listStateFiles(store, container);
                const chosen = states.filter((state) => resolve(state.path) === path);
                if (chosen[0]?.facts == null)
                    return reportOf(target, [], [...findings, ...(await checkAlone(path))]);
                const report = await (await verifierOf(container, states)).run(chosen[0]);
                return reportOf(target, [report], findings);
            }
            catch (e_1) {
                env_2.error = e_1;
                env_2.hasError = true;
            }
            finally {
                __disposeResources(env_2);
            }
        }
        const pool = __addDisposableResource(env_1, await openPool(target, { signal: request.signal }), true);
        const reports = [];
        for (const { folders, findings: told } of pool.select({ replica: request.replica })) {
            findings.push(...told.filter(({ severity }) => severity === 'error'));
            for (const folder of folders) {
                const env_3 = { stack: [], error: void 0, hasError: false };
                try {
                    const container = portable(folder);
                    const _held = __addDisposableResource(env_3, held(leaseReplica(container, request.host), findings), false);
                    const states = statesIn(store, container, findings);
                    if (states !== null)
                        reports.push(await (await verifierOf(container, states)).run());
                }
                catch (e_2) {
                    env_3.error = e_2;
                    env_3.hasError = true;
                }
                finally {
                    __disposeResources(env_3);
                }
            }
        }
        return reportOf(target, reports, [...pool.findings, ...findings]);
    }
    catch (e_3) {
        env_1.error = e_3;
        env_1.hasError = true;
    }
    finally {
        const result_1 = __disposeResources(env_1);
        if (result_1)
            await result_1;
    }
}
/** Null where the container itself is damaged, which costs the others nothing. */
function statesIn(store, container, findings) {
    try {
        return listStateFiles(store, container);
    }
    catch (error) {
        if (!isOfOne(error))
            throw error;
        findings.push(findingOf(error));
        return null;
    }
}
/** What is stored of states with fingerprints; storage that they share counts for each. */
function bytesToRead(states) {
    let bytes = 0;
    for (const { path, facts } of states)
        if (facts !== null)
            bytes += (statSync(path, { throwIfNoEntry: false })?.blocks ?? 0) * STAT_BLOCK;
    return bytes;
}
/** Nothing of what is verified is merged or removed meanwhile. */
function held({ lease, finding }, findings) {
    if (finding !== null)
        findings.push(finding);
    return lease;
}
/** An image that nobody has fingerprints of: its structures, down to the file records of its volumes. */
async function checkAlone(path) {
    const findings = [
        {
            severity: 'info',
            code: 'VERIFY_NO_FINGERPRINTS',
            message: `${path} has no fingerprints: structures are checked, file contents are not proven`,
            at: { image: path },
        },
    ];
    const seen = new Set();
    try {
        const env_4 = { stack: [], error: void 0, hasError: false };
        try {
            const image = __addDisposableResource(env_4, await openImage(path), true);
            for (const finding of checkImage(image)) {
                const key = JSON.stringify(finding);
                if (!seen.has(key))
                    findings.push(finding);
                seen.add(key);
            }
        }
        catch (e_4) {
            env_4.error = e_4;
            env_4.hasError = true;
        }
        finally {
            const result_2 = __disposeResources(env_4);
            if (result_2)
                await result_2;
        }
    }
    catch (error) {
        const fatal = asStorageError(error, { image: path });
        if (!StorageError.isDamage(fatal) || fatal.kind === 'io' || fatal.kind === 'invalid-argument')
            throw fatal;
        findings.push({ severity: 'error', code: fatal.code, message: fatal.message, at: fatal.at });
    }
    return findings;
}
function reportOf(target, containers, findings) {
    const states = containers.flatMap((container) => container.states);
    const all = [...findings, ...states.flatMap((state) => state.findings)];
    const count = (payload) => states.filter((state) => state.payload === payload).length;
    return {
        target,
        containers,
        findings,
        totals: {
            states: states.length,
            verified: count('verified'),
            withoutFingerprints: count('no fingerprints'),
            damagedBlocks: containers.reduce((sum, { damage }) => sum + damage.blocks.length + damage.more, 0),
            errors: all.filter(({ severity }) => severity === 'error').length,
            bytesRead: states.reduce((sum, { bytesRead }) => sum + bytesRead, 0),
        },
    };
}
/** Containers are named with `/`, on every platform. */
function portable(path) {
    return path.replaceAll('\\', '/');
}

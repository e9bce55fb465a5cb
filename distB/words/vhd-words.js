/** `mount-vhd`, `dismount-vhd`, `get-vhd`, `test-vhd`: PowerShell's words for virtual disks, always read-only. */
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
import { notFound, StorageError } from "../errors.js";
import { openImage } from "../image/image.js";
import { parseWords } from "./command-words.js";
import { unexpose } from "./exposing.js";
import { getVhd } from "./layouts.js";
import { DISMOUNT_VHD, diskOf, diskOrNumber, GET_VHD, MOUNT_VHD, TEST_VHD } from "./word-specs.js";
import { WordState } from "./word-state.js";
/** Attaches a disk: its volumes and shadow copies are known to mountvol, vssadmin and diskshadow from then on. */
export async function mountVhd(args, context) {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
        const parsed = parseWords(args, MOUNT_VHD);
        const path = context.absolute(diskOf(parsed, MOUNT_VHD));
        const image = __addDisposableResource(env_1, await openImage(path, context.open), true); // a disk that cannot be opened is not attached
        image.listVolumes();
        const state = new WordState();
        const disk = await state.exclusively(() => state.attach(path));
        if (parsed.has('Passthru'))
            for (const line of await describe(path, disk.number, context))
                context.out(line);
        return 0;
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
/** Detaches a disk; what of it is exposed at letters or folders is taken back first. */
export async function dismountVhd(args, context) {
    const parsed = parseWords(args, DISMOUNT_VHD);
    const state = new WordState();
    const wanted = diskOrNumber(parsed);
    const path = 'path' in wanted ? context.absolute(wanted.path) : `disk ${wanted.number}`;
    const disk = 'path' in wanted ? state.find(path) : state.attached.find(({ number }) => number === wanted.number);
    if (disk === undefined) {
        const list = state.attached.map((other) => `${other.number}: ${other.path}`).join(', ');
        throw notFound('DISK_NOT_ATTACHED', `${path} is not attached`, {
            hint: list === '' ? 'no disk is' : `attached are ${list}`,
        });
    }
    for (const exposure of state.exposures.filter(({ image }) => image === disk.path)) {
        await unexpose(state, context.mounter, exposure);
    }
    await state.exclusively(() => state.detach(disk.path));
    if (parsed.has('Passthru'))
        for (const line of await describe(disk.path, null, context))
            context.out(line);
    return 0;
}
export async function getVhdWord(args, context) {
    const parsed = parseWords(args, GET_VHD);
    const path = context.absolute(diskOf(parsed, GET_VHD));
    const disk = new WordState().find(path);
    for (const line of await describe(path, disk?.number ?? null, context))
        context.out(line);
    return 0;
}
/** `True` when the whole chain opens and every structure of it holds; else says what is wrong, and `False`. */
export async function testVhd(args, context) {
    const parsed = parseWords(args, TEST_VHD);
    const path = context.absolute(diskOf(parsed, TEST_VHD));
    try {
        const env_2 = { stack: [], error: void 0, hasError: false };
        try {
            const image = __addDisposableResource(env_2, await openImage(path, context.open), true);
            for (const finding of image.disk.check()) {
                if (finding.severity !== 'error')
                    continue;
                context.out(`${finding.message}`);
                context.out('False');
                return 1;
            }
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
    catch (error) {
        if (!StorageError.isDamage(error) || error.kind === 'not-found')
            throw error;
        context.out(error.message);
        context.out('False');
        return 1;
    }
    context.out('True');
    return 0;
}
/** The lines of Get-VHD, from the image itself. */
export async function describe(path, diskNumber, context) {
    const env_3 = { stack: [], error: void 0, hasError: false };
    try {
        const image = __addDisposableResource(env_3, await openImage(path, context.open), true);
        const { disk } = image;
        const facts = disk.describe();
        const text = (name) => (facts[name] === undefined || facts[name] === null ? '' : String(facts[name]));
        return getVhd({
            computerName: context.computerName,
            path,
            format: disk.format,
            type: disk.type,
            fileSize: image.source.hostPath === null ? image.source.map.size : statSync(image.source.hostPath).size,
            size: disk.size,
            logicalSectorSize: disk.logicalSectorSize,
            physicalSectorSize: Number(facts['physicalSectorSize'] ?? disk.logicalSectorSize),
            blockSize: disk.blockSize ?? 0,
            parentPath: disk.parent?.name ?? '',
            diskIdentifier: text('virtualDiskId') || text('uniqueId'),
            diskNumber,
        });
    }
    catch (e_3) {
        env_3.error = e_3;
        env_3.hasError = true;
    }
    finally {
        const result_3 = __disposeResources(env_3);
        if (result_3)
            await result_3;
    }
}

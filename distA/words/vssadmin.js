/** `vssadmin list ...`, over the attached disks and over images and pools. What changes shadow copies is refused. */
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
import { resolve } from 'node:path';
import { unsupported } from "../errors.js";
import { parseWords, usage } from "./command-words.js";
import { NO_ITEMS, vssadminShadows } from "./layouts.js";
import { parseLetter, parseVolumeName, sameGuid, volumeName } from "./volume-name.js";
import { isHelp, LISTINGS, refuseChanges, refuseStrayOptions, VSSADMIN } from "./word-specs.js";
import { WordState } from "./word-state.js";
import { mountPointsOf, noteDoubts, World } from "./world.js";
export async function vssadmin(args, context) {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
        const parsed = parseWords(args, VSSADMIN);
        if (isHelp(parsed, context))
            return 0;
        const [, what, more] = parsed.words.map((word) => word.toLowerCase());
        refuseChanges(parsed);
        if (more !== undefined)
            throw usage(VSSADMIN, 'wrong number of words');
        refuseStrayOptions(parsed, LISTINGS);
        if (what === 'providers') {
            for (const line of PROVIDERS)
                context.out(line);
            return 0;
        }
        if (what === 'writers') {
            throw unsupported('VSSADMIN_WRITERS', 'writers are programs that run on a Windows machine', {
                hint: 'run vssadmin list writers there',
            });
        }
        if (what === undefined || !KINDS.includes(what))
            throw usage(VSSADMIN, `vssadmin list ${what ?? ''} is unknown`);
        const state = new WordState();
        const world = __addDisposableResource(env_1, await World.open(state, parsed.all('image').map(context.absolute), context.open, context.note), true);
        const target = parsed.value('for');
        const guid = target === undefined ? null : guidOfTarget(target, state, `${what ?? ''} /for`);
        switch (what) {
            case 'shadows': {
                const [wanted, set] = [parsed.value('shadow'), parsed.value('set')];
                if (guid !== null)
                    world.volume(guid); // a name that nothing has is an error, a volume without copies is not
                const shadows = (await world.shadows()).filter((shadow) => (guid === null || shadow.originalGuid === guid) &&
                    (wanted === undefined || sameGuid(shadow.id, wanted)) &&
                    (set === undefined || sameGuid(shadow.setId, set)));
                for (const line of vssadminShadows(shadows))
                    context.out(line);
                noteDoubts(shadows, context.note);
                return shadows.length === 0 ? 1 : 0;
            }
            case 'volumes':
                for (const volume of world.volumes()) {
                    context.out(`Volume path: ${mountPointsOf(state, volume.guid)[0] ?? volumeName(volume.guid)}`);
                    context.out(`    Volume name: ${volumeName(volume.guid)}`);
                }
                return 0;
            case 'shadowstorage': {
                const on = parsed.value('on');
                const storageGuid = on === undefined ? null : guidOfTarget(on, state, 'shadowstorage /on');
                const volumes = world
                    .volumes()
                    .filter(({ guid: own, storage }) => storage !== null &&
                    (guid === null || own === guid) &&
                    (storageGuid === null || storage.guid === storageGuid));
                if (volumes.length === 0)
                    context.out(NO_ITEMS);
                for (const volume of volumes)
                    for (const line of storageLines(volume, state))
                        context.out(line);
                return volumes.length === 0 ? 1 : 0;
            }
            default:
                return 0;
        }
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
const KINDS = ['shadows', 'volumes', 'shadowstorage'];
/** A volume's name, or the letter or folder where it is mounted. */
function guidOfTarget(target, state, option) {
    const mounted = state.exposed(parseLetter(target) ?? resolve(target));
    if (mounted !== undefined)
        return mounted.volumeGuid;
    return parseVolumeName(target, (name) => `pitvault vssadmin list ${option.replace(' ', " '")}=${name}'`);
}
const PROVIDERS = [
    "Provider name: 'Microsoft Software Shadow Copy provider 1.0'",
    '   Provider type: System',
    '   Provider Id: {b5946137-7b9f-4925-af80-51abd60b20d5}',
    '   Version: 1.0.0.7',
    '',
];
function storageLines(volume, state) {
    const { guid, used, maximum } = volume.storage;
    const nameOf = (one) => {
        const [mountPoint] = mountPointsOf(state, one);
        return `${mountPoint === undefined ? '' : `(${mountPoint})`}${volumeName(one)}`;
    };
    const share = (bytes) => `${sizeText(bytes)} (${Math.floor((100 * bytes) / volume.size)}%)`;
    return [
        'Shadow Copy Storage association',
        `   For volume: ${nameOf(volume.guid)}`,
        `   Shadow Copy Storage volume: ${nameOf(guid)}`,
        `   Used Shadow Copy Storage space: ${share(used)}`,
        `   Allocated Shadow Copy Storage space: ${share(used)}`,
        `   Maximum Shadow Copy Storage space: ${maximum === 0 ? 'UNBOUNDED (100%)' : share(maximum)}`,
        '',
    ];
}
function sizeText(bytes) {
    if (bytes < 1024)
        return `${bytes} bytes`;
    const units = ['KB', 'MB', 'GB', 'TB'];
    let value = bytes / 1024;
    let unit = 0;
    while (value >= 1024 && unit < units.length - 1) {
        value /= 1024;
        unit++;
    }
    return `${value.toFixed(2)} ${units[unit]}`;
}

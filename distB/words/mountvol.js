/** `mountvol`: volumes at letters and folders. A letter is a folder in the state folder, whose path is printed. */
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
import { invalidArgument } from "../errors.js";
import { parseWords } from "./command-words.js";
import { expose, exposureAt, unexpose } from "./exposing.js";
import { mountvolList } from "./layouts.js";
import { parseLetter, parseVolumeName, volumeName } from "./volume-name.js";
import { MOUNTVOL, refuseMachineSwitches, refuseMixedMountvol } from "./word-specs.js";
import { WordState } from "./word-state.js";
import { mountPointsOf, World } from "./world.js";
const USAGE = [
    'Creates, deletes, or lists a volume mount point.',
    '',
    'MOUNTVOL [drive:]path VolumeName',
    'MOUNTVOL [drive:]path /D',
    'MOUNTVOL [drive:]path /L',
    '',
];
export async function mountvol(args, context) {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
        const parsed = parseWords(args, MOUNTVOL);
        refuseMachineSwitches(parsed);
        refuseMixedMountvol(parsed);
        const state = new WordState();
        const [place, name] = parsed.words;
        if (place !== undefined && parsed.has('D')) {
            await unexpose(state, context.mounter, exposureAt(state, place));
            return 0;
        }
        if (place !== undefined && parsed.has('L')) {
            context.out(`    ${volumeName(exposureAt(state, place).volumeGuid)}`);
            return 0;
        }
        const world = __addDisposableResource(env_1, await World.open(state, parsed.all('image').map(context.absolute), context.open, context.note), true);
        if (place === undefined) {
            const volumes = world.volumes().map(({ guid }) => ({ guid, mountPoints: mountPointsOf(state, guid) }));
            for (const line of [...USAGE, ...mountvolList(volumes)])
                context.out(line);
            return 0;
        }
        const correct = (volume) => `pitvault mountvol ${place} '${volume}'`;
        if (name === undefined) {
            // `mountvol X:` alone, or a name whose backslashes made the shell take it for part of another word.
            throw invalidArgument('MOUNTVOL_NAME', 'which volume?', { hint: correct(volumeName('GUID')) });
        }
        const volume = world.volume(parseVolumeName(name, correct));
        const { guid: volumeGuid, image, source } = volume;
        const exposure = await expose(state, context.mounter, place, { source, volumeGuid, shadowId: null, image });
        if (parseLetter(place) !== null)
            context.out(`${exposure.at} is ${exposure.directory}`);
        const alike = world.volumes().filter((other) => other.guid === volumeGuid && other.image !== image);
        if (alike.length > 0) {
            context.out(`it shows ${image}; of the same name are also ${alike.map((other) => other.image).join(', ')}`);
        }
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

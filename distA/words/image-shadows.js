/** Shadow copies of attached disks and named images, and recovery points of pools as shadow copies of their replicas. */
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
import { invalidArgument, notFound, StorageError, unsupported } from "../errors.js";
import { expose, exposureAt, unexpose } from "./exposing.js";
import { diskshadowShadow } from "./layouts.js";
import { OwnPools } from "./own-pools.js";
import { parseLetter, parseVolumeName, sameGuid, volumeName } from "./volume-name.js";
import { WordState } from "./word-state.js";
import { noteDoubts, World } from "./world.js";
export class ImageShadows {
    #context;
    #named;
    #pools;
    #allowDelete;
    constructor(context, named, allowDelete) {
        this.#context = context;
        this.#named = named;
        this.#pools = new OwnPools(named, context.files);
        this.#allowDelete = allowDelete;
    }
    async #world(work) {
        const env_1 = { stack: [], error: void 0, hasError: false };
        try {
            const state = new WordState();
            const world = __addDisposableResource(env_1, await World.open(state, this.#named, this.#context.open, this.#context.note), true);
            return await work(world, state);
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
    async list(command, aliases) {
        const { out } = this.#context;
        if (command.what === 'providers') {
            for (const line of PROVIDER)
                out(line);
            return;
        }
        if (command.what === 'writers') {
            throw unsupported('DISKSHADOW_WRITERS', 'writers are programs that run on a Windows machine');
        }
        const { by, id } = command;
        const all = await this.#world((world) => world.shadows());
        const found = all.filter((shadow) => by === 'all' || sameGuid(by === 'set' ? shadow.setId : shadow.id, id));
        if (found.length === 0) {
            out('No shadow copies found in system.');
            return;
        }
        out(by === 'set' ? querying(id) : 'Querying all shadow copies on the computer ...');
        out('');
        this.#print(found, all, aliases);
    }
    #print(found, all, aliases) {
        for (const shadow of found) {
            const setSize = all.filter((other) => other.setId === shadow.setId).length;
            const alias = [...aliases].find(([, value]) => sameGuid(value, shadow.id))?.[0];
            for (const line of diskshadowShadow({ ...shadow, alias }, setSize))
                this.#context.out(line);
        }
        this.#context.out(`Number of shadow copies listed: ${found.length}`);
        noteDoubts(found, this.#context.note);
    }
    async expose(id, place) {
        const exposure = await this.#world(async (world, state) => {
            const shadow = await world.shadow(id.replace(/[{}]/g, '').toLowerCase());
            const { source, image, originalGuid } = shadow;
            return expose(state, this.#context.mounter, place, {
                source,
                image,
                volumeGuid: originalGuid,
                shadowId: shadow.id,
            });
        });
        const isLetter = exposure.at !== exposure.directory;
        this.#context.out(`The shadow copy was successfully exposed as ${isLetter ? `${exposure.at}\\` : exposure.at}.`);
        if (isLetter)
            this.#context.out(`${exposure.at} is ${exposure.directory}`);
    }
    async unexpose(place) {
        const state = new WordState();
        const byId = state.exposures.find(({ shadowId }) => shadowId !== null && sameGuid(shadowId, place));
        const exposure = byId ?? exposureAt(state, place);
        if (exposure.shadowId === null) {
            throw notFound('SHADOW_NOT_EXPOSED', `${exposure.at} shows a volume, not a shadow copy`, {
                hint: `pitvault mountvol ${exposure.at} /D takes it back`,
            });
        }
        await unexpose(state, this.#context.mounter, exposure);
        this.#context.out(`Shadow copy ID {${exposure.shadowId}} is no longer exposed.`);
    }
    async add({ volume, provider }) {
        if (provider !== undefined && !sameGuid(provider, PROVIDER_ID)) {
            throw unsupported('DISKSHADOW_PROVIDER', `there is no provider ${provider} here`, {
                hint: 'list providers shows the one there is; leave the word out',
            });
        }
        await this.#pools.requireKept(await this.#guidOf(volume));
    }
    /** The points of a replica: what it holds now becomes the newest of them. */
    async create(volumes) {
        const { out } = this.#context;
        const [added, another] = volumes;
        if (added === undefined) {
            throw invalidArgument('DISKSHADOW_NO_VOLUME', 'no volume was added', {
                hint: `add volume ${volumeName('PhysicalReplicaId')} alias NAME, then create`,
            });
        }
        if (another !== undefined) {
            throw unsupported('DISKSHADOW_ONE_VOLUME', 'the points of several replicas cannot be made in one instant', {
                hint: 'reset, then add and create for each volume',
            });
        }
        const id = await this.#pools.makePoint(await this.#guidOf(added.volume));
        const made = new Map([[added.alias ?? 'VSS_SHADOW_1', `{${id}}`]]);
        out(`Alias ${added.alias ?? 'VSS_SHADOW_1'} for shadow ID {${id}} set as environment variable.`);
        const all = await this.#world((world) => world.shadows());
        const found = all.filter((shadow) => sameGuid(shadow.id, id));
        const { setId } = found[0];
        out(`Alias VSS_SHADOW_SET for shadow set ID {${setId}} set as environment variable.`);
        out('');
        out(querying(`{${setId}}`));
        out('');
        this.#print(found, all, made);
        return new Map([...made, ['VSS_SHADOW_SET', `{${setId}}`]]);
    }
    async delete(what) {
        const { out } = this.#context;
        if (!this.#allowDelete) {
            throw invalidArgument('DISKSHADOW_DELETE', 'delete would remove recovery points for good', {
                hint: 'if that is meant: diskshadow --image POOL --allow-delete; pitvault prune plans it by rules',
            });
        }
        const all = await this.#world((world) => world.shadows());
        const doomed = await this.#chosen(all, what);
        if (doomed.length === 0)
            throw notFound('SHADOW_MISSING', 'no shadow copy is meant by that', { hint: DELETE_USAGE });
        for (const { id, exposed } of doomed) {
            if (exposed === null)
                continue;
            throw new StorageError('conflict', 'SHADOW_EXPOSED', `shadow copy {${id}} is exposed at ${exposed}`, {
                hint: `unexpose ${exposed}`,
            });
        }
        for (const { originalGuid } of doomed)
            await this.#pools.requireKept(originalGuid); // all, before any goes
        for (const { id, originalGuid } of doomed) {
            out(`Deleting shadow copy {${id}} on volume ${volumeName(originalGuid)} ...`);
            let isTold = false;
            const onWait = ([first]) => {
                if (!isTold)
                    this.#context.note(`waiting for process ${first.identity.pid}, which reads what is to go`);
                isTold = true;
            };
            await this.#pools.removePoint(originalGuid, id, { signal: this.#context.open.signal, onWait });
        }
        out('');
        out(`Number of shadow copies deleted: ${doomed.length}`);
    }
    async #chosen(all, what) {
        const [by = '', value] = what;
        const kind = by.toLowerCase();
        if (kind === 'all' && what.length === 1)
            return all;
        if (value === undefined || what.length !== 2)
            throw invalidArgument('DISKSHADOW_SYNTAX', `delete what?`, { hint: DELETE_USAGE });
        if (kind === 'id')
            return all.filter(({ id }) => sameGuid(id, value));
        if (kind === 'set')
            return all.filter(({ setId }) => sameGuid(setId, value));
        if (kind === 'exposed')
            return all.filter(({ exposed }) => exposed !== null && parseLetter(value) === exposed);
        const guid = await this.#guidOf(value);
        const ofVolume = all
            .filter(({ originalGuid }) => originalGuid === guid)
            .toSorted((a, b) => a.createdMs - b.createdMs);
        if (kind === 'volume')
            return ofVolume;
        if (kind === 'oldest')
            return ofVolume.slice(0, 1);
        throw invalidArgument('DISKSHADOW_SYNTAX', `delete shadows ${by} is unknown`, { hint: DELETE_USAGE });
    }
    /** A volume by its name, or by the letter or folder where it is shown. */
    async #guidOf(volume) {
        const state = new WordState();
        if (parseLetter(volume) !== null)
            return exposureAt(state, volume).volumeGuid;
        const shown = state.exposed(resolve(volume));
        if (shown !== undefined)
            return shown.volumeGuid;
        const guid = parseVolumeName(volume, (name) => `add volume ${name}`);
        return (await this.#world(async (world) => world.volume(guid))).guid;
    }
}
function querying(setId) {
    return `Querying all shadow copies with the shadow copy set ID ${setId}`;
}
const DELETE_USAGE = 'usage: delete shadows {all | volume V | oldest V | set ID | id ID | exposed X:}';
const PROVIDER_ID = '{b5946137-7b9f-4925-af80-51abd60b20d5}';
const PROVIDER = [
    `* ProviderID: ${PROVIDER_ID}`,
    '        Type: [1] VSS_PROV_SYSTEM',
    '        Name: Microsoft Software Shadow Copy provider 1.0',
    '        Version: 1.0.0.7',
    'Number of providers registered: 1',
];

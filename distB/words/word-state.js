/** What the admin's words leave behind for each other: attached disks, and drive letters with what is exposed there. */
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
import { existsSync, readFileSync, realpathSync, renameSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asStorageError, StorageError } from "../errors.js";
import { makeFolders } from "../io/make-folders.js";
import { PortableHostFiles } from "../io/portable-host-files.js";
import { takeLock } from "../io/process-lock.js";
import { isMounted } from "../serve/fuse/mount-point.js";
import { stateSubfolder } from "../serve/state-folder.js";
import { parseLetter } from "./volume-name.js";
const EMPTY = { attached: [], exposures: [] };
/** How long a command waits for another one, which may be mounting. */
const WAIT_MS = 30_000;
const STEP_MS = 20;
export class WordState {
    #folder = stateSubfolder('words');
    #state;
    constructor() {
        this.#state = this.#read();
    }
    /** Runs `work` while no other command changes the state, which is read anew before. */
    async exclusively(work) {
        const env_1 = { stack: [], error: void 0, hasError: false };
        try {
            const _ = __addDisposableResource(env_1, await this.#lock(), false);
            this.#state = this.#read();
            return await work();
        }
        catch (e_1) {
            env_1.error = e_1;
            env_1.hasError = true;
        }
        finally {
            __disposeResources(env_1);
        }
    }
    async #lock() {
        const until = Date.now() + WAIT_MS;
        for (;;) {
            try {
                return takeLock(new PortableHostFiles('the words need no more'), join(this.#folder, 'state.lock'));
            }
            catch (error) {
                if (!StorageError.is(error) || error.code !== 'LOCK_HELD' || Date.now() > until)
                    throw error;
            }
            await new Promise((resolve) => setTimeout(resolve, STEP_MS * (0.5 + Math.random())));
        }
    }
    get attached() {
        return this.#state.attached;
    }
    get exposures() {
        return this.#state.exposures;
    }
    /** The attached disk of this name, or of another name that leads to the same file. */
    find(path) {
        const { attached } = this.#state;
        const real = realLocator(path);
        return attached.find((disk) => disk.path === path) ?? attached.find((disk) => realLocator(disk.path) === real);
    }
    /** Like all that changes the state, within `exclusively`. */
    attach(path) {
        const found = this.find(path);
        if (found !== undefined) {
            throw new StorageError('conflict', 'DISK_ATTACHED', `${path} is attached already, as disk ${found.number}`, {
                image: path,
                hint: 'pitvault dismount-vhd detaches it',
            });
        }
        let number = 1;
        while (this.#state.attached.some((disk) => disk.number === number))
            number++;
        const disk = { number, path };
        this.#state = { ...this.#state, attached: [...this.#state.attached, disk] };
        this.#write();
        return disk;
    }
    detach(path) {
        this.#state = { ...this.#state, attached: this.#state.attached.filter((disk) => disk.path !== path) };
        this.#write();
    }
    /** The folder of a letter, made when it is missing; its path is the one that the system lists mounts by. */
    letterFolder(letter) {
        const folder = join(this.#folder, 'drives', letter[0]);
        makeFolders(folder, 0o700);
        return realpathSync(folder);
    }
    exposed(at) {
        return this.#state.exposures.find((exposure) => exposure.at === at || exposure.directory === at);
    }
    addExposure(exposure) {
        this.#state = { ...this.#state, exposures: [...this.#state.exposures, exposure] };
        this.#write();
    }
    removeExposure({ at, directory }) {
        this.#state = { ...this.#state, exposures: this.#state.exposures.filter((other) => other.at !== at) };
        this.#write();
        if (parseLetter(at) !== null)
            rmdirSync(directory);
    }
    get #path() {
        return join(this.#folder, 'state.json');
    }
    /** Exposures whose mount is gone (a crash, a reboot, somebody's umount) are forgotten. */
    #read() {
        if (!existsSync(this.#path))
            return EMPTY;
        let text;
        try {
            text = readFileSync(this.#path, 'utf8');
        }
        catch (error) {
            throw asStorageError(error, { image: this.#path });
        }
        const state = parseState(text);
        if (state === null)
            throw this.#damaged();
        return { ...state, exposures: state.exposures.filter(({ directory }) => isMounted(directory)) };
    }
    #damaged() {
        const message = `${this.#path} does not say what is attached: it is damaged`;
        return new StorageError('corrupt', 'WORDS_STATE_DAMAGED', message, {
            image: this.#path,
            hint: `pitvault mounts lists what is mounted, pitvault unmount ends it; then remove ${this.#path} and attach the disks again`,
        });
    }
    #write() {
        writeFileSync(`${this.#path}.partial`, `${JSON.stringify(this.#state, null, 2)}\n`, { mode: 0o600 });
        renameSync(`${this.#path}.partial`, this.#path);
    }
}
/** A locator without links on its way; as it is where its file has gone. */
export function realLocator(locator) {
    const [file = '', ...inner] = locator.split('::');
    try {
        return [realpathSync(file), ...inner].join('::');
    }
    catch {
        return locator;
    }
}
/** Null for what this version has not written. */
function parseState(text) {
    let value;
    try {
        value = JSON.parse(text);
    }
    catch {
        return null;
    }
    const { attached, exposures } = (value ?? {});
    const isSound = Array.isArray(attached) &&
        attached.every(isAttachedDisk) &&
        Array.isArray(exposures) &&
        exposures.every(isExposure);
    return isSound ? { attached, exposures } : null;
}
function isAttachedDisk(value) {
    return Number.isSafeInteger(value?.number) && typeof value?.path === 'string';
}
function isExposure(value) {
    const texts = [value?.at, value?.directory, value?.volumeGuid, value?.image];
    return texts.every((text) => typeof text === 'string') && ['string', 'object'].includes(typeof value?.shadowId);
}

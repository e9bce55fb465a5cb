/** From the path of a URL to what the tree has there, and back. */
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
import { createHash } from 'node:crypto';
import { childByName } from "../child-by-name.js";
import { fromHostName, toHostName } from "../host-names.js";
/** What stands before the path where a client sends the whole URL, with the host. */
export const ORIGIN = /^https?:\/\/(?<host>[^/?#]*)/i;
/** The names of a URL's path, each in the forms it may have in a volume; null for what is no such path. */
export function namesOf(url) {
    const path = url.replace(ORIGIN, '');
    const names = [];
    for (const part of path.split('?')[0].split('/')) {
        if (part === '')
            continue;
        const bytes = percentDecoded(part);
        if (bytes === null || bytes.includes(0) || bytes.includes(0x2f))
            return null;
        const forms = fromHostName(bytes);
        if (forms[0] === '.' || forms[0] === '..')
            return null;
        names.push(forms);
    }
    return names;
}
function percentDecoded(text) {
    const bytes = [];
    const raw = Buffer.from(text);
    for (let at = 0; at < raw.length; at++) {
        if (raw[at] !== 0x25) {
            bytes.push(raw[at]);
            continue;
        }
        const digits = raw.toString('latin1', at + 1, at + 3);
        if (!/^[0-9a-f]{2}$/i.test(digits))
            return null;
        bytes.push(Number.parseInt(digits, 16));
        at += 2;
    }
    return Uint8Array.from(bytes);
}
const PLAIN = /[A-Za-z0-9._~-]/;
/** A name as part of a URL. */
export function urlName(name) {
    let text = '';
    for (const byte of toHostName(name)) {
        const character = String.fromCharCode(byte);
        text += PLAIN.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    }
    return text;
}
/** Runs `work` with what stands at these names, or null; a volume stays open until it has ended. */
export async function withResource(tree, names, work) {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
        let at = tree.root;
        let depth = 0;
        while (at.kind === 'folder') {
            if (depth === names.length)
                return work({ kind: 'folder', folder: at });
            const children = await at.children();
            const next = children.find((child) => names[depth].includes(child.name));
            if (next === undefined)
                return work(null);
            at = next;
            depth++;
        }
        const held = __addDisposableResource(env_1, await tree.hold(at.id), false);
        const { fileSystem } = held;
        const entry = entryAt(fileSystem, names.slice(depth));
        await work(entry === null ? null : { kind: 'entry', state: stateOf(at.id, held), fileSystem, entry });
    }
    catch (e_1) {
        env_1.error = e_1;
        env_1.hasError = true;
    }
    finally {
        __disposeResources(env_1);
    }
}
/** A database that was written since may have the size and the times it had: the state of its volume tells them apart. */
function stateOf(volume, { identity }) {
    if (identity === null)
        return String(volume);
    return `${volume}-${createHash('sha256').update(identity).digest('hex').slice(0, 12)}`;
}
function entryAt(fileSystem, names) {
    let entry = fileSystem.lookup('/');
    for (const forms of names) {
        const directory = entry;
        if (directory === null || directory.kind !== 'directory')
            return null;
        entry = childByName(fileSystem, directory, forms);
    }
    return entry !== null && isLink(entry) ? null : entry;
}
export function itemOf(resource) {
    if (resource.kind === 'folder')
        return folderItem(resource.folder);
    return entryItem(resource.state, resource.entry);
}
/** They are left out, also when they are asked for: WebDAV has none. */
function isLink({ kind }) {
    return kind === 'symlink' || kind === 'junction';
}
/** What a folder holds, in its own order, without links. */
export async function itemsIn(resource) {
    if (resource.kind === 'folder')
        return (await resource.folder.children()).map(folderItem);
    return entryItems(resource.state, resource.fileSystem.list(resource.entry));
}
function* entryItems(state, entries) {
    for (const entry of entries) {
        if (!isLink(entry))
            yield entryItem(state, entry);
    }
}
function folderItem({ name, modifiedMs }) {
    return { name, isFolder: true, size: 0, modifiedMs, createdMs: modifiedMs, tag: '' };
}
function entryItem(state, entry) {
    const { name, size, modifiedMs, createdMs, id, sequence } = entry;
    const tag = `"${state}-${id}-${sequence}-${size}-${Math.floor(modifiedMs)}"`;
    return { name, isFolder: entry.kind === 'directory', size, modifiedMs, createdMs, tag };
}

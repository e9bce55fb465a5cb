/**
 * The user's cache folder: what pitvault found out and may find out again. Nothing there is needed, so a file that cannot
 * be read counts as missing, and one that cannot be written is left out.
 *
 * Subjects go (a pool that was copied somewhere for a day), their files would stay. So whoever writes first looks at how many
 * there are, once per process, and of more than FILES_MAX removes those written longest ago. Another process may use one of
 * them, or write it anew, at any moment: it loses what it will find out again.
 */
import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { crc32c } from "../base/crc32c.js";
import { makeFolders } from "./make-folders.js";
import { operatingSystem } from "./operating-system.js";
/** `$XDG_CACHE_HOME/pitvault`, or what the platform has in its place; undefined where none of them is an absolute path. */
export function userCacheFolder() {
    const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
    const isGiven = XDG_CACHE_HOME !== undefined && isAbsolute(XDG_CACHE_HOME); // others are to be ignored, says its standard
    const local = process.platform === 'win32' && LOCALAPPDATA ? LOCALAPPDATA : null;
    const base = isGiven ? XDG_CACHE_HOME : (local ?? join(operatingSystem().homedir(), '.cache'));
    return isAbsolute(base) ? join(base, 'pitvault') : undefined;
}
/** Some 10 MiB for pools of 64 points a replica. */
export const FILES_MAX = 4096;
/** Removed at once, so that not every process has one to remove. */
const FILES_KEPT = 3072;
const FILE_NAME = /^[0-9a-f]{8}-\d+\.json(\.\d+)?$/;
/** What a process that was killed had not finished. */
const PART_NAME = /\.json\.\d+$/;
const PART_AGE_MAX_MS = 24 * 3_600_000;
const looked = new Set();
/** What is kept of one subject (a pool's roots, say) in one file of the folder. */
export class CacheFile {
    #path;
    #schema;
    #subject;
    #isValue;
    /** `isValue`: whether what was read is a T; anybody may have written there. */
    constructor(folder, schema, subject, isValue) {
        const text = JSON.stringify([schema, subject]);
        this.#path = join(folder, `${crc32c(Buffer.from(text)).toString(16).padStart(8, '0')}-${text.length}.json`);
        this.#schema = schema;
        this.#subject = subject;
        this.#isValue = isValue;
    }
    /** Null when there is nothing of this schema and subject (two of one name take turns), or something else than it says. */
    read() {
        try {
            const { schema, subject, value } = JSON.parse(readFileSync(this.#path, 'utf8'));
            const isOwn = schema === this.#schema && JSON.stringify(subject) === JSON.stringify(this.#subject);
            return isOwn && this.#isValue(value) ? value : null;
        }
        catch {
            return null; // missing, or half of one: no cache
        }
    }
    /** Replaces the file as a whole; only the user can read it. */
    write(value) {
        const part = `${this.#path}.${process.pid}`;
        try {
            makeFolders(dirname(this.#path), 0o700);
            const kept = { schema: this.#schema, subject: this.#subject, value };
            writeFileSync(part, JSON.stringify(kept), { mode: 0o600 });
            renameSync(part, this.#path);
            removeOldest(dirname(this.#path));
        }
        catch {
            // Nowhere to keep it: the next run looks again.
        }
    }
}
function removeOldest(folder) {
    if (looked.has(folder))
        return;
    looked.add(folder);
    const names = readdirSync(folder).filter((name) => FILE_NAME.test(name));
    const isFull = names.length > FILES_MAX;
    const aged = names
        .filter((name) => isFull || PART_NAME.test(name))
        .map((name) => ({ path: join(folder, name), ms: statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs }))
        .sort((a, b) => (a.ms ?? 0) - (b.ms ?? 0));
    const surplus = isFull ? names.length - FILES_KEPT : 0;
    for (const [index, { path, ms }] of aged.entries()) {
        const isLeft = PART_NAME.test(path) && ms !== undefined && ms < Date.now() - PART_AGE_MAX_MS;
        if (index < surplus || isLeft)
            rmSync(path, { force: true });
    }
}

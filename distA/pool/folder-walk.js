/** The folders of a pool, down to those that hold disks: each once, whatever names and links lead to it. */
import { join } from 'node:path';
import { asStorageError } from "../errors.js";
import { isImageName } from "../image/source.js";
import { guidOfNext } from "../replica/layout.js";
import { DISK_NAME, FOLDER_DEPTH_MAX, SYSTEM_FOLDER } from "./layout.js";
/** Of a finding: what lies below that folder is not known. */
export const FOLDER_UNREADABLE = 'POOL_FOLDER_UNREADABLE';
const OTHER_IMAGES_MAX = 6;
export class FolderWalk {
    findings = [];
    unreadable = new Set();
    /** Images that are no `disk0.vhdx`: named when there is no pool. */
    otherImages = [];
    /** Disks of first backups that were interrupted, or are under way: next-<guid>.vhdx of pitvault's. */
    unfinished = [];
    #seen = new SeenFolders();
    /**
     * Walks the folder and those below it, down to the disks. A folder that holds folders with disks is a container, and is
     * told with them; the others are the result.
     */
    below(tree, root, tell) {
        const walk = { tree, links: [], rest: [], tell };
        this.#visit(walk, { folder: root, depth: 0 });
        // Later: a folder's own name says more than that of a link to it.
        for (let next = walk.links.shift(); next !== undefined; next = walk.links.shift())
            this.#visit(walk, next);
        return walk.rest;
    }
    /** The folder, when its role is not known by itself: it is for its parent to say. */
    #enter(walk, { folder: found, depth }) {
        if (this.#isSeen(found))
            return null;
        const { tree } = walk;
        const folder = { ...found, entries: this.#list(tree, found.path) };
        for (const { name, directory } of folder.entries) {
            if (!directory && guidOfNext(name) !== null)
                this.unfinished.push(tree.join(folder.path, name));
            else if (!directory && isImageName(name) && this.otherImages.length < OTHER_IMAGES_MAX)
                this.otherImages.push(tree.join(folder.path, name));
        }
        if (depth >= FOLDER_DEPTH_MAX || hasDisk(folder))
            return folder;
        const folders = this.#enterAll(walk, folder, depth + 1);
        if (folders.some(hasDisk)) {
            walk.tell(folder, folders);
            return null;
        }
        walk.rest.push(...folders);
        return folder;
    }
    #visit(walk, pending) {
        const folder = this.#enter(walk, pending);
        if (folder !== null)
            walk.rest.push(folder);
    }
    /** The folders in a folder, but for links and for those that turned out to be containers. */
    #enterAll(walk, { path, name, parentName, entries }, depth) {
        const folders = [];
        for (const entry of entries) {
            if (!entry.directory || SYSTEM_FOLDER.test(entry.name))
                continue;
            const { modifiedMs, identity } = entry;
            const names = { name: entry.name, parent: path, parentName: name, serverName: parentName };
            const next = { folder: { path: walk.tree.join(path, entry.name), ...names, modifiedMs, identity }, depth };
            if (entry.link === true)
                walk.links.push(next);
            else {
                const folder = this.#enter(walk, next);
                if (folder !== null)
                    folders.push(folder);
            }
        }
        return folders;
    }
    /** One folder under two names, by a link or because it was given twice, counts once. */
    #isSeen({ path, name, parent, identity }) {
        if (identity === undefined)
            return false;
        const first = this.#seen.add(identity, parent, name);
        if (first === null)
            return false;
        const message = `${path} is the same folder as ${first}, which counts`;
        this.findings.push({ severity: 'info', code: 'POOL_SAME_FOLDER', message, at: { image: path } });
        return true;
    }
    #list(tree, path) {
        try {
            return tree.list(path);
        }
        catch (error) {
            const base = asStorageError(error);
            this.unreadable.add(path);
            this.findings.push({
                severity: 'warning',
                code: FOLDER_UNREADABLE,
                message: `cannot list ${path}: ${base.message}${base.hint === undefined ? '' : `; ${base.hint}`}`,
                at: { image: path },
            });
            return [];
        }
    }
}
export function hasDisk(folder) {
    return folder.entries.some((entry) => !entry.directory && DISK_NAME.test(entry.name));
}
/** Folders by identity. Of many folders the paths would take most of the memory: kept are the parent's, which they share, and the name. */
class SeenFolders {
    #places = new Map();
    #parents = [];
    #names = [];
    /** Null when it is new; else the path under which it was met first. */
    add(identity, parent, name) {
        const place = this.#places.get(identity);
        if (place !== undefined)
            return join(this.#parents[place], this.#names[place]);
        this.#places.set(identity, this.#names.length);
        this.#parents.push(parent);
        this.#names.push(name);
        return null;
    }
}

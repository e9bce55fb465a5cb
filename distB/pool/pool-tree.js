/** Where a pool's folders are: on the host's file systems, or in a zip. The scanner sees only this port. */
import { readdirSync, statSync } from 'node:fs';
import { sep } from 'node:path';
export const hostTree = {
    list(folder) {
        const entries = [];
        for (const entry of readdirSync(folder, { withFileTypes: true })) {
            const stat = statSync(hostTree.join(folder, entry.name), { throwIfNoEntry: false });
            if (stat === undefined)
                continue; // a dangling link holds nothing
            entries.push({
                name: entry.name,
                directory: stat.isDirectory(),
                size: stat.isDirectory() ? 0 : stat.size,
                modifiedMs: stat.mtimeMs,
                changedMs: stat.ctimeMs,
                link: entry.isSymbolicLink(),
                special: stat.isFIFO() || stat.isSocket() || stat.isCharacterDevice(),
                identity: stat.isDirectory() ? identityOf(stat) : undefined,
            });
        }
        return entries.sort(byName);
    },
    // Both are as the system gives them: nothing in them is to be resolved.
    join: (folder, name) => (folder.endsWith(sep) ? folder + name : folder + sep + name),
    locator: (path) => path,
};
/** Undefined where the file system gives no numbers. */
export function identityOf({ dev, ino }) {
    return ino === 0 ? undefined : `${dev}:${ino}`;
}
/** The members of an archive as folders. The root is the empty path. */
export class ZipTree {
    #folders = new Map();
    #archive;
    constructor(archive) {
        this.#archive = archive;
        this.#folders.set('', new Map());
        for (const member of archive.members) {
            const parts = member.path.split('/');
            const isFolder = parts.at(-1) === '';
            if (isFolder)
                parts.pop();
            let folder = '';
            for (const [index, name] of parts.entries()) {
                const directory = isFolder || index < parts.length - 1;
                const entries = this.#folders.get(folder);
                const known = entries.get(name);
                if (known === undefined || index === parts.length - 1) {
                    entries.set(name, {
                        name,
                        directory,
                        size: directory ? 0 : member.size,
                        modifiedMs: member.modifiedMs,
                        packed: !member.stored,
                    });
                }
                folder = this.join(folder, name);
                if (directory && !this.#folders.has(folder))
                    this.#folders.set(folder, new Map());
            }
        }
    }
    list(folder) {
        return [...(this.#folders.get(folder)?.values() ?? [])].sort(byName);
    }
    join(folder, name) {
        return folder === '' ? name : `${folder}/${name}`;
    }
    locator(path) {
        return `${this.#archive.name}::${path}`;
    }
}
function byName(a, b) {
    return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

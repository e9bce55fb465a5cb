/**
 * A folder and those above it that are missing. Node's own recursive `mkdir` never comes back where a folder that exists
 * refuses to have one made in it by saying that it does not exist, as those of /proc do.
 */
import { mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
/** Throws the system's error: EEXIST also where a file is in the way. */
export function makeFolders(folder, mode = 0o777) {
    const missing = [];
    let at = resolve(folder);
    while (statSync(at, { throwIfNoEntry: false })?.isDirectory() !== true) {
        missing.push(at);
        if (dirname(at) === at)
            break;
        at = dirname(at);
    }
    for (const path of missing.reverse()) {
        try {
            mkdirSync(path, { mode });
        }
        catch (error) {
            // Somebody else has made it meanwhile.
            const isThere = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
            if (error.code !== 'EEXIST' || !isThere)
                throw error;
        }
    }
}

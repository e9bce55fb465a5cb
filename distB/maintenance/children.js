/**
 * Differencing disks that stand on a disk: they are lost when it gets another identity. A disk does not know its children, so
 * they are looked for where they lie as a rule: in its own folder, and, where that is named by a GUID as in a storage pool
 * (`<PITId>/disk0.vhdx` over `..\<PITId>\disk0.vhdx`), in the other such folders beside it.
 */
import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { parseGuid } from "../base/guid.js";
import { asStorageError, StorageError } from "../errors.js";
import { isImageName } from "../image/source.js";
import { DiskFile } from "../io/disk-file.js";
import { FileMap } from "../map/maps.js";
import { readParentIdentities } from "../vhdx/own-layer.js";
/** Paths of the VHDX files beside these paths, but for themselves, that name a disk of this identity as their parent. */
export function* childrenBeside(paths, identity) {
    const own = new Set(paths.map((path) => resolve(path)));
    const folders = new Set();
    for (const path of own)
        for (const folder of foldersBeside(dirname(path)))
            folders.add(folder);
    for (const folder of folders) {
        for (const name of namesIn(folder)) {
            const path = join(folder, name);
            if (isImageName(name) && !own.has(path) && identitiesNamedBy(path).includes(identity))
                yield path;
        }
    }
}
function* foldersBeside(folder) {
    yield folder;
    if (parseGuid(basename(folder)) === null)
        return;
    const container = dirname(folder);
    for (const name of namesIn(container)) {
        const path = join(container, name);
        if (parseGuid(name) !== null && statSync(path, { throwIfNoEntry: false })?.isDirectory() === true)
            yield path;
    }
}
/** Of a file that is no readable VHDX nobody can tell; it is none that could be opened over this parent. */
function identitiesNamedBy(path) {
    let file = null;
    try {
        file = new DiskFile(path);
        return readParentIdentities(new FileMap(file));
    }
    catch (error) {
        if (StorageError.isDamage(error))
            return [];
        throw error;
    }
    finally {
        file?.close();
    }
}
function namesIn(folder) {
    try {
        return readdirSync(folder);
    }
    catch (error) {
        throw asStorageError(error, { image: folder });
    }
}

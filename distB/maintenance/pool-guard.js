/**
 * Disks in a storage pool are not changed in place behind the back of whoever keeps it: a merge would take a recovery
 * point with it, and what is known of a state (fingerprints, what changed) would no longer be true.
 */
import { realpathSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { parseGuid } from "../base/guid.js";
import { asStorageError, StorageError } from "../errors.js";
import { DISK_NAME } from "../pool/layout.js";
import { readReplicaFile } from "../replica/layout.js";
/** Throws kind `conflict` for a disk of a pool; of a pool that DPM keeps only unless `dpmPool` says that this is meant. */
export function requireOutsidePools(store, path, dpmPool) {
    // As it is named and as it is really called: links lead out of a pool, to a disk that its folders were moved to, and into one.
    const folders = [dirname(realPath(path)), dirname(resolve(path))];
    for (const folder of folders) {
        const replica = readReplicaFile(store, dirname(folder));
        if (replica === null)
            continue;
        throw new StorageError('conflict', 'POOL_DISK', `${path} is a state of replica ${replica.name}`, {
            image: path,
            hint: 'change such a pool with `pitvault backup`, `prune` and `verify --repair-from`, or convert the disk and change the copy',
        });
    }
    const areDpms = (folder) => [folder, dirname(folder)].every((part) => parseGuid(basename(part)) !== null);
    const isDpms = DISK_NAME.test(basename(path)) && folders.some(areDpms);
    if (!isDpms || dpmPool)
        return;
    throw new StorageError('conflict', 'DPM_POOL_DISK', `${path} lies as the disks of a DPM storage pool do`, {
        image: path,
        hint: 'convert it and change the copy; if DPM is not to keep it any more, add --dpm-pool',
    });
}
function realPath(path) {
    try {
        return realpathSync(path);
    }
    catch (error) {
        throw asStorageError(error, { image: path });
    }
}

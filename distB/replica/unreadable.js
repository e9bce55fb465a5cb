/** Replicas whose replica.json is damaged: what they cost is their own name, and nothing of the others. */
import { parseGuid } from "../base/guid.js";
import { corrupt, StorageError } from "../errors.js";
import { listSidecars } from "../sidecar/sidecar-files.js";
import { missingReplicaFile, readReplicaFile } from "./layout.js";
import { isUnborn } from "./recover-container.js";
/** What replica.json says, or what is wrong with it; null for a container of DPM's, and for what nothing was stored in yet. */
export function fileOf(container) {
    const { store, path, replicaId } = container;
    try {
        const file = readReplicaFile(store, path);
        if (file !== null)
            return parseGuid(file.replicaId) === replicaId ? file : misplaced(path, file);
        return listSidecars(store, path).length > 0 && !isUnborn(container) ? missingReplicaFile(path) : null;
    }
    catch (error) {
        if (StorageError.isDamage(error))
            return error;
        throw error;
    }
}
/** Of a replica without a live disk, or with one that cannot be read. */
export function liveReplicaLost({ path }, what) {
    return corrupt('REPLICA_UNREADABLE', `${path}: the live replica ${what}`, {
        image: path,
        hint: 'if its folder was moved, or lies on a disk that is not mounted, bring it back; else its recovery points may be whole: see pitvault points, and protect the source anew under another --name',
    });
}
/** A copy beside its original, mostly: neither could be named any more if both counted. */
function misplaced(path, { name, replicaId }) {
    const message = `${path}: this folder holds replica ${name} (${replicaId}), and is not named by its id`;
    return corrupt('REPLICA_MISPLACED', message, {
        image: path,
        hint: `move it out of the pool when it is a copy, else rename it to ${replicaId}; until then its disks are read by scan, recover and verify`,
    });
}
/** Null also where it cannot be read. */
export function readable(container) {
    const file = fileOf(container);
    return StorageError.is(file) ? null : file;
}
/** A name that no readable replica has. Not kind `not-found`: whoever makes a replica then would make a second one. */
export function maybeUnreadable(wanted, unreadable, keeps) {
    const { error } = unreadable[0];
    const count = unreadable.length === 1 ? 'one replica' : `${unreadable.length} replicas`;
    const message = `no replica that can be read is called ${wanted}, and ${count} could not be read: ${error.message}`;
    const hint = [keeps, error.hint ?? ''].filter((part) => part !== '').join('; ');
    return new StorageError(error.kind, 'REPLICA_NAME_UNKNOWN', message, { image: error.at.image, hint });
}
/** What is wrong with one replica and nothing else: where all are asked for, the others go on. */
export function isOfOne(error) {
    return (StorageError.isDamage(error) && (error.kind === 'corrupt' || error.kind === 'io' || error.kind === 'unsupported'));
}

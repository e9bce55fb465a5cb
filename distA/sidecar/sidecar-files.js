/**
 * Where pitvault's own files are. Sidecars: `<container>/.pitvault/<DataWriteGuid>.state`, the container being the folder
 * of a replica, `<pool>/<server FQDN>/<PhysicalReplicaId>`. The hidden folder holds all that pitvault adds to a container
 * of DPM's, and one in the pool what belongs to all of it.
 */
import { readHeader, Sidecar } from "./sidecar.js";
/** Folder of pitvault's own files, in a container and in a pool. */
export const OWN_FOLDER = '.pitvault';
const NAME = /^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\.state$/;
/** There in every pool that pitvault keeps, and in no other. */
export const poolFilePath = (pool) => `${pool}/${OWN_FOLDER}/pool.json`;
export const replicaFilePath = (container) => `${container}/${OWN_FOLDER}/replica.json`;
/** Who reads: `<PhysicalReplicaId>.<DataWriteGuid>.read-by-...`, or `.all.` for every state of the replica. */
export const leaseFolder = (pool) => `${pool}/${OWN_FOLDER}/leases`;
export function sidecarFolder(container) {
    return `${container}/${OWN_FOLDER}`;
}
export function sidecarPath(container, dataWriteGuid) {
    return `${sidecarFolder(container)}/${dataWriteGuid.toLowerCase()}.state`;
}
/** DataWriteGuids for which the container holds a sidecar, complete or not. */
export function listSidecars(store, container) {
    return store.list(sidecarFolder(container)).flatMap(({ name, kind }) => {
        const guid = kind === 'file' ? NAME.exec(name)?.[1] : undefined;
        return guid === undefined ? [] : [guid];
    });
}
/** Throws kind `not-found` when there is none, `corrupt` when it is damaged or belongs to another disk. */
export function openSidecar(store, container, dataWriteGuid, fingerprint) {
    return Sidecar.open(store.open(sidecarPath(container, dataWriteGuid)), fingerprint);
}
/** The header alone: time, order, predecessor. */
export function readSidecarHeader(store, container, dataWriteGuid) {
    const file = store.open(sidecarPath(container, dataWriteGuid));
    try {
        return readHeader(file);
    }
    finally {
        file.close();
    }
}

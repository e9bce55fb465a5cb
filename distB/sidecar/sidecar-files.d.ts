/**
 * Where pitvault's own files are. Sidecars: `<container>/.pitvault/<DataWriteGuid>.state`, the container being the folder
 * of a replica, `<pool>/<server FQDN>/<PhysicalReplicaId>`. The hidden folder holds all that pitvault adds to a container
 * of DPM's, and one in the pool what belongs to all of it.
 */
import type { ByteFile } from '../io/byte-file.ts';
import type { FileStore } from '../io/file-store.ts';
import type { Fingerprinter } from './fingerprint.ts';
import type { SidecarHeader } from './format.ts';
import { Sidecar } from './sidecar.ts';
/** Folder of pitvault's own files, in a container and in a pool. */
export declare const OWN_FOLDER = ".pitvault";
/** There in every pool that pitvault keeps, and in no other. */
export declare const poolFilePath: (pool: string) => string;
export declare const replicaFilePath: (container: string) => string;
/** Who reads: `<PhysicalReplicaId>.<DataWriteGuid>.read-by-...`, or `.all.` for every state of the replica. */
export declare const leaseFolder: (pool: string) => string;
export declare function sidecarFolder(container: string): string;
export declare function sidecarPath(container: string, dataWriteGuid: string): string;
/** DataWriteGuids for which the container holds a sidecar, complete or not. */
export declare function listSidecars(store: Pick<FileStore, 'list'>, container: string): string[];
type Opens = {
    open(path: string): ByteFile;
};
/** Throws kind `not-found` when there is none, `corrupt` when it is damaged or belongs to another disk. */
export declare function openSidecar(store: Opens, container: string, dataWriteGuid: string, fingerprint: Fingerprinter): Sidecar;
/** The header alone: time, order, predecessor. */
export declare function readSidecarHeader(store: Opens, container: string, dataWriteGuid: string): SidecarHeader;
export {};

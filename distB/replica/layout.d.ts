/**
 * Where an engine's pool keeps things, and its two small files. Folders and disks lie as DPM's do (see pool/layout.ts):
 *
 *     <pool>/.pitvault/pool.json                     server and format
 *     <pool>/.pitvault/locks/<PhysicalReplicaId>     who writes the replica
 *     <pool>/.pitvault/leases/                       who reads which state (see image/reader-lease.ts)
 *     <pool>/<server FQDN>/<PhysicalReplicaId>/      the container of a replica
 *         .pitvault/replica.json                     its name and mode
 *         .pitvault/<DataWriteGuid>.state            sidecar of each state: time, order, fingerprints, changes
 *         .pitvault/inconsistent                     present from the start of a consistency check to its end
 *         <PhysicalReplicaId>/disk0.vhdx             the live replica
 *         <PhysicalReplicaId>/next-<guid>.vhdx       the state in the making, by its DataWriteGuid
 *         <PITId>/disk0.vhdx                         a recovery point
 */
import { StorageError } from '../errors.ts';
import type { FileStore } from '../io/file-store.ts';
export { leaseFolder, poolFilePath, replicaFilePath } from '../sidecar/sidecar-files.ts';
export declare const DISK_FILE = "disk0.vhdx";
/** How the next state comes from the present one: by sharing extents, or as a disk that differs from it. */
export type ReplicaMode = 'clone' | 'chain';
export type PoolFile = {
    readonly server: string;
};
export type ReplicaFile = {
    readonly replicaId: string;
    readonly name: string;
    readonly mode: ReplicaMode;
    /** Chain mode: files that may hang on each other before a full base is made again. */
    readonly depthMax: number;
};
export declare const lockFolder: (pool: string) => string;
export declare const lockPath: (pool: string, replicaId: string) => string;
export declare const containerPath: (pool: string, server: string, replicaId: string) => string;
export declare const inconsistentPath: (container: string) => string;
export declare const pointFolder: (container: string, id: string) => string;
export declare const diskPath: (container: string, id: string) => string;
export declare const nextPath: (container: string, replicaId: string, guid: string) => string;
/** DataWriteGuid that the name of a state in the making says, or null for any other name. */
export declare function guidOfNext(name: string): string | null;
/** PhysicalReplicaId of a container, from its path. */
export declare function replicaIdOf(container: string): string;
export declare function encodePoolFile({ server }: PoolFile): Uint8Array;
export declare function encodeReplicaFile({ replicaId, name, mode, depthMax }: ReplicaFile): Uint8Array;
/** Null when the folder is no pool of pitvault's. */
export declare function readPoolFile(store: Pick<FileStore, 'exists' | 'open'>, pool: string): PoolFile | null;
/** Null when the container is none of pitvault's: DPM's own, or one from which its folder was lost. */
export declare function readReplicaFile(store: Pick<FileStore, 'exists' | 'open'>, container: string): ReplicaFile | null;
export declare function missingReplicaFile(container: string): StorageError;
/** The file is there whole or not at all, whatever happens; the caller syncs its folder. */
export declare function writeWhole(store: FileStore, path: string, bytes: Uint8Array): void;
/** Name under which `writeWhole` makes a file. */
export declare function partOf(path: string): string;

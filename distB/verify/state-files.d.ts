/**
 * The states of one replica as files, oldest first: what verification, usage and pruning go through. A container that
 * pitvault made has a sidecar for each state, which tells their order; in DPM's own the times of capture do.
 */
import { StorageError } from '../errors.ts';
import type { ByteFile } from '../io/byte-file.ts';
import type { StoreEntry } from '../io/file-store.ts';
import type { SidecarHeader } from '../sidecar/format.ts';
/** What is needed of a FileStore. */
export type ReadableStore = {
    open(path: string): ByteFile;
    list(folder: string): StoreEntry[];
    exists(path: string): boolean;
};
export type StateFile = {
    /** PITId, or the PhysicalReplicaId of the live replica. */
    readonly id: string;
    readonly isReplica: boolean;
    /** A point that is being removed: no state any more, but others may still stand on its file. */
    readonly isGoing: boolean;
    readonly folder: string;
    readonly path: string;
    /** Null where the file is no readable VHDX. */
    readonly dataWriteGuid: string | null;
    /** Null where there is no sidecar, or none that can be read: `defect` tells. */
    readonly facts: SidecarHeader | null;
    /** Why the sidecar that is there cannot be used. */
    readonly defect: StorageError | null;
};
/** `container`: the folder of a replica. */
export declare function listStateFiles(store: ReadableStore, container: string): StateFile[];

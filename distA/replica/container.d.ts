/**
 * The container of one replica on a FileStore: which states it holds, and their disks opened over their parents.
 *
 * 1. A state is known by the DataWriteGuid of its disk, whatever folder that lies in; its sidecar says the rest.
 * 2. Parents are looked for where the child says (`..\<PITId>\disk0.vhdx`), then by identity among all states.
 */
import type { DiskImage } from '../disk/disk-image.ts';
import type { FileStore } from '../io/file-store.ts';
import type { SidecarHeader } from '../sidecar/format.ts';
export type State = {
    /** Folder: the PITId, or the PhysicalReplicaId for the live replica. */
    readonly id: string;
    readonly isReplica: boolean;
    readonly path: string;
    /** DataWriteGuid of the disk; null when its header cannot be read. */
    readonly guid: string | null;
    /** Null when there is no readable sidecar. */
    readonly facts: SidecarHeader | null;
};
export type OpenState = {
    readonly disk: DiskImage;
    /** Files of the chain. */
    readonly depth: number;
    close(): void;
};
export declare class Container {
    #private;
    readonly path: string;
    readonly replicaId: string;
    readonly store: FileStore;
    constructor(store: FileStore, path: string);
    /** The live replica, or null when there is none. */
    replica(): State | null;
    /** Folder names of recovery points, without those that are being removed. */
    pointIds(): string[];
    /** All states, oldest first, the live replica last. Those without a sidecar come first. */
    states(): State[];
    /** DataWriteGuid of the disk in a folder; null when there is none, or it is unreadable. */
    guidIn(id: string): string | null;
    /** The state's disk over all its parents. Whoever opens it closes it. */
    open(state: Pick<State, 'path'>): OpenState;
    /** What the sidecar of a disk says; null when there is none, or it is damaged. */
    factsOf(guid: string | null): SidecarHeader | null;
}
/** DataWriteGuid of a disk; null also for what is no file (a folder, a pipe): whoever opens the state is told. */
export declare function dataWriteGuidOf(store: Pick<FileStore, 'open'>, path: string): string | null;

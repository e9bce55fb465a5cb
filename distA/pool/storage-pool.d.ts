/** A DPM storage pool as found on disk: servers, containers, the live replica and the recovery points of each. */
import type { Finding } from '../errors.ts';
import { type Image } from '../image/image.ts';
import type { OpenContext } from '../image/source.ts';
import { type CaptureTime } from './capture-time.ts';
import type { PoolTree } from './pool-tree.ts';
/** One state of a replica: the live one, or a recovery point. A pool may have very many, so paths are made when asked for. */
export declare class Point {
    #private;
    /** Folder name: the PITId, or the PhysicalReplicaId for the live replica. */
    readonly id: string;
    readonly isReplica: boolean;
    /** Bytes of disk0.vhdx as the host sees it. */
    readonly size: number;
    readonly diskModifiedMs: number;
    /** When anything of the disk's file was changed last; 0 where that is not known. */
    readonly diskChangedMs: number;
    readonly folderModifiedMs: number;
    /** The disk lies compressed in an archive: opening it unpacks all of it first. */
    readonly packed: boolean;
    constructor(facts: PointFacts, home: PointHome);
    get folder(): string;
    /** Locator of disk0.vhdx, or null when the folder has none. */
    get locator(): string | null;
    /** Its container has pitvault's own folder. */
    get isKept(): boolean;
    /** For JSON: paths too, which are no fields. */
    toJSON(): Omit<PointFacts, 'name' | 'disk'> & Pick<Point, 'folder' | 'locator' | 'isKept'>;
    /** Opens the point's disk. */
    open(): Promise<Image>;
    /** When its data was captured, and how that is known. Computed once, by opening the disk when that is possible. */
    time(): Promise<CaptureTime>;
}
export type PointFacts = {
    readonly id: string;
    readonly isReplica: boolean;
    /** Of its folder, as it is. */
    readonly name: string;
    /** Of the disk in it. */
    readonly disk: string | null;
    readonly size: number;
    readonly diskModifiedMs: number;
    readonly diskChangedMs: number;
    readonly folderModifiedMs: number;
    readonly packed: boolean;
};
/** What the points in one folder of a container share. */
export type PointHome = {
    readonly tree: PoolTree;
    readonly folder: string;
    readonly isKept: boolean;
    readonly context: OpenContext;
};
/** All states of one data source, merged over every root that holds some. */
export type Container = {
    /** PhysicalReplicaId, lower case; the folder name as it is where that is no GUID. */
    readonly replicaId: string;
    /** Folder name of the server: the FQDN DpmSync expects. */
    readonly server: string;
    readonly folders: string[];
    /** What pitvault calls the replica, where it keeps it; DPM's own have no name here. */
    name: string | null;
    replica: Point | null;
    /** Recovery points, in the order of their folders; `pointsByTime` sorts them by capture. */
    readonly points: Point[];
    /** Further copies of states that are here, found in other folders: never read, see twins.ts. */
    readonly twins: Point[];
    /** Files and folders beside disk0.vhdx that pitvault does not interpret and never touches. */
    readonly opaque: string[];
    /** Folder for the capture times of its points between runs; null: they are found out each time. */
    readonly cache: string | null;
    readonly findings: Finding[];
};
export declare class StoragePool implements AsyncDisposable {
    #private;
    readonly roots: readonly string[];
    readonly containers: readonly Container[];
    readonly findings: readonly Finding[];
    constructor(roots: readonly string[], containers: Container[], findings: Finding[], context: OpenContext);
    /** Server names in the pool. */
    get servers(): readonly string[];
    /** The containers that match; by default all. Replicas by id, with or without braces, in any case, or by name. */
    select(filter: {
        server?: string | undefined;
        replica?: string | undefined;
    }): Container[];
    close(): Promise<void>;
    [Symbol.asyncDispose](): Promise<void>;
}
/** Every state of the container with its capture time, oldest first; the live replica among them. */
export declare function pointsByTime(container: Container): Promise<{
    point: Point;
    time: CaptureTime;
}[]>;
/** The state with this id, written with or without braces, in any case. */
export declare function findPoint(container: Container, id: string): Point | undefined;
export type PointChoice = {
    latest?: boolean | undefined;
    atMs?: number | undefined;
    point?: string | undefined;
};
/**
 * The state the user means: `point` by id, `atMs` the newest captured at or before it, else the live replica (or the
 * newest point of a container that has lost its replica).
 */
export declare function choosePoint(container: Container, choice: PointChoice): Promise<Point>;

/**
 * A pool that pitvault keeps: made by `initPool`, opened for writing one replica at a time.
 *
 * 1. Whoever changes a replica holds its lock, which dies with its process and is never taken over because of its age.
 *    Replicas of one pool are written by several processes at once.
 * 2. What an interruption left is finished or undone when the lock has been taken, before anything else.
 */
import type { Claim } from '../io/claim.ts';
import type { FileStore } from '../io/file-store.ts';
import { Container } from './container.ts';
import { type ReplicaFile } from './layout.ts';
import type { ListReaders } from './readers.ts';
import { type Recovery } from './recover-container.ts';
import { type Unreadable } from './unreadable.ts';
/** Takes a lock without waiting, or throws kind `conflict`; disposing gives it back. */
export type Locker = (path: string) => Disposable;
export type PoolHost = {
    readonly store: FileStore;
    readonly lock: Locker;
    /** Leases in the folder whose takers may be alive. */
    readonly leases: (folder: string) => readonly Claim[];
};
/** A replica open for writing. */
export declare class ReplicaLock implements Disposable {
    #private;
    readonly container: Container;
    readonly file: ReplicaFile;
    /** What an interruption had left. */
    readonly recovered: readonly Recovery[];
    readonly readers: ListReaders;
    constructor({ container, file }: ReplicaEntry, recovered: readonly Recovery[], readers: ListReaders, lock: Disposable);
    /** A consistency check has begun and not ended. */
    get isInconsistent(): boolean;
    /** Durable when this returns. */
    setInconsistent(value: boolean): void;
    [Symbol.dispose](): void;
}
/** What the pool says of a replica without opening it. */
export type ReplicaEntry = {
    readonly container: Container;
    readonly file: ReplicaFile;
};
/** A replica whose first state was never published. */
export type Unfinished = ReplicaEntry & {
    /** DataWriteGuid of the state in the making, and its file. */
    readonly guid: string;
    readonly path: string;
    /** Of the file. */
    readonly bytes: number;
};
export declare class ReplicaPool {
    #private;
    readonly path: string;
    readonly server: string;
    /** Throws kind `not-found` when the folder is no pool of pitvault's. */
    static open(host: PoolHost, path: string): ReplicaPool;
    private constructor();
    get store(): FileStore;
    /**
     * Replicas that pitvault keeps here, by name; not those whose first backup has not come to its end, and not those that
     * are `unreadable`.
     */
    replicas(): ReplicaEntry[];
    /** Replicas, finished or not, whose replica.json is damaged or cannot be read. They cost the others nothing. */
    unreadable(): Unreadable[];
    /** By PhysicalReplicaId, or by a name that only one replica has. Throws what is wrong with one that is `unreadable`. */
    find(wanted: string): ReplicaEntry;
    /** Opens a replica for writing. Throws kind `conflict` while another process has it. */
    lock(entry: ReplicaEntry): ReplicaLock;
    /**
     * Throws kind `conflict` when a finished replica has this name or id: a second one of the same name could never be
     * named again. An id whose replica cannot be read throws what is wrong with it.
     */
    requireNew({ name, replicaId }: {
        readonly name: string;
        readonly replicaId?: string | undefined;
    }): void;
    /**
     * Makes the container of a new replica, open for writing; until a first state is published in it, recovery removes it.
     * Of two that make replicas of one name at once the later sees the earlier and withdraws; both may, never do both stay.
     */
    create(file: ReplicaFile): ReplicaLock;
    /** First backups that were interrupted, or are under way, as far as what they have written can be read. */
    unfinished(): Unfinished[];
    /**
     * Opens what an interrupted first backup has left, to go on with it; null when it is gone, or was finished meanwhile.
     * Throws kind `conflict` while another process is at work there.
     */
    resume({ container, file, guid }: Unfinished): ReplicaLock | null;
    /** Removes what is left of interrupted first backups, as far as nobody is at work there, but for what `keeps` wants. */
    removeUnborn(keeps?: (unfinished: Unfinished) => boolean): void;
}
/** Makes an empty folder, or one that does not exist, a pool. Throws kind `conflict` when it is one. */
export declare function initPool(host: PoolHost, path: string, server: string): ReplicaPool;

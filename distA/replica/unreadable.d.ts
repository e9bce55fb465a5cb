/** Replicas whose replica.json is damaged: what they cost is their own name, and nothing of the others. */
import { StorageError } from '../errors.ts';
import type { Container } from './container.ts';
import { type ReplicaFile } from './layout.ts';
/** A container whose replica.json cannot be read: nobody knows what the replica in it is called. */
export type Unreadable = {
    readonly container: Container;
    readonly error: StorageError;
};
/** What replica.json says, or what is wrong with it; null for a container of DPM's, and for what nothing was stored in yet. */
export declare function fileOf(container: Container): ReplicaFile | StorageError | null;
/** Of a replica without a live disk, or with one that cannot be read. */
export declare function liveReplicaLost({ path }: Container, what: 'is not there' | 'cannot be read'): StorageError;
/** Null also where it cannot be read. */
export declare function readable(container: Container): ReplicaFile | null;
/** A name that no readable replica has. Not kind `not-found`: whoever makes a replica then would make a second one. */
export declare function maybeUnreadable(wanted: string, unreadable: readonly Unreadable[], keeps: string): StorageError;
/** What is wrong with one replica and nothing else: where all are asked for, the others go on. */
export declare function isOfOne(error: unknown): error is StorageError;

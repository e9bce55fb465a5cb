/**
 * `<container>/.pitvault/prune.json`: recovery points that are being removed. From the moment it is durable they are no
 * points any more; it goes when nothing is left of them. Whoever opens the replica for writing finishes what it says.
 * `merge` names states by DataWriteGuid whose files stood on these points when they were named: who has opened one of them
 * before it was merged needs the points still.
 */
import type { FileStore } from '../io/file-store.ts';
/** A point that goes: its folder, and the DataWriteGuid by which its sidecar is found. */
export type Doomed = {
    readonly id: string;
    readonly guid: string | null;
};
export declare const tombstonePath: (container: string) => string;
/** Empty when no pruning is under way. */
export declare function readTombstone(store: Pick<FileStore, 'exists' | 'open'>, container: string): Doomed[];
export declare function readMerged(store: Pick<FileStore, 'exists' | 'open'>, container: string): string[];
export type Tombstone = {
    readonly remove: readonly Doomed[];
    readonly merge: readonly string[];
};
/** Durable when this returns. */
export declare function writeTombstone(store: FileStore, container: string, { remove, merge }: Tombstone): void;

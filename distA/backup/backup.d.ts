/**
 * Express full and consistency check: each takes the time before it reads the source, derives the next state from the
 * replica, applies what differs, and publishes.
 */
import type { ReplicaPool } from '../replica/replica-pool.ts';
import { ChangeMap } from '../sidecar/change-map.ts';
import { type BackupReport, type BackupSource, type JobOptions } from './job.ts';
export type AdvanceOptions = JobOptions & {
    /** The source may be smaller than the replica: what lay behind its end is in the recovery point alone then. */
    readonly shrink?: boolean | undefined;
};
export type BackupOptions = AdvanceOptions & {
    /** What has changed since the last backup, as the source knows it. */
    readonly changes?: ChangeMap | undefined;
};
/** Express full: the replica becomes a recovery point, what the source holds now becomes the replica. */
export declare function backup(pool: ReplicaPool, wanted: string, source: BackupSource, options?: BackupOptions): Promise<BackupReport>;
/** A recovery point of the replica as it stands, without a source: the replica goes on holding what it held. */
export declare function makePoint(pool: ReplicaPool, wanted: string, options?: JobOptions): Promise<BackupReport>;
/** Compares source and replica block by block, whatever the fingerprints say, and repairs what differs in a new state. */
export declare function consistencyCheck(pool: ReplicaPool, wanted: string, source: BackupSource, options?: AdvanceOptions): Promise<BackupReport>;

/** The initial replica: all of the source becomes the first state. */
import type { ReplicaMode } from '../replica/layout.ts';
import type { ReplicaPool } from '../replica/replica-pool.ts';
import { type BackupReport, type BackupSource, type JobOptions } from './job.ts';
export type ProtectOptions = JobOptions & {
    readonly name: string;
    /** How later states are derived; without it as fits the pool's file system. */
    readonly mode?: ReplicaMode | undefined;
    /** A GUID for the replica; a new one without. */
    readonly replicaId?: string | undefined;
    /** Files of a chain that hang on each other at most, 1 to 256; 64 without. */
    readonly depthMax?: number | undefined;
    /** Start from nothing: what an interrupted run has left under this name, or this id, is removed. */
    readonly restart?: boolean | undefined;
};
/**
 * Files of a chain that hang on each other at most; the next state is a full base then. Windows stops at 256. What a
 * longer chain saves shrinks (one base in 64 costs 1.6 % of a full copy per backup), what one bad file takes with it grows.
 */
export declare const DEPTH_MAX_DEFAULT = 64;
/**
 * The initial replica. Interrupted, it leaves a file that is no state yet; the next one with the same name, mode and
 * depth goes on with that: every block of it is compared with the source, which may have changed. What was left is never
 * removed unasked: where it cannot be gone on with, this throws PROTECT_UNFINISHED, and `restart` removes it.
 */
export declare function protect(pool: ReplicaPool, source: BackupSource, asked: ProtectOptions): Promise<BackupReport>;
/** Throws when a replica cannot be called this: names are typed, and printed on one line. */
export declare function requireName(name: string): void;

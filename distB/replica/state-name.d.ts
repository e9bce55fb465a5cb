/** States of replicas as people name them: by PITId or PhysicalReplicaId, by `NAME` or `NAME@TIME`, or by path. */
import type { ReplicaPool } from './replica-pool.ts';
/**
 * Path of the disk of the state. `NAME` (or the GUID of a replica) is the live replica, `NAME@TIME` the newest state
 * captured at or before that time: ISO 8601, local unless it has an offset. What names no state is taken as a path when
 * it is one.
 */
export declare function pathOfState(pool: ReplicaPool, name: string): string;

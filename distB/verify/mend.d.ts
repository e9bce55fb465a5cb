/** What verification may write when asked to, under the lock of each replica: repairs, and the seals of whole states. */
import { StorageError } from '../errors.ts';
import type { ReplicaPool } from '../replica/replica-pool.ts';
import { type MendReport } from './repair.ts';
import type { VerifyReport } from './verify.ts';
/** The root of the pool that a verified target is, or lies in. Throws where pitvault keeps no pool. */
export declare function poolRootOf(store: ReplicaPool['store'], target: string): string;
/** Repairs what the report says is damaged, from another pool, the same one, or an image. */
export declare function repairReported(pool: ReplicaPool, report: VerifyReport, other: string, signal?: AbortSignal): Promise<MendReport>;
/** Keeps the seals that the report has made, each beside its state. Returns why those of a replica were not kept. */
export declare function keepSeals(pool: ReplicaPool, report: VerifyReport): StorageError[];

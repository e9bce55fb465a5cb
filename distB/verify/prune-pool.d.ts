/**
 * Pruning of whole pools: a plan for each replica by the rules of retention, with what it frees, and carrying it out.
 * Pools that pitvault keeps are pruned under their locks; in a pool of DPM's own nothing is touched unless that is asked
 * for by name.
 */
import type { FileStore } from '../io/file-store.ts';
import type { HostFiles } from '../io/host-files.ts';
import { type Container as DpmContainer } from '../pool/storage-pool.ts';
import { type PruneOptions } from '../replica/prune.ts';
import type { ReplicaEntry, ReplicaPool } from '../replica/replica-pool.ts';
import { type RetentionRules, type Verdict } from '../retention/plan.ts';
export type PointVerdict = Verdict & {
    /** Bytes that only this point needs; null where nobody knows. */
    readonly uniqueBytes: number | null;
};
export type PrunePlan = {
    readonly replicaId: string;
    /** What pitvault calls it; null in a pool of DPM's. */
    readonly name: string | null;
    /** Newest first; the live replica is not among them. */
    readonly points: readonly PointVerdict[];
    readonly remove: readonly string[];
    /** Bytes that go when all of `remove` do; null where nobody knows. */
    readonly freedBytes: number | null;
};
/** The plan for a replica that pitvault keeps. Points whose time is lost stay. */
export declare function planReplica(entry: ReplicaEntry, rules: RetentionRules, nowMs: number): Promise<PrunePlan>;
/** The plan for a container of DPM's own. */
export declare function planDpmContainer(container: DpmContainer, rules: RetentionRules, nowMs: number, host: HostFiles): Promise<PrunePlan>;
/**
 * Carries a plan out, under the replica's lock. What came or went since the plan was made is left as it is. Returns the
 * points that are gone now, those among them that an earlier pruning had named and not removed.
 */
export declare function applyPlan(pool: ReplicaPool, plan: PrunePlan, options?: PruneOptions): Promise<string[]>;
/**
 * Removes points of a container that DPM keeps. DPM is not told: it lists them until it looks. Throws, and removes
 * nothing, when any disk of the container stands on another.
 */
export declare function applyDpmPlan(store: FileStore, container: DpmContainer, plan: PrunePlan): string[];

/**
 * Pruning of whole pools: a plan for each replica by the rules of retention, with what it frees, and carrying it out.
 * Pools that pitvault keeps are pruned under their locks; in a pool of DPM's own nothing is touched unless that is asked
 * for by name.
 */

import { invalidArgument, StorageError } from '../errors.ts';
import type { FileStore } from '../io/file-store.ts';
import type { HostFiles } from '../io/host-files.ts';
import { type Container as DpmContainer, pointsByTime } from '../pool/storage-pool.ts';
import { parentRequestOf } from '../replica/merge-states.ts';
import { type PruneOptions, prune } from '../replica/prune.ts';
import type { ReplicaEntry, ReplicaPool } from '../replica/replica-pool.ts';
import { readTombstone } from '../replica/tombstone.ts';
import {
  planRetention,
  type RetentionPlan,
  type RetentionRules,
  type TimedPoint,
  type Verdict,
} from '../retention/plan.ts';
import type { PointUsage } from '../retention/usage.ts';
import { type StoredFile, usageOf, usageOfFiles } from './point-usage.ts';

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
  /** Damage that keeps anybody from knowing it: what goes and what stays does not hang on it. */
  readonly defect: StorageError | null;
};

/**
 * The plan for a replica that pitvault keeps; removes nothing. Points whose time is lost stay. `nowMs` counts for rules in days.
 * Rejects with RETENTION_NO_RULE without any rule, RETENTION_AMOUNT for less than one point or no time.
 */
export async function planReplica(entry: ReplicaEntry, rules: RetentionRules, nowMs: number): Promise<PrunePlan> {
  const { container, file } = entry;
  const timed: TimedPoint[] = [];
  const lost: Verdict[] = [];
  for (const { id, isReplica, facts } of container.states()) {
    if (isReplica) continue;
    if (facts !== null) timed.push({ id, ms: facts.capturedMs });
    else lost.push({ id, ms: 0, stays: true, why: 'its sidecar is lost: nobody knows its time' });
  }
  const usage = await usageOrDefect(entry);
  return planOf(file.replicaId, file.name, planRetention(timed, rules, nowMs), lost, usage);
}

/** What the points cost; what is damaged where a sidecar does not tell what its state has changed. */
export async function usageOrDefect(entry: ReplicaEntry): Promise<PointUsage | StorageError> {
  try {
    return await usageOf(entry);
  } catch (error) {
    if (StorageError.isBadData(error)) return error;
    throw error;
  }
}

/** The plan for a container of DPM's own. */
export async function planDpmContainer(
  container: DpmContainer,
  rules: RetentionRules,
  nowMs: number,
  host: HostFiles,
): Promise<PrunePlan> {
  const states = await pointsByTime(container);
  const points = states.filter(({ point }) => !point.isReplica && point.locator !== null);
  const plan = planRetention(
    points.map(({ point, time }) => ({ id: point.id, ms: time.ms })),
    rules,
    nowMs,
  );
  const files = states.flatMap(({ point }): StoredFile[] =>
    point.locator === null ? [] : [{ id: point.id, path: point.locator }],
  );
  const isPacked = states.some(({ point }) => point.packed || point.locator?.includes('::') === true);
  return planOf(container.replicaId, null, plan, [], isPacked ? null : usageOfFiles(files, host));
}

function planOf(
  replicaId: string,
  name: string | null,
  plan: RetentionPlan,
  lost: readonly Verdict[],
  found: PointUsage | StorageError | null,
): PrunePlan {
  const defect = StorageError.is(found) ? found : null;
  const usage = StorageError.is(found) ? null : found;
  const remove = plan.go.map(({ id }) => id);
  const points = [...plan.all, ...lost].map((verdict) => ({
    ...verdict,
    uniqueBytes: usage?.unique(verdict.id) ?? null,
  }));
  return { replicaId, name, points, remove, freedBytes: usage?.freedBy(remove) ?? null, defect };
}

/**
 * Carries a plan of `planReplica` out, under the replica's lock. What came or went since the plan was made is left as it is. Returns
 * the points that are gone now, those among them that an earlier pruning had named and not removed. Rejects with PRUNE_READERS
 * (kind `conflict`) where readers do not go in time.
 */
export async function applyPlan(pool: ReplicaPool, plan: PrunePlan, options: PruneOptions = {}): Promise<string[]> {
  const entry = pool.find(plan.replicaId);
  const begun = readTombstone(pool.store, entry.container.path).map(({ id }) => id);
  using replica = pool.lock(entry);
  const there = new Set(replica.container.pointIds().map((id) => id.toLowerCase()));
  const remove = plan.remove.filter((id) => there.has(id.toLowerCase()));
  await prune(replica, remove, options);
  return [...begun, ...remove];
}

/**
 * Removes points of a container that DPM keeps. DPM is not told: it lists them until it looks. Throws, and removes
 * nothing, when any disk of the container stands on another.
 */
export function applyDpmPlan(store: FileStore, container: DpmContainer, plan: PrunePlan): string[] {
  const states = container.replica === null ? container.points : [...container.points, container.replica];
  for (const { locator } of states) {
    if (locator === null) continue;
    if (locator.includes('::')) throw invalidArgument('PRUNE_IN_ARCHIVE', `${locator} is in an archive`);
    const file = store.open(locator);
    try {
      if (parentRequestOf(file) === null) continue;
    } finally {
      file.close();
    }
    throw new StorageError('unsupported', 'PRUNE_CHAIN', `${locator} differs from another disk`, {
      image: locator,
      hint: 'points of DPM that stand on each other are not pruned here',
    });
  }
  for (const id of plan.remove) {
    const point = container.points.find((one) => one.id === id)!;
    store.unlink(point.locator!);
    store.syncFolder(point.folder);
    if (store.list(point.folder).length === 0) store.removeFolder(point.folder);
  }
  for (const folder of container.folders) store.syncFolder(folder);
  return [...plan.remove];
}

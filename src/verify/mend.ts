/** What verification may write when asked to, under the lock of each replica: repairs, and the seals of whole states. */

import { dirname, resolve } from 'node:path';
import { invalidArgument, StorageError } from '../errors.ts';
import { readPoolFile } from '../replica/layout.ts';
import type { ReplicaPool } from '../replica/replica-pool.ts';
import { loadFingerprinter } from '../sidecar/fingerprint.ts';
import { rewriteSidecar } from '../sidecar/rewrite-sidecar.ts';
import { encodeSeal } from '../sidecar/seal.ts';
import { sidecarFolder } from '../sidecar/sidecar-files.ts';
import type { DamageLog } from './damage-log.ts';
import { type MendReport, repairFrom } from './repair.ts';
import type { VerifyReport } from './verify.ts';
import type { StateReport } from './verify-container.ts';

/** The root of the pool that a verified target is, or lies in. Throws where pitvault keeps no pool. */
export function poolRootOf(store: ReplicaPool['store'], target: string): string {
  const path = resolve(target);
  const root = [path, dirname(dirname(dirname(dirname(path))))].find((one) => readPoolFile(store, one) !== null);
  if (root !== undefined) return root;
  throw invalidArgument('MEND_NO_POOL', `${target} is not in a pool that pitvault keeps: nothing is written to it`, {
    image: target,
    hint: 'copy the image, or protect it into a pool of its own',
  });
}

/** Repairs what the report says is damaged, from another pool, the same one, or an image. */
export async function repairReported(
  pool: ReplicaPool,
  report: VerifyReport,
  other: string,
  signal?: AbortSignal,
): Promise<MendReport> {
  const fingerprint = await loadFingerprinter();
  const repaired: MendReport['repaired'][number][] = [];
  const left: MendReport['left'][number][] = [];
  const unreadable = unreadableIn(pool);
  for (const { container, damage } of report.containers) {
    if (damage.blocks.length === 0) continue;
    const error = unreadable.get(replicaIdIn(container));
    if (error !== undefined) {
      left.push(...leftOf(damage, error));
      continue;
    }
    try {
      using replica = pool.lock(pool.find(replicaIdIn(container)));
      const done = await repairFrom(replica.container, damage.blocks, other, {
        store: pool.store,
        fingerprint,
        signal,
      });
      repaired.push(...done.repaired);
      left.push(...done.left);
    } catch (error) {
      if (!StorageError.isDamage(error)) throw error; // a backup that runs, say, costs this replica its repair
      left.push(...leftOf(damage, error));
    }
  }
  return { repaired, left };
}

function leftOf({ blocks }: DamageLog, error: StorageError): MendReport['left'][number][] {
  return blocks.flatMap(({ points, offset, length }) =>
    points.map((point) => ({ point, offset, length, error: error.toJSON() })),
  );
}

/** Keeps the seals that the report has made, each beside its state. Returns why those of a replica were not kept. */
export function keepSeals(pool: ReplicaPool, report: VerifyReport): StorageError[] {
  const unreadable = unreadableIn(pool);
  const errors: StorageError[] = [];
  for (const { container, states } of report.containers) {
    const made = states.filter(({ seal }) => seal?.state === 'made');
    if (made.length === 0 || unreadable.has(replicaIdIn(container))) continue; // among the findings of the report
    try {
      keepSealsOf(pool, container, made);
    } catch (error) {
      if (!StorageError.isDamage(error)) throw error;
      errors.push(error);
    }
  }
  return errors;
}

function keepSealsOf(pool: ReplicaPool, container: string, made: readonly StateReport[]): void {
  using replica = pool.lock(pool.find(replicaIdIn(container)));
  const { store, path } = replica.container;
  for (const { id, root, seal } of made) {
    const state = replica.container.states().find((one) => one.id.toLowerCase() === id);
    const isSame = state?.facts != null && Buffer.from(state.facts.root).toString('hex') === root;
    if (isSame) rewriteSidecar(store, path, state.guid!, { seal: encodeSeal(seal!) });
  }
  store.syncFolder(sidecarFolder(path));
}

/** Why nothing is written to a replica, by PhysicalReplicaId. */
function unreadableIn(pool: ReplicaPool): ReadonlyMap<string, StorageError> {
  return new Map(pool.unreadable().map(({ container, error }) => [container.replicaId, error]));
}

function replicaIdIn(container: string): string {
  return container.slice(container.lastIndexOf('/') + 1).toLowerCase();
}

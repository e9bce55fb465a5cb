/** Making and removing recovery points, for the words: in pools that pitvault keeps, and nowhere else. */

import { makePoint } from '../backup/backup.ts';
import { openReplicaPool } from '../backup/pool-on-disk.ts';
import { StorageError, unsupported } from '../errors.ts';
import type { HostFiles } from '../io/host-files.ts';
import { type PruneOptions, prune } from '../replica/prune.ts';
import type { ReplicaPool } from '../replica/replica-pool.ts';
import { volumeName } from './volume-name.ts';

export class OwnPools {
  readonly #named: readonly string[];
  readonly #files: () => Promise<HostFiles>;

  /** `named`: whatever the command line names; pools of pitvault's are looked for among them. */
  constructor(named: readonly string[], files: () => Promise<HostFiles>) {
    this.#named = named;
    this.#files = files;
  }

  async makePoint(replicaId: string): Promise<string> {
    const report = await makePoint(await this.requireKept(replicaId), replicaId);
    return report.pointId!;
  }

  /** Waits for readers of the point, as long as pruning does. One that an earlier run had condemned goes as the replica is locked. */
  async removePoint(replicaId: string, id: string, options: PruneOptions): Promise<void> {
    const pool = await this.requireKept(replicaId);
    using replica = pool.lock(pool.find(replicaId));
    const isThere = replica.container.pointIds().some((one) => one.toLowerCase() === id.toLowerCase());
    await prune(replica, isThere ? [id] : [], options);
  }

  /** The pool that keeps the replica. */
  async requireKept(replicaId: string): Promise<ReplicaPool> {
    const files = await this.#files();
    for (const path of this.#named) {
      const pool = poolAt(path, files);
      if (pool !== null && keeps(pool, replicaId)) return pool;
    }
    throw unsupported('DISKSHADOW_NOT_OWN', `${volumeName(replicaId)} is no replica of a pool that pitvault keeps`, {
      hint: 'shadow copies of a running volume are made and deleted in diskshadow on its Windows machine; a pool of pitvault is named with diskshadow --image POOL',
    });
  }
}

function keeps(pool: ReplicaPool, replicaId: string): boolean {
  const broken = pool.unreadable().find(({ container }) => container.replicaId === replicaId);
  if (broken !== undefined) throw broken.error;
  return pool.replicas().some(({ file }) => file.replicaId === replicaId);
}

/** Null for images, and for pools that DPM keeps. */
function poolAt(path: string, files: HostFiles): ReplicaPool | null {
  try {
    return openReplicaPool(path, files);
  } catch (error) {
    if (StorageError.is(error) && error.code === 'POOL_NOT_INITIALISED') return null;
    throw error;
  }
}

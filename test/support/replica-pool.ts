/** Pools of replicas on the simulated store: small disks, GUIDs that count, sources in memory. */

import { backup } from '../../src/backup/backup.ts';
import type { BackupSource } from '../../src/backup/job.ts';
import { protect } from '../../src/backup/protect.ts';
import { MemoryFile } from '../../src/io/memory-file.ts';
import { FileMap } from '../../src/map/maps.ts';
import { readMap } from '../../src/map/read-map.ts';
import type { Container, State } from '../../src/replica/container.ts';
import type { ReplicaMode } from '../../src/replica/layout.ts';
import { initPool, type PoolHost, ReplicaPool } from '../../src/replica/replica-pool.ts';
import type { Random } from './random.ts';
import { SimulatedStore } from './simulated-store.ts';

export const POOL = '/pool';
export const REPLICA = 'aaaaaaaa-0000-4000-8000-000000000000';
const UNLOCKED: Disposable = { [Symbol.dispose]: () => {} };

export function hostOf(store: SimulatedStore): PoolHost {
  return { store, lock: () => UNLOCKED, leases: () => [] };
}

/** An empty pool, all of it durable. */
export function newPool(): { store: SimulatedStore; pool: ReplicaPool } {
  const store = new SimulatedStore();
  return { store, pool: initPool(hostOf(store), POOL, 'dpm01.contoso.com') };
}

export function openedPool(store: SimulatedStore): ReplicaPool {
  return ReplicaPool.open(hostOf(store), POOL);
}

export function sourceOf(bytes: Uint8Array): BackupSource {
  return { name: 'source', disk: new FileMap(new MemoryFile(bytes)) };
}

/** GUIDs that tell which they are. */
export function countingGuids(start = 1): () => string {
  let next = start;
  return () => `bbbbbbbb-0000-4000-8000-${(next++).toString(16).padStart(12, '0')}`;
}

export function bytesOf(container: Container, state: State): Uint8Array {
  const { disk, close } = container.open(state);
  try {
    const bytes = new Uint8Array(disk.size);
    readMap(disk, 0, bytes);
    return bytes;
  } finally {
    close();
  }
}

/** Changes a few ranges: random bytes, zeros, or single sectors. */
export function mutate(bytes: Uint8Array, random: Random, count: number): Uint8Array {
  const changed = bytes.slice();
  for (let i = 0; i < count; i++) {
    const length = Math.min(changed.length, 512 * (1 + random.below(random.below(3) === 0 ? 200 : 12)));
    const offset = 512 * random.below((changed.length - length) / 512 + 1);
    if (random.below(4) === 0) changed.fill(0, offset, offset + length);
    else changed.set(random.bytes(length), offset);
  }
  return changed;
}

export type Jobs = { readonly nowMs: number; readonly newGuid: () => string };
type Advances = Jobs & { readonly shrink?: boolean };

export async function protectBytes(pool: ReplicaPool, bytes: Uint8Array, mode: ReplicaMode, jobs: Jobs, depthMax = 64) {
  const options = { name: 'vm', mode, replicaId: REPLICA, depthMax, threads: 1, ...jobs } as const;
  return protect(pool, sourceOf(bytes), options);
}

export async function backupBytes(pool: ReplicaPool, bytes: Uint8Array, jobs: Advances) {
  return backup(pool, REPLICA, sourceOf(bytes), { threads: 1, ...jobs });
}

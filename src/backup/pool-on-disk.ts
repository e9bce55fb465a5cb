/** Pools on the host's file systems: the real store, and locks that die with their process. */

import { resolve } from 'node:path';
import { DiskStore } from '../io/disk-store.ts';
import type { HostFiles } from '../io/host-files.ts';
import { PortableHostFiles } from '../io/portable-host-files.ts';
import { leasesIn } from '../io/process-lease.ts';
import { takeLock } from '../io/process-lock.ts';
import type { ReplicaMode } from '../replica/layout.ts';
import { initPool, type PoolHost, ReplicaPool } from '../replica/replica-pool.ts';
import { OWN_FOLDER } from '../sidecar/sidecar-files.ts';

/** `files`: what the platform offers; without it locks are by lock files alone. */
export function openReplicaPool(path: string, files?: HostFiles): ReplicaPool {
  return ReplicaPool.open(hostOf(files), resolve(path));
}

/** Makes a folder a pool for the replicas of one DPM server. */
export function createReplicaPool(path: string, server: string, files?: HostFiles): ReplicaPool {
  return initPool(hostOf(files), resolve(path), server);
}

function hostOf(files: HostFiles = new PortableHostFiles('no platform functions were given')): PoolHost {
  return {
    store: new DiskStore(),
    lock: (path) => takeLock(files, path),
    leases: (folder) => leasesIn(folder, files),
  };
}

/** The mode that fits the pool's file system, found by trying: whether whole files can be cloned there. */
export function bestMode(pool: ReplicaPool): ReplicaMode {
  const { store } = pool;
  const [from, to] = ['a', 'b'].map((one) => `${pool.path}/${OWN_FOLDER}/probe-${crypto.randomUUID()}-${one}`) as [
    string,
    string,
  ];
  const file = store.create(from);
  try {
    file.write(0, new Uint8Array(64 * 1024).fill(1));
    file.flush();
    return store.clone(from, to) ? 'clone' : 'chain';
  } finally {
    file.close();
    for (const path of [from, to]) if (store.exists(path)) store.unlink(path);
  }
}

/** Pools on the host's file systems: the real store, and locks that die with their process. */

import { resolve } from 'node:path';
import { invalidArgument, unsupported } from '../errors.ts';
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
  if (path === '') {
    throw invalidArgument('POOL_PATH', 'no folder is named', {
      hint: 'name the folder that is to be the pool; in a script, check the variable that should hold it',
    });
  }
  return initPool(hostOf(files), resolve(path), server);
}

function hostOf(files: HostFiles = new PortableHostFiles('no platform functions were given')): PoolHost {
  return {
    store: new DiskStore(files),
    lock: (path) => takeLock(files, path),
    leases: (folder) => leasesIn(folder, files),
  };
}

/** The mode that was asked for, or the best one. Throws kind `unsupported` for clones where no file can be cloned. */
export function modeFor(pool: ReplicaPool, asked: ReplicaMode | undefined): ReplicaMode {
  if (asked === 'chain') return asked;
  const best = bestMode(pool);
  if (asked === undefined || asked === best) return best;
  throw unsupported('POOL_NO_CLONES', `the file system of ${pool.path} cannot share extents between files: no clones`, {
    image: pool.path,
    hint: 'leave out --mode (a chain), or put the pool on XFS with reflinks, Btrfs, APFS or ReFS',
  });
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

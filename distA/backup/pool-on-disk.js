/** Pools on the host's file systems: the real store, and locks that die with their process. */
import { resolve } from 'node:path';
import { unsupported } from "../errors.js";
import { DiskStore } from "../io/disk-store.js";
import { PortableHostFiles } from "../io/portable-host-files.js";
import { leasesIn } from "../io/process-lease.js";
import { takeLock } from "../io/process-lock.js";
import { initPool, ReplicaPool } from "../replica/replica-pool.js";
import { OWN_FOLDER } from "../sidecar/sidecar-files.js";
/** `files`: what the platform offers; without it locks are by lock files alone. */
export function openReplicaPool(path, files) {
    return ReplicaPool.open(hostOf(files), resolve(path));
}
/** Makes a folder a pool for the replicas of one DPM server. */
export function createReplicaPool(path, server, files) {
    return initPool(hostOf(files), resolve(path), server);
}
function hostOf(files = new PortableHostFiles('no platform functions were given')) {
    return {
        store: new DiskStore(files),
        lock: (path) => takeLock(files, path),
        leases: (folder) => leasesIn(folder, files),
    };
}
/** The mode that was asked for, or the best one. Throws kind `unsupported` for clones where no file can be cloned. */
export function modeFor(pool, asked) {
    if (asked === 'chain')
        return asked;
    const best = bestMode(pool);
    if (asked === undefined || asked === best)
        return best;
    throw unsupported('POOL_NO_CLONES', `the file system of ${pool.path} cannot share extents between files: no clones`, {
        image: pool.path,
        hint: 'leave out --mode (a chain), or put the pool on XFS with reflinks, Btrfs, APFS or ReFS',
    });
}
/** The mode that fits the pool's file system, found by trying: whether whole files can be cloned there. */
export function bestMode(pool) {
    const { store } = pool;
    const [from, to] = ['a', 'b'].map((one) => `${pool.path}/${OWN_FOLDER}/probe-${crypto.randomUUID()}-${one}`);
    const file = store.create(from);
    try {
        file.write(0, new Uint8Array(64 * 1024).fill(1));
        file.flush();
        return store.clone(from, to) ? 'clone' : 'chain';
    }
    finally {
        file.close();
        for (const path of [from, to])
            if (store.exists(path))
                store.unlink(path);
    }
}

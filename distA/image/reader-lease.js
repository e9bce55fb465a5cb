/**
 * Who reads a state of a pool that pitvault keeps holds a lease there, and pruning waits for it: files of the state's
 * chain are neither merged nor removed meanwhile.
 *
 * 1. A lease names the state by the DataWriteGuid of its disk, so it stays true when a backup turns the live replica into
 *    a recovery point.
 * 2. It is taken before the disk is opened, and then the disk is looked at again: whoever came to prune in between sees
 *    the lease, or what is opened is what was left.
 * 3. Readers never wait, and never fail for want of a lease: on a read-only or full file system they read without one,
 *    and say so. Then what they have open is still theirs on POSIX systems, removed or replaced; a disk that is opened
 *    while it is pruned may lack its parents, which is told.
 * 4. Nothing is ever written to a pool of DPM's own, or to a copy of a container outside of a pool.
 */
import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { parseGuid } from "../base/guid.js";
import { StorageError } from "../errors.js";
import { DiskFile } from "../io/disk-file.js";
import { takeLease } from "../io/process-lease.js";
import { FileMap } from "../map/maps.js";
import { leaseFolder, poolFilePath, replicaFilePath } from "../sidecar/sidecar-files.js";
import { readDataWriteGuid } from "../vhdx/vhdx-file.js";
const NONE = { lease: null, finding: null };
/** Subject of a lease of every state of a replica, whose ids never look like this. */
export const ALL_STATES = 'all';
/** Looks again this often for a replica that is backed up in the very moment. */
const LOOKS_MAX = 8;
/** A lease of the state whose disk this path leads to; none for any other file. */
export function leaseState(path, locks) {
    const file = realPath(path);
    const kept = file === null ? null : keptOf([path, file].map((one) => dirname(dirname(resolve(one)))));
    if (file === null || kept === null)
        return NONE;
    const { pool, container } = kept;
    let guid = guidOf(file);
    for (let look = 0; look < LOOKS_MAX; look++) {
        const leased = take(pool, container, guid ?? ALL_STATES, locks);
        if (leased.lease === null)
            return leased;
        const now = guidOf(file);
        if (now === guid)
            return leased;
        leased.lease.release();
        guid = now;
    }
    return take(pool, container, ALL_STATES, locks);
}
/** A lease of every state of a replica, by the path of its container. */
export function leaseReplica(container, locks) {
    const real = realPath(container);
    const kept = real === null ? null : keptOf([resolve(container), real]);
    return kept === null ? NONE : take(kept.pool, kept.container, ALL_STATES, locks);
}
/**
 * The first of these containers that a pool keeps. Links may lead out of a pool, to a disk that its folders were moved to,
 * and into one: so a container is asked about as it was named, and as it is really called.
 */
function keptOf(containers) {
    for (const container of containers) {
        const pool = poolOf(container);
        if (pool !== null)
            return { pool, container };
    }
    return null;
}
/** The pool that keeps the container; null when pitvault keeps neither. */
function poolOf(container) {
    if (parseGuid(basename(container)) === null || !existsSync(replicaFilePath(container)))
        return null;
    const pool = dirname(dirname(container));
    return existsSync(poolFilePath(pool)) ? pool : null;
}
function take(pool, container, state, locks) {
    const replicaId = basename(container).toLowerCase();
    try {
        return { lease: takeLease(leaseFolder(pool), `${replicaId}.${state}`, locks), finding: null };
    }
    catch (error) {
        if (!StorageError.isDamage(error))
            throw error;
        const message = `read without a lease, since the pool cannot be written (${error.code}): nobody who prunes it waits`;
        return { lease: null, finding: { severity: 'info', code: 'LEASE_NOT_TAKEN', message, at: { image: pool } } };
    }
}
/** Null for what is no readable VHDX: opening it says why. */
function guidOf(path) {
    try {
        const file = new DiskFile(path);
        try {
            return readDataWriteGuid(new FileMap(file));
        }
        finally {
            file.close();
        }
    }
    catch (error) {
        if (StorageError.isDamage(error))
            return null;
        throw error;
    }
}
/** Null for what cannot be found: opening it says why. */
function realPath(path) {
    try {
        return realpathSync.native(path);
    }
    catch {
        return null;
    }
}

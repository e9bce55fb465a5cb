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
import { type Finding } from '../errors.ts';
import type { HostFiles } from '../io/host-files.ts';
import { type ProcessLease } from '../io/process-lease.ts';
type Locks = Pick<HostFiles, 'lock'>;
/** `finding`: why it is read without a lease though it lies in a pool that pitvault keeps. */
export type Leased = {
    readonly lease: ProcessLease | null;
    readonly finding: Finding | null;
};
/** Subject of a lease of every state of a replica, whose ids never look like this. */
export declare const ALL_STATES = "all";
/** A lease of the state whose disk this path leads to; none for any other file. */
export declare function leaseState(path: string, locks?: Locks): Leased;
/** A lease of every state of a replica, by the path of its container. */
export declare function leaseReplica(container: string, locks?: Locks): Leased;
export {};

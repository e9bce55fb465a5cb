/**
 * Leases: any number of processes say that they read something, without waiting for each other or for anybody. Whoever
 * wants to take it away looks who reads, and waits. A lease dies with its process, however that dies.
 *
 * The taker makes a claim in the folder of leases; where the platform offers locks it also locks that file, which settles
 * what the name cannot: whether a reader on another machine, or in another container, still lives.
 *
 * Users who share a pool share its leases: the folder has the mode and group of the one it is in, whoever reads first, and
 * who may look into the folder may read what is in it (its locks are asked for through that).
 */
import { type Claim } from './claim.ts';
import type { HostFiles } from './host-files.ts';
type Locks = Pick<HostFiles, 'lock'>;
export declare class ProcessLease implements Disposable {
    #private;
    readonly path: string;
    /** Idempotent. */
    release(): void;
    [Symbol.dispose](): void;
}
/**
 * Takes a lease at once. `subject` says what is read; `folder` is made when it is missing. Throws a StorageError where
 * nothing can be written.
 */
export declare function takeLease(folder: string, subject: string, host?: Locks): ProcessLease;
/**
 * Leases in a folder whose takers may be alive; those of the dead are removed. One that cannot be judged counts as alive.
 */
export declare function leasesIn(folder: string, host?: Locks): Claim[];
export {};

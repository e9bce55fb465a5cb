/**
 * A lock between processes that dies with its holder, is never taken over because of its age, and works where the
 * platform offers no lock, or offers it to one process and not to the other.
 *
 * A taker announces itself beside the lock file, in a file whose name says who it is, and then looks around: if anybody
 * else who may be alive has announced itself, it withdraws. Of two takers the later one always sees the earlier; both
 * may withdraw, never do both stay. The native lock, where there is one, is taken first, and settles what the names
 * cannot: whether a holder on another machine, or in another container, still lives.
 *
 * Invariants, beside those of claims:
 * 1. A claim whose holder cannot be judged holds the lock.
 * 2. The lock file itself is empty and stays: removing a file that others may be locking would make two locks of one.
 */
import { type Claim } from './claim.ts';
import type { HostFiles } from './host-files.ts';
/** Somebody who has announced itself. */
export type LockHolder = Claim;
export declare class ProcessLock {
    #private;
    readonly path: string;
    /** Idempotent. */
    release(): void;
    [Symbol.dispose](): void;
}
/**
 * Takes the lock without waiting, or throws kind `conflict`, code LOCK_HELD. `path` is the lock file; it is made when
 * missing, and its folder must exist and be writable.
 */
export declare function takeLock(host: HostFiles, path: string): ProcessLock;
/**
 * Who holds the lock, as far as can be told without touching it: null when nobody does. A process that is just taking
 * it may or may not be seen.
 */
export declare function lockHolder(path: string): LockHolder | null;

/**
 * Removes recovery points.
 *
 *      1  .pitvault/prune.json names them, durable                                   R1, R2
 *      2  nobody reads them, or what stands on them, any more; looked at again before 5: readers come and go
 *      3  sidecars of states that follow a removed one: what changed since the last that stays   R3, R4
 *      4  files that differ from a removed one are merged with it: built, durable, renamed over   R5, R6
 *      5  their disks and folders are removed, durable                               R7
 *      6  their sidecars are removed, durable                                        R8
 *      7  prune.json is removed
 *
 * What a cut leaves: before 1 is durable, all points. Afterwards the named ones are gone, whatever is still on disk, and
 * every other state reads as ever at each instant: 3 and 4 put whole files in the place of equal ones, and nothing is
 * removed that any file still stands on. Whoever opens the replica next goes through all steps again, unless readers are
 * in the way: then it leaves that to the next one. Each step does what is not done yet.
 */
import type { Container } from './container.ts';
import { type WaitOptions } from './readers.ts';
import type { ReplicaLock } from './replica-pool.ts';
/**
 * What is being done; `bytes` of a merge so far. `unread` asks whoever drives the steps to go on only when no reader is in
 * the way.
 */
export type PruneStep = {
    readonly what: 'unread' | 'sidecars' | 'merge' | 'remove';
    readonly id: string;
    readonly bytes: number;
};
/** Names the points that go, for good, beside those that are going already. Throws kind `not-found` for one that is none; the live replica cannot go. */
export declare function condemn(container: Container, ids: readonly string[]): void;
export type PruneOptions = Pick<WaitOptions, 'signal' | 'waitMs' | 'onWait'> & {
    readonly onStep?: ((step: PruneStep) => void) | undefined;
};
/**
 * Removes points. Cancelled before their names are durable, nothing has happened; afterwards they are gone, and what
 * is not done yet, because it was cancelled or readers did not go in time, is done when the replica is opened next.
 */
export declare function prune({ container, readers }: ReplicaLock, ids: readonly string[], options?: PruneOptions): Promise<void>;
/** Carries out what the tombstone says; nothing to do when there is none. */
export declare function pruneSteps(container: Container): Generator<PruneStep>;
export declare const PRUNE_PARENT_LOST = "PRUNE_PARENT_LOST";

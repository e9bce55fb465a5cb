/**
 * Who reads states of a replica, by the leases in its pool, and whether that is in the way of a pruning: a reader of a
 * state reads the files of its chain, so it is when any of them goes or is merged. See image/reader-lease.ts.
 */
import { type Claim } from '../io/claim.ts';
import type { Container } from './container.ts';
/** Leases of readers that may be alive, of all replicas of the pool. */
export type ListReaders = () => readonly Claim[];
/**
 * Readers of points that are being removed, of what stands on them, or stood when that began, or of every state. After a
 * merge nobody can tell from the files who has opened them before.
 */
export declare function readersInTheWay(container: Container, readers: ListReaders): Claim[];
export type WaitOptions = {
    /** Milliseconds; then kind `conflict`, code PRUNE_READERS. */
    readonly waitMs?: number | undefined;
    readonly signal?: AbortSignal | undefined;
    readonly onWait?: ((readers: readonly Claim[]) => void) | undefined;
};
export declare const WAIT_DEFAULT_MS = 60000;
/**
 * Resolves when everybody has gone who was in the way at first. Who comes later finds the tombstone, or merged files, so
 * that a pool that is always read from is pruned all the same.
 */
export declare function awaitReaders(container: Container, readers: ListReaders, options: WaitOptions): Promise<void>;

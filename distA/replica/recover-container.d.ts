/**
 * Finishes or undoes what an interrupted publication, or an interrupted first backup, has left in a container: from what
 * is on disk, before anything else is done there. See next-state.ts for what can be found.
 *
 * 1. Only files whose names say that pitvault was making them are removed: next-<guid>.vhdx, the sidecar of that guid,
 *    and the point that this sidecar names, if that is the replica itself under a second name.
 * 2. A pruning that was begun is finished: see prune.ts. Not while readers are in its way: nobody waits here.
 * 3. next-<guid>.vhdx goes last: as long as it is there, another cut finds its way back here.
 */
import type { Container } from './container.ts';
import { type ListReaders } from './readers.ts';
/** What was found: `undone` and `finished` name the DataWriteGuid of the state in the making. */
export type Recovery = {
    readonly kind: 'undone' | 'finished' | 'removed' | 'pruned';
    readonly guid: string | null;
};
/** Idempotent. `removed`: a first backup had not come to its end, and the container is gone: see also `resume`. */
export declare function recoverContainer(container: Container, readers?: ListReaders): Recovery[];
/** The same without finishing a pruning. */
export declare function recoverPublication(container: Container): Recovery[];
/**
 * Its first state was never published. Where disks are merely away (not mounted, not yet copied back) their sidecars tell:
 * that of a state in the making has its next-<guid> beside it.
 */
export declare function isUnborn(container: Container): boolean;

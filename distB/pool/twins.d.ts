/**
 * States that lie in two folders, because roots of several pools or copies were given, and other reasons to doubt a choice.
 *
 * 1. Of two live replicas the one that was captured later counts, as it says itself: times of files are those of whoever
 *    copied them, and count only where no disk tells. Of two copies of a recovery point the first that was found counts.
 * 2. A copy that is not used is told, with its folder: both by the pool and by whoever reads the other one.
 */
import type { Container, Point, PointChoice } from './storage-pool.ts';
/** Chooses among several live replicas, and tells of every copy that is not used. Opens disks only where there are several. */
export declare function settleTwins(container: Container): Promise<void>;
/** Why another state than the chosen one may have been meant. */
export declare function doubtsAbout(container: Container, chosen: Point, choice: PointChoice): Promise<string[]>;

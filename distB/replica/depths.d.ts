/**
 * How many files have to be read together for each state, as the files are now: what their sidecars say of it is from the
 * day they were published, and pruning merges files.
 */
import type { Container, State } from './container.ts';
/** By DataWriteGuid; 1: the disk stands alone. States are given oldest first, as `Container.states` gives them. */
export declare function depthsOf(container: Container, states: readonly State[]): ReadonlyMap<string, number>;

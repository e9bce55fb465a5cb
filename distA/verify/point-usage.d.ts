/**
 * What the points of a replica cost, from what is known of them without reading payload: the change maps of a replica
 * that pitvault keeps, or where the blocks of the files lie in any other container.
 */
import type { HostFiles } from '../io/host-files.ts';
import type { ReplicaEntry } from '../replica/replica-pool.ts';
import { type PointUsage } from '../retention/usage.ts';
/** From change maps and fingerprints. A state that has lost its sidecar counts as one that changed nothing. */
export declare function usageOf({ container, file }: ReplicaEntry): Promise<PointUsage>;
/** Files of states in their order, oldest first. */
export type StoredFile = {
    readonly id: string;
    readonly path: string;
};
/**
 * From the extents of whole files, so structures count too. Null where the file system does not tell where blocks are.
 */
export declare function usageOfFiles(files: readonly StoredFile[], host: HostFiles): PointUsage | null;

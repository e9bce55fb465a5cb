/**
 * Disks in a storage pool are not changed in place behind the back of whoever keeps it: a merge would take a recovery
 * point with it, and what is known of a state (fingerprints, what changed) would no longer be true.
 */
import type { FileStore } from '../io/file-store.ts';
/** Throws kind `conflict` for a disk of a pool; of a pool that DPM keeps only unless `dpmPool` says that this is meant. */
export declare function requireOutsidePools(store: FileStore, path: string, dpmPool: boolean): void;

/**
 * Finds the pool below the roots that a user gives. A root may be an access path, a server's folder, a container, a
 * point's folder, or a zip of any of these. Nothing is skipped: what fits no rule is reported.
 */
import { type OpenOptions } from '../image/source.ts';
import { StoragePool } from './storage-pool.ts';
export declare function openPool(roots: string | readonly string[], options?: OpenOptions): Promise<StoragePool>;
/** True when the archive's members lie as a pool's do, so that it is no archive of a single image. */
export declare function looksLikePool(archive: string, options?: OpenOptions): Promise<boolean>;

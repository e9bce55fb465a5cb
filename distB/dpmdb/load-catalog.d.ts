/** Catalogs from wherever they come: DPMDB in the pool, a database file or backup, saved output, or the cache. */
import type { OpenOptions } from '../image/source.ts';
import type { StoragePool } from '../pool/storage-pool.ts';
import { type Catalog } from './catalog.ts';
export type CatalogOptions = {
    /** `auto` (also when absent): look in the pool. Else a locator of a database or backup, or a file of saved output, or an evidence bundle. */
    readonly dpmdb?: string | undefined;
    /** Folder for the cache; null keeps none. By default the user's cache folder. */
    readonly cache?: string | null | undefined;
    readonly open?: OpenOptions | undefined;
};
export declare function loadCatalog(pool: StoragePool, options?: CatalogOptions): Promise<Catalog>;

/** The catalog of a pool: what is on disk and what the database knows, side by side. Nothing is dropped, all is marked. */
import { type Finding } from '../errors.ts';
import type { Container } from '../pool/storage-pool.ts';
import type { CatalogSource } from './find-dpmdb.ts';
import { type KnownPool, type KnownReplica } from './known-replicas.ts';
export type CatalogEntry = {
    /** `SQL01\PAYROLL`; the GUID where the database has no name. */
    readonly name: string;
    readonly replicaId: string;
    /**
     * `here`: known and in the pool. `missing`: known, and not in the pool: DpmSync -ReallocateReplica would allocate it
     * anew. `orphan`: in the pool, and not known.
     */
    readonly state: 'here' | 'missing' | 'orphan';
    readonly known: KnownReplica | null;
    readonly containers: readonly Container[];
    /** What is worth knowing of it: sentences. */
    readonly notes: readonly string[];
};
export type Catalog = {
    readonly source: CatalogSource;
    readonly entries: readonly CatalogEntry[];
    readonly findings: readonly Finding[];
};
export declare function makeCatalog(containers: readonly Container[], known: KnownPool, source: CatalogSource, findings?: readonly Finding[]): Catalog;
/**
 * The entry that a person means: a GUID, `SQL01\PAYROLL` (the server by either of its names), or `PAYROLL` where that is
 * enough. Slashes may lean either way; a backslash at the end may be missing.
 */
export declare function findByName(catalog: Catalog, wanted: string): CatalogEntry;

/** DPMDB inside a pool: found by itself, read in place, from the newest state of it that is whole. */
import { type Finding } from '../errors.ts';
import { Database } from '../mdf/database.ts';
import { type StoragePool } from '../pool/storage-pool.ts';
import { type KnownPool } from './known-replicas.ts';
/** Where a catalog came from. */
export type CatalogSource = {
    /** Locator of the database, or the file that was imported. */
    readonly database: string;
    readonly replicaId: string | null;
    readonly pointId: string | null;
    readonly capturedMs: number | null;
};
export type FoundDpmdb = {
    readonly known: KnownPool;
    readonly source: CatalogSource;
    readonly findings: readonly Finding[];
};
export type FindOptions = {
    readonly signal?: AbortSignal | undefined;
    readonly onProgress?: ((done: number, total: number, what: string) => void) | undefined;
};
/**
 * Looks into the live replica of every container until one holds DPMDB, then goes back in time until a state of it reads
 * without loss. When none does, the newest that gave anything is taken, and what it lost is told. Containers whose live
 * replica cannot be read come last: to order their points by time each has to be opened.
 */
export declare function findPoolDpmdb(pool: StoragePool, options?: FindOptions): Promise<FoundDpmdb>;
/** What a database knows, with what was lost on the way. */
export declare function readDatabase(database: Database): {
    known: KnownPool;
    findings: Finding[];
};

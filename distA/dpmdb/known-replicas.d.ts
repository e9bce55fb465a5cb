/**
 * What a DPM database knows of its replicas: whose data each GUID holds, and where it was kept. Tables and columns are
 * found by name, whatever the version; what a version lacks is told and left out.
 */
import { type SqlTables } from '../sql/scope.ts';
export type StoragePath = {
    /** Where the volume was mounted on the DPM server: `E:\DPM\`. */
    readonly path: string;
    /** FQDN of the DPM server, which is the name of the folder below the path; null on legacy storage. */
    readonly server: string | null;
};
export type KnownReplica = {
    readonly replicaId: string;
    /** `PAYROLL`, `D:\`; null where the database has no name for it. */
    readonly dataSource: string | null;
    /** `SQL01`. */
    readonly server: string | null;
    /** `sql01.contoso.com`. */
    readonly serverFqdn: string | null;
    /** Null when protection has ended. */
    readonly protectionGroup: string | null;
    readonly validity: number | null;
    readonly storage: readonly StoragePath[];
};
export type KnownPool = {
    readonly replicas: readonly KnownReplica[];
    /** Tables and columns that this version of DPM does not have. */
    readonly missing: readonly string[];
};
/** The number's meaning as far as it is known; the number itself otherwise. */
export declare function validityText(validity: number | null): string;
/** `SQL01\PAYROLL`: what people call it. */
export declare function replicaName(replica: KnownReplica): string;
/** Throws kind `not-found` for a database that is no DPMDB. */
export declare function requireDpmdb(tables: SqlTables): void;
/** Reads the few small tables that matter. Throws kind `not-found` for a database that is no DPMDB. */
export declare function readKnownPool(tables: SqlTables): KnownPool;

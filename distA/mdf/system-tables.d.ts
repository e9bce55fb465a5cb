/**
 * The base tables of the catalog, by fixed places of their columns: they have been the same from SQL Server 2005 to 2022.
 * Places are offsets in the record, or `variable(n)`.
 */
import { type PageAddress } from './page.ts';
import type { PhysicalColumn } from './record.ts';
import type { SqlRow, SqlValue } from './value.ts';
export type SystemTable<Row> = {
    readonly name: string;
    readonly objectId: number;
    readonly columns: readonly PhysicalColumn[];
    readonly toRow: (values: SqlRow) => Row;
};
/** Ids of rowsets and allocation units: numbers where they fit, so that they compare. */
export type CatalogId = number | bigint;
export type AllocationUnit = {
    readonly id: CatalogId;
    /** 1 rows, 2 LOB, 3 row overflow. */
    readonly type: number;
    readonly owner: CatalogId;
    readonly firstPage: PageAddress;
    readonly root: PageAddress;
    readonly firstIam: PageAddress;
};
export declare const SYS_ALLOC_UNITS: SystemTable<AllocationUnit>;
export type Rowset = {
    readonly id: CatalogId;
    readonly objectId: number;
    /** 0 heap, 1 clustered index, above: nonclustered. */
    readonly indexId: number;
    readonly partition: number;
    readonly status: number;
    /** Rows, as the catalog counts them. */
    readonly rowCount: number;
    /** 0 none, 1 row, 2 page, 3 and 4 columnstore. */
    readonly compression: number;
};
export declare const SYS_ROWSETS: SystemTable<Rowset>;
export type RowsetColumn = {
    readonly rowsetId: CatalogId;
    readonly columnId: number;
    readonly hobtColumnId: number;
    readonly typeInfo: number;
    readonly collation: number;
    readonly status: number;
    /** Low half: leaf offset, signed. */
    readonly offsets: number;
    /** Low half: leaf null bit. */
    readonly nullBits: number;
    readonly bit: number;
};
export declare const SYS_RSCOLS: SystemTable<RowsetColumn>;
export type SchemaObject = {
    readonly id: number;
    readonly schemaId: number;
    readonly status: number;
    /** `U ` user table, `S ` system table. */
    readonly type: string;
    readonly name: string;
};
export declare const SYS_SCHOBJS: SystemTable<SchemaObject>;
export type CatalogColumn = {
    readonly objectId: number;
    /** 0 for columns of tables; procedures number their parameters. */
    readonly number: number;
    readonly columnId: number;
    readonly status: number;
    readonly name: string;
};
export declare const SYS_COLPARS: SystemTable<CatalogColumn>;
export type NamedClass = {
    readonly isSchema: boolean;
    readonly id: number;
    readonly name: string;
};
export declare const SYS_CLSOBJS: SystemTable<NamedClass>;
export type DefaultValue = {
    readonly rowsetId: CatalogId;
    readonly hobtColumnId: CatalogId;
    readonly value: SqlValue;
};
/** Values of columns in rows older than the column (2012 and later). */
export declare const SYS_SEOBJVALUES: SystemTable<DefaultValue>;
export type DatabaseFileRow = {
    readonly fileId: number;
    /** 0 data, 1 log. */
    readonly fileType: number;
    readonly logicalName: string;
    /** Path on the server it was on. */
    readonly physicalName: string;
};
export declare const SYS_PRUFILES: SystemTable<DatabaseFileRow>;

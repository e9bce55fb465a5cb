/** A table: what the catalog says of it, and its rows. */
import type { Allocation } from './allocation.ts';
import type { Catalog } from './catalog.ts';
import type { PageReader } from './page-reader.ts';
import { type OnDamage, type PhysicalColumn } from './record.ts';
import type { Rowset } from './system-tables.ts';
import type { SqlRow } from './value.ts';
declare const COMPRESSIONS: readonly ["none", "row", "page", "columnstore", "columnstore archive"];
/** Type of a column that no row holds: SQL Server works it out when it is asked. Here it is NULL. */
export declare const COMPUTED = "computed";
/** The one of this name: with its case, since a database may tell `id` from `ID`; else without. */
export declare function named<T extends {
    readonly name: string;
}>(list: readonly T[], name: string): T | undefined;
export type Column = {
    readonly name: string;
    /** `nvarchar(128)`, or COMPUTED. */
    readonly type: string;
    /** Of text, by its collation. */
    readonly isCaseSensitive: boolean;
    readonly nullable: boolean;
    readonly identity: boolean;
};
/** A rowset of the table (one per partition) and where its columns stand. */
export type Partition = {
    readonly rowset: Rowset;
    readonly columns: readonly PhysicalColumn[];
};
export type TableParts = {
    readonly schema: string;
    readonly name: string;
    readonly objectId: number;
    readonly system: boolean;
    readonly columns: readonly (Column & {
        readonly columnId: number;
    })[];
    readonly partitions: readonly Partition[];
};
export type RowOptions = {
    /** Only these columns, in this order. Case does not matter. */
    readonly columns?: readonly string[] | undefined;
    /** Told of every page, row and value that is lost. Without it damage is thrown. */
    readonly onDamage?: OnDamage | undefined;
};
export type TableSource = {
    readonly pages: PageReader;
    readonly allocation: Allocation;
    readonly catalog: Catalog;
};
export declare class Table {
    #private;
    readonly schema: string;
    readonly name: string;
    readonly objectId: number;
    readonly system: boolean;
    readonly columns: readonly Column[];
    readonly partitions: readonly Partition[];
    constructor(parts: TableParts, source: TableSource);
    /** Rows as the catalog counts them. After an unclean stop it may be behind. */
    get rowCount(): number;
    get kind(): 'heap' | 'clustered';
    get compression(): (typeof COMPRESSIONS)[number];
    get fullName(): string;
    /** Every row once, in the order of its pages; deleted rows and forwarding stubs are left out. */
    rows(options?: RowOptions): Generator<SqlRow>;
}
export {};

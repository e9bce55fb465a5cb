/** Names in a query: which table and column each one means. */
import { type StorageError } from '../errors.ts';
import type { SqlRow } from '../mdf/value.ts';
import { type Comparison } from './compare.ts';
import type { Expression, Query, TableReference } from './query.ts';
export type SqlColumn = {
    readonly name: string;
    readonly type: string;
    /** Of text, by its collation; false when absent. */
    readonly isCaseSensitive?: boolean;
};
/** A table as the evaluator needs it. */
export interface SqlTable {
    readonly name: string;
    readonly columns: readonly SqlColumn[];
    /** Rows of these columns only. */
    rows(columns: readonly string[]): Iterable<SqlRow>;
}
export interface SqlTables {
    /** The database's name, for three-part names. */
    readonly name: string;
    find(name: string): SqlTable | null;
    names(): readonly string[];
    /** What the catalog has lost, so that a table may be there and not be found; null or absent where it is whole. */
    readonly damage?: string | null;
}
export type ScopeColumn = {
    readonly table: ScopeTable;
    readonly name: string;
    readonly type: string;
    readonly comparison: Comparison;
};
/** A table of the from list, with the columns that the query needs of it, in order of first use. */
export declare class ScopeTable {
    readonly reference: TableReference;
    readonly source: SqlTable;
    readonly used: ScopeColumn[];
    constructor(reference: TableReference, source: SqlTable);
    use(name: string): ScopeColumn | null;
    has(name: string): boolean;
}
export declare class Scope {
    #private;
    readonly tables: readonly ScopeTable[];
    constructor(query: Query, database: SqlTables);
    /** The column that a name means. An unqualified one must be in exactly one table. */
    resolve({ table, name }: Expression & {
        kind: 'column';
    }): ScopeColumn;
}
/** A damaged catalog does not tell what there is not. */
export declare function tableLost(wanted: string, database: string, damage: string): StorageError;
export declare function same(a: string, b: string): boolean;

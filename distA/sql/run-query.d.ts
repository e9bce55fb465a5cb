/**
 * Runs a query: each table is scanned once, for the columns it is asked for, and filtered while it is scanned; joins are
 * hash joins on their equalities. What is left of the conditions is tried on the joined rows.
 */
import type { SqlRow } from '../mdf/value.ts';
import { type Query } from './query.ts';
import { type SqlTables } from './scope.ts';
export type QueryRows = {
    readonly columns: readonly string[];
    /** Read while they are asked for. */
    readonly rows: Iterable<SqlRow>;
    /** The same rows, with a null every few thousand that were looked at: `rows` may be silent for long. */
    readonly steps: Iterable<SqlRow | null>;
    /** What should be known of the result. */
    readonly notes: readonly string[];
};
/** Throws for names that are not there before a row is read. `heldMost`: bytes to hold, see held.ts. */
export declare function runQuery(query: Query, database: SqlTables, heldMost?: number): QueryRows;

/** Scripts: one or more statements, as people paste them, run against a database. */
import { type QueryRows } from './run-query.ts';
import { type SqlTables } from './scope.ts';
export type ScriptOptions = {
    /** Fills in the placeholder that the article's scripts have for the name of the SQL Server. */
    readonly server?: string | undefined;
    /** Bytes that each statement may hold for joining, sorting and distinct; see held.ts for the default. */
    readonly memory?: number | undefined;
};
export type ScriptResult = {
    /** What was put right in the script, and what should be known of the result. */
    readonly notes: readonly string[];
    /** One result per statement; rows are read while they are asked for. */
    readonly results: readonly QueryRows[];
};
/** Throws kind `invalid-argument` for what is not understood, `not-found` for names that are not there. */
export declare function runScript(script: string, database: SqlTables, options?: ScriptOptions): Promise<ScriptResult>;

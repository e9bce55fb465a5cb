/** Which DPM a database belongs to: it can be restored to a server of the same version and update rollup only. */
import type { SqlTables } from '../sql/scope.ts';
export type DpmBuild = {
    readonly build: string;
    readonly name: string;
    readonly files: readonly string[];
};
export type DpmVersionReport = {
    /** Oldest first; the last is what the database is at. */
    readonly builds: readonly DpmBuild[];
    readonly version: string | null;
    /** Null without a target. */
    readonly matches: boolean | null;
    readonly summary: string;
};
export declare function buildName(build: string): string;
/** Runs the version query. `target`: build of the server that the database shall be restored to. */
export declare function dpmVersion(tables: SqlTables, target?: string): Promise<DpmVersionReport>;

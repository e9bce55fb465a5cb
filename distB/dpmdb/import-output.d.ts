/**
 * The output of the article's scripts, kept as a file before the disaster: CSV, JSON, or the text that sqlcmd and Management
 * Studio write. Columns are known by their names, misspelt ones too.
 */
import type { KnownPool } from './known-replicas.ts';
export type ImportedOutput = {
    readonly known: KnownPool;
    /** Rows that hold something and name no replica, as text. */
    readonly leftOut: readonly string[];
};
/** Throws kind `invalid-argument` for text in which no replica can be found. */
export declare function importScriptOutput(content: string, name: string): ImportedOutput;

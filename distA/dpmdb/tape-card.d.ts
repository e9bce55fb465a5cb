/** The tape card: which tapes hold the DPM database, to print and keep elsewhere. */
import type { SqlTables } from '../sql/scope.ts';
export type TapeEntry = {
    readonly label: string | null;
    readonly barcode: string | null;
    /** As stored; DPM keeps UTC. */
    readonly created: string | null;
    readonly expires: string | null;
    readonly state: 'valid' | 'expired' | string;
    readonly path: string | null;
    readonly file: string | null;
};
/** Newest first. Throws kind `not-found` for a database that is no DPMDB, or lacks the tables of tapes. */
export declare function readTapeCard(tables: SqlTables): Promise<TapeEntry[]>;

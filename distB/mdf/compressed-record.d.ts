/**
 * Rows of compressed tables ("CD" records): four bits per column tell how long it is, short values stand together, long
 * ones behind them. On page-compressed pages values share prefixes with an anchor row, or are symbols of a dictionary.
 */
import type { LobReader } from './lob.ts';
import { type Page } from './page.ts';
import type { OnDamage, PhysicalColumn } from './record.ts';
import type { SqlValue } from './value.ts';
export declare function isCompressedRecord(status: number): boolean;
export declare class CompressedRecordReader {
    #private;
    constructor(columns: readonly PhysicalColumn[], lobs: LobReader, onDamage: OnDamage);
    /** As `RecordReader.read`. */
    read(page: Page, slot: number): SqlValue[] | null;
}

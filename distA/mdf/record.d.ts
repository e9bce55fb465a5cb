/**
 * Rows as they stand on data pages ("FixedVar" records): status, fixed part, null bitmap, then variable columns by their
 * end offsets. Where each column stands is told by sysrscols, never by its position in the table.
 */
import { StorageError } from '../errors.ts';
import { type ColumnType } from './column-type.ts';
import { type LobReader } from './lob.ts';
import type { Page } from './page.ts';
import type { SqlValue } from './value.ts';
export declare const RecordType: {
    readonly primary: 0;
    readonly forwarded: 1;
    readonly forwardingStub: 2;
    readonly index: 3;
    readonly blobFragment: 4;
    readonly ghostIndex: 5;
    readonly ghostData: 6;
    readonly ghostVersion: 7;
};
export declare function recordTypeOf(status: number): number;
/** Where a column stands in the rows of one rowset. */
export type PhysicalColumn = {
    readonly columnId: number;
    readonly name: string;
    readonly type: ColumnType;
    /** Offset in the record, or null for a variable column. */
    readonly offset: number | null;
    /** Place among the variable columns, from 0. */
    readonly ordinal: number;
    /** 1-based bit in the null bitmap; 0 for a column that is never NULL and older than bitmaps. */
    readonly nullBit: number;
    /** Which bit of its byte, for `bit`. */
    readonly bit: number;
    readonly sparse: boolean;
    readonly nullable: boolean;
    /** Value in rows older than the column. */
    readonly initial: SqlValue;
};
/** Told of a value or a row that is lost; what comes after is read. */
export type OnDamage = (error: StorageError) => void;
export declare class RecordReader {
    #private;
    constructor(columns: readonly PhysicalColumn[], lobs: LobReader, onDamage: OnDamage);
    /** The row in this slot; null for a slot without one (empty, stub, ghost). Throws for a record that holds none. */
    read(page: Page, slot: number): SqlValue[] | null;
}

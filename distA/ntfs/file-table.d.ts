/**
 * The $MFT: file records by number, read a window at a time.
 *
 * Invariants:
 * 1. At most WINDOWS_MAX windows of WINDOW_SIZE bytes are held, whatever the table's size; all but the first live in one
 *    page-aligned block of memory whose slots are used again. `window()` is for those who are done before the next
 *    call; `record()` copies.
 * 2. A window that cannot be read whole is read record by record, so damage costs the records it touches.
 * 3. Records 0 to 3 have a stand-in in $MFTMirr, used when the table's own copy is bad, and that is told.
 */
import { StorageError } from '../errors.ts';
import { FileRecord, type RecordDefect } from './file-record.ts';
import type { RunStream } from './run-stream.ts';
import { type VolumeContext } from './volume-context.ts';
/**
 * Consecutive records in memory. `defects[i]` is undefined for a record that was not looked at yet: fixups are applied
 * when it is asked for (see `FileTable.defectIn`); then null for one that holds.
 */
export type RecordWindow = {
    first: number;
    count: number;
    readonly bytes: Uint8Array;
    readonly view: DataView;
    readonly defects: (RecordDefect | StorageError | null | undefined)[];
};
export declare class FileTable {
    #private;
    /** The table's unnamed $DATA. */
    readonly stream: RunStream;
    readonly recordSize: number;
    constructor(context: VolumeContext, stream: RunStream);
    /** Records that the table holds, used or not. */
    get count(): number;
    /** Absolute byte of a record in the volume; of its place in the table where no run covers it. */
    offsetOf(number: number): number;
    /** The first record from this one on whose place is known: what lies in holes and damaged runs is passed over. */
    nextPlaced(number: number): number;
    /** The window that holds this record (`number < count`). Its slot is reused by later calls. */
    window(number: number): RecordWindow;
    /** Drops what was read before the table's runs were complete. */
    forget(): void;
    /** Fills a window with `count` records from `first` on. Never throws on damage: it is in the window's `defects`. */
    load(window: RecordWindow, first: number, count: number): void;
    /** What is wrong with a record of this window, null where nothing is; its fixups are applied then. */
    defectIn(window: RecordWindow, number: number): RecordDefect | StorageError | null;
    /** The error of a record in which `defectIn` found a defect. */
    errorIn(window: RecordWindow, number: number): StorageError;
    /**
     * A copy of a record in use. `sequence` is that of the reference followed, 0 to accept any. Throws NTFS_RECORD_*.
     */
    record(number: number, sequence?: number): FileRecord;
    /** Throws where the table has no such record. */
    require(number: number): void;
    /** The error of a record that is free. */
    notInUse(number: number): StorageError;
    /** An extension record of this base record. */
    extension(number: number, sequence: number, base: FileRecord): FileRecord;
}
/** An empty window on these bytes. */
export declare function recordWindow(bytes: Uint8Array): RecordWindow;
/** The copy of one of records 0 to 3 in $MFTMirr, or null where that is bad as well. */
export declare function mirrorRecord(context: VolumeContext, number: number): FileRecord | null;
/** The record at this byte of the volume, wherever the table is, or the error that says what is wrong with it. */
export declare function rawRecord(context: VolumeContext, number: number, offset: number): FileRecord | StorageError;

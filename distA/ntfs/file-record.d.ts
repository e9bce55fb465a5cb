/**
 * File records: the rows of the $MFT.
 *
 * Invariants of an accepted record:
 * 1. It starts with "FILE", its fixups hold, and `attributesOffset < usedSize <= record size`.
 * 2. Whether it is in use, and of which sequence, is for whoever holds the reference to check.
 */
export declare const RECORD: {
    readonly signature: 0;
    readonly fixupOffset: 4;
    readonly fixupCount: 6;
    readonly lsn: 8;
    readonly sequence: 16;
    readonly linkCount: 18;
    readonly attributesOffset: 20;
    readonly flags: 22;
    readonly usedSize: 24;
    readonly allocatedSize: 28;
    readonly baseReference: 32;
    readonly nextAttributeId: 40;
    readonly recordNumber: 44;
};
export declare const RECORD_IN_USE = 1;
export declare const RECORD_IS_DIRECTORY = 2;
/** "FILE" and "BAAD" as little-endian words. */
export declare const SIGNATURE_FILE = 1162627398;
export declare const SIGNATURE_BAAD = 1145127234;
/** Record numbers of the system files. */
export declare const MFT_RECORD = 0;
export declare const LOG_FILE_RECORD = 2;
export declare const VOLUME_RECORD = 3;
export declare const ROOT_RECORD = 5;
export declare const UPCASE_RECORD = 10;
export declare const EXTEND_RECORD = 11;
/** Below this number stand system files only. */
export declare const FIRST_USER_RECORD = 16;
/** Records that $MFTMirr repeats on every volume. */
export declare const MIRRORED_RECORDS = 4;
/** Number part (48 bits) of the file reference at this offset. */
export declare function referenceNumber(view: DataView, offset: number): number;
/** Sequence part (16 bits) of the file reference at this offset; 0 means: do not check. */
export declare function referenceSequence(view: DataView, offset: number): number;
export type RecordDefect = 'SIGNATURE' | 'BAAD' | 'EMPTY' | 'FIXUP_ARRAY' | 'TORN' | 'ATTRIBUTES_OFFSET' | 'USED_SIZE';
/** Applies the fixups of the record at `base` in place and checks its head; a record that has a defect stays as it is. */
export declare function prepareRecord(view: DataView, base: number, recordSize: number): RecordDefect | null;
/** A sentence about the defect of the record at `base`: what was expected, what was found. */
export declare function describeRecordDefect(defect: RecordDefect, view: DataView, base: number, recordSize: number): string;
/** One record with a copy of its bytes of its own, fixups applied. */
export declare class FileRecord {
    readonly number: number;
    readonly bytes: Uint8Array;
    readonly view: DataView;
    /** Absolute byte in the volume. */
    readonly offset: number;
    constructor(number: number, bytes: Uint8Array, offset: number);
    /** For messages. */
    get what(): string;
    get sequence(): number;
    get flags(): number;
    get isInUse(): boolean;
    get isDirectory(): boolean;
    get attributesOffset(): number;
    get usedSize(): number;
    get allocatedSize(): number;
    /** Record that this one continues; 0 in base records. */
    get baseNumber(): number;
    get baseSequence(): number;
}

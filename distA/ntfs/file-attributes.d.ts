/**
 * All attributes of one file, gathered from its base record and, where it has an attribute list, from its extension
 * records.
 *
 * Invariants:
 * 1. An attribute that is known to exist but cannot be reached is an error when asked for, never "absent": an absent
 *    $DATA would read as an empty file.
 * 2. Extension records are loaded once each and in the list's order; the list is at most 256 KiB, so at most 8192.
 */
import { StorageError } from '../errors.ts';
import { type Attribute } from './attribute.ts';
import { type AttributeListEntry } from './attribute-list.ts';
import type { FileRecord } from './file-record.ts';
import type { FileTable } from './file-table.ts';
import { RunStream } from './run-stream.ts';
import { type VolumeContext } from './volume-context.ts';
type Missing = {
    readonly type: number;
    readonly name: string;
    readonly startVcn: number;
    readonly error: StorageError;
};
export declare class FileAttributes {
    readonly record: FileRecord;
    /** Every piece that was found. */
    readonly pieces: readonly Attribute[];
    /** What the list names but no record gave. */
    readonly missing: readonly Missing[];
    /** Why there may be more than is known, or null. */
    readonly defect: StorageError | null;
    constructor(record: FileRecord, pieces: readonly Attribute[], missing: readonly Missing[], defect: StorageError | null);
    /** The first piece of this attribute, or null where the file has none. Throws where that cannot be known. */
    find(type: number, name: string): Attribute | null;
    /** First pieces of all attributes of a type. */
    all(type: number): Attribute[];
    /** All pieces of the attribute, in order. */
    piecesOf(first: Attribute): Attribute[];
    /** Why pieces of this attribute are missing, where that is known. */
    gapError(first: Attribute): StorageError | null;
}
/** Gathers the attributes of a base record. Damage is kept in the result; it throws nothing. */
export declare function gatherAttributes(context: VolumeContext, table: FileTable, record: FileRecord): FileAttributes;
/** The entries of an attribute list, and the error of the first that breaks a rule. Throws where it cannot be read. */
export declare function readAttributeList(context: VolumeContext, list: Attribute): {
    readonly entries: AttributeListEntry[];
    readonly defect: StorageError | null;
};
/** A non-resident attribute as a stream of its runs, from the pieces given. */
export declare function runStream(context: VolumeContext, first: Attribute, pieces: readonly Attribute[], gapError: StorageError | null): RunStream;
export {};

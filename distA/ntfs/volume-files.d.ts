/** The files of an open volume: records, attributes and letters, for those who list, look up and open. */
import type { FileEntry } from '../filesystem/file-system.ts';
import { type Attribute } from './attribute.ts';
import { type FileAttributes } from './file-attributes.ts';
import type { FileTable } from './file-table.ts';
import { RecordBitmap } from './record-bitmap.ts';
import { RecordSummary } from './record-summary.ts';
import type { RunStream } from './run-stream.ts';
import { Upcase } from './upcase.ts';
import { type VolumeContext } from './volume-context.ts';
export declare class VolumeFiles {
    #private;
    readonly context: VolumeContext;
    readonly table: FileTable;
    readonly bitmap: RecordBitmap;
    constructor(context: VolumeContext, table: FileTable);
    /** All attributes of a file. Throws NTFS_RECORD_* where its base record cannot be had. */
    attributes(number: number, sequence: number): FileAttributes;
    attributesOf(entry: FileEntry): FileAttributes;
    /** A non-resident attribute with all its pieces. */
    runStream(file: FileAttributes, attribute: Attribute): RunStream;
    /** The volume's letters; a stand-in, with a finding, where its table cannot be read. */
    get upcase(): Upcase;
    /**
     * What a listing needs of the file whose record this is: the summary is used again by the next call. `state` tells
     * `unused` records, and those used again since the reference was made, from files.
     */
    summary(number: number, sequence: number, withNames: boolean): RecordSummary | 'stale';
    /**
     * True when the record that this reference means is free, and was not used since by its sequence number: whoever names it
     * still has lost a file.
     */
    isFreed(number: number, sequence: number): boolean;
    /** What such a record still tells; null for any other. The summary is used again by the next call. */
    freedSummary(number: number, sequence: number, withNames?: boolean): RecordSummary | null;
    /** A name that means a file which is no more. */
    reportStale(number: number, path: string): void;
    /** True when there is such a record, in use or not, and nothing is wrong with it. */
    isReadable(number: number): boolean;
    /** Sequence number of the directory in this record; null when it holds none, or cannot be read. */
    directorySequence(number: number): number | null;
    /**
     * True when this reference means a file that is neither a directory nor a reparse point, and whose record says so alone:
     * only its head and the types of its attributes are looked at.
     */
    isPlainFile(number: number, sequence: number): boolean;
    /** True for what belongs to the file system itself. */
    isSystem(number: number): boolean;
}
/**
 * The record at `base` continues another one. Whatever its reference says, one that starts with $STANDARD_INFORMATION is a
 * file's own: that stands in no other.
 */
export declare function isExtension(view: DataView, base: number): boolean;

/**
 * The linear pass over the file table: every file of the volume, in record order, without touching a directory.
 *
 * Invariants:
 * 1. The table is read once, 256 KiB at a time, into one page-aligned buffer that the next pass uses again. The first
 *    touch of a page costs more than reading it: a larger buffer makes short passes slower and long ones no faster.
 * 2. Paths come from the records' own parent references. At most PATHS_MAX paths of directories are remembered; a
 *    directory that was forgotten, or comes later in the table than its content, is looked up by its record.
 * 3. A record that cannot be read is listed under the names that directories give it: whoever selects files by their paths
 *    has to meet it, and fail. What lies in such a directory keeps its path.
 *    So is one that says it is free, where a directory still names it, behind all others (see freed-records.ts), and one that
 *    is empty though the table's bitmap has it in use. What no directory names is listed below ORPHANS.
 * 4. A file whose directory is gone is listed below ORPHANS, in a folder named after the record and sequence it asks for.
 */
import type { FileEntry } from '../filesystem/file-system.ts';
import { LostNames } from './lost-names.ts';
import { RecordSummary } from './record-summary.ts';
import { type VolumeFiles } from './volume-files.ts';
export declare const ORPHANS = "/$Orphans";
export declare class TableScan {
    #private;
    constructor(files: VolumeFiles);
    /** One entry for each name of each file; system files are left out. */
    entries(): Generator<FileEntry>;
    /** Summaries, with names, of the base records in use from FIRST_USER_RECORD on. The object is the same every time. */
    records(): Generator<NumberedSummary>;
}
export declare class NumberedSummary extends RecordSummary {
    number: number;
}
/** Paths of directories by record number; null for what lies in $Extend. */
export declare class DirectoryPaths {
    #private;
    /** With `lost` also those of directories whose records cannot be read. */
    constructor(files: VolumeFiles, lost?: LostNames | null);
    remember(number: number, sequence: number, path: string | null): void;
    /** Path of the directory that this reference means, '' for the root. */
    pathOf(number: number, sequence: number): string | null;
}

/**
 * What a directory with a damaged index holds according to the file table: every record names its own directory. The
 * table is read once for all damaged directories of a volume, into two flat arrays of parent and child.
 *
 * Invariant: at most NAMES_MAX names (32 MiB) are held; on a larger volume what comes behind is not found, and told.
 */
import type { FileEntry } from '../filesystem/file-system.ts';
import type { TableScan } from './table-scan.ts';
import type { VolumeFiles } from './volume-files.ts';
export declare class LostChildren {
    #private;
    constructor(files: VolumeFiles, scan: TableScan);
    /** Files that name this directory as theirs and are not among `known` (`record/name`). */
    of(directory: FileEntry, known: ReadonlySet<string>): Generator<FileEntry>;
}

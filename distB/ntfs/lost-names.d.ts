/**
 * What the directories still say of file records that cannot be read: the index of a directory holds a copy of name, kind,
 * size and times of each file in it. So a lost file keeps its path, and the content of a lost directory its place.
 *
 * Invariants:
 * 1. Nothing is read until the first lost record is asked for: then the table once, for the records that are lost, and
 *    the index of every directory that can be read.
 * 2. At most NAMES_MAX records and names are held; on a more damaged volume what comes behind has none, and that is told.
 */
import type { FileEntry } from '../filesystem/file-system.ts';
import type { VolumeFiles } from './volume-files.ts';
/** A name that a directory gives to a lost record. */
export type LostName = {
    /** Without a path, which is the directory's to say. */
    readonly entry: FileEntry;
    /** Record of the directory, and its sequence number. */
    readonly parent: number;
    readonly parentSequence: number;
};
/** What is asked of the pass over the file table. */
export type TablePass = {
    /** Records from FIRST_USER_RECORD on that are in use or may be, and cannot be read or hold no name. */
    lost(): Iterable<number>;
    /** Directories that can be read, without the root: record and sequence number. */
    directories(): Iterable<{
        readonly number: number;
        readonly sequence: number;
    }>;
};
export declare class LostNames {
    #private;
    constructor(files: VolumeFiles, pass: TablePass);
    /** The names that directories give to this record; none for one that is not lost. */
    of(number: number): readonly LostName[];
}

/**
 * What became of the files of a volume between two states of it, from the two file tables and the bytes that differ.
 *
 * Invariants:
 * 1. A file is the same one as long as record number and sequence are; what took its place under its name counts as
 *    the file with other content.
 * 2. Records that did not change, of files whose clusters did not change, cost one look: the tables are read once, the
 *    earlier one only where it differs. No content is read.
 * 3. What a damaged record hides is told as `unreadable`, never left out.
 */
import type { ChangedBytes, FileChange } from '../filesystem/file-system.ts';
import type { Directories } from './directories.ts';
import type { VolumeFiles } from './volume-files.ts';
export type VolumeState = {
    readonly files: VolumeFiles;
    readonly directories: Directories;
};
export declare function volumeChanges(before: VolumeState, after: VolumeState, bytes: ChangedBytes): Generator<FileChange>;

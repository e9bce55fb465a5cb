/**
 * Listing, looking up and walking directories.
 *
 * Invariants:
 * 1. Entries come in the order of the index; the records behind them, where they are needed, are read in record order,
 *    BATCH_SIZE at a time.
 * 2. A directory whose index is damaged still gives what the index has, then what the file table says lies in it.
 * 3. A walk enters every directory at most once, whatever indexes claim, and never recurses on the JavaScript stack.
 */
import type { FileEntry, NamesOnly } from '../filesystem/file-system.ts';
import { type TableScan } from './table-scan.ts';
import type { VolumeFiles } from './volume-files.ts';
export declare class Directories {
    #private;
    constructor(files: VolumeFiles, scan: TableScan);
    /** The root; from its number alone where its record is lost, so that its content can still be found. */
    root(): FileEntry;
    /** Every entry of a directory, system files too. With `namesOnly` as the index has it: no file record is read. */
    list(directory: FileEntry, namesOnly?: NamesOnly): Generator<FileEntry>;
    /** The same without system files. */
    visible(directory: FileEntry, namesOnly?: NamesOnly): Generator<FileEntry>;
    /** The entry at the path, or null. A last part `name:stream` means the file that has that stream. */
    lookup(path: string): FileEntry | null;
    /** The visible entry of this name in a directory, or null. */
    child(directory: FileEntry, name: string): FileEntry | null;
    /** The file of this record, its path found by climbing from parent to parent; null when the record holds none. */
    byId(number: number): FileEntry | null;
    walk(from: FileEntry, namesOnly?: NamesOnly): Generator<FileEntry>;
}

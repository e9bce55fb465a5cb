/** Entries of listings, from what a record (or, where that is lost, a directory entry) says. */
import type { FileEntry } from '../filesystem/file-system.ts';
import type { RecordSummary } from './record-summary.ts';
export declare function entryOf(summary: RecordSummary, id: number, path: string, name: string): FileEntry;
/** The entry of a file whose record is lost, from the key of its directory entry at `offset`. */
export declare function entryOfKey(view: DataView, offset: number, id: number, sequence: number, path: string, name: string): FileEntry;
/** A directory by its record alone, for whoever opens its index. */
export declare function directoryOf(id: number, sequence: number): FileEntry;
export declare function childPath(directory: string, name: string): string;

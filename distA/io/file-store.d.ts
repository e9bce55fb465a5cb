/**
 * Where the engine writes: files that change, and the folder operations that publish them. Everything that must survive
 * a power cut goes through this port, so that a simulated disk can lose, reorder and tear what was not flushed.
 *
 * Contract:
 * 1. Bytes written are visible to reads of any handle at once, and durable only after `flush` of the file.
 * 2. A created, linked, renamed or unlinked name is durable only after `syncFolder` of the folder that holds it; a new
 *    file's bytes and its name are made durable independently of each other.
 * 3. `rename` over an existing file is atomic: after a crash the name leads to the old or the new file, both whole.
 * 4. Every failure is a StorageError of kind `io`, `conflict` or `not-found` that names the path.
 */
import type { ByteFile } from './byte-file.ts';
/** A file open for reading and writing. Its bytes change through this handle only. */
export interface WritableFile extends ByteFile {
    /** Writes all of the bytes or throws; grows the file when needed. */
    write(offset: number, bytes: Uint8Array): void;
    /** Sets the size; new bytes are zero. */
    truncate(size: number): void;
    /** All bytes written so far, and the size, are durable when this returns. */
    flush(): void;
    /** Begins to write out what was written so far, while the caller goes on: less is left to do for `flush`. A hint. */
    writeOut?(): void;
}
export type StoreEntry = {
    readonly name: string;
    readonly kind: 'file' | 'folder' | 'other';
};
export interface FileStore {
    /** Opens for reading. */
    open(path: string): ByteFile;
    /** Opens an existing file for writing. */
    openWritable(path: string): WritableFile;
    /** Creates a file that must not exist. */
    create(path: string): WritableFile;
    /** Entries sorted by name; empty when the folder does not exist. A symbolic link is what it leads to, `other` when that is gone. */
    list(folder: string): StoreEntry[];
    exists(path: string): boolean;
    makeFolder(path: string): void;
    /** Removes an empty folder; of a link to one, the link. */
    removeFolder(path: string): void;
    /** A second name for the same file. Throws kind `unsupported` where the file system has no hard links. */
    link(existing: string, path: string): void;
    rename(from: string, to: string): void;
    unlink(path: string): void;
    /** Makes the folder's names durable. */
    syncFolder(path: string): void;
    /** Creates `to` (which must not exist) sharing all extents of `from`; false where the file system cannot. */
    clone(from: string, to: string): boolean;
    /**
     * The same, open for writing: the best way for whoever changes it at once. Its bytes are `from`'s but for what is
     * written; on the disk they are so after `flush`. Null where the file system cannot.
     */
    openClone(from: string, to: string): WritableFile | null;
}

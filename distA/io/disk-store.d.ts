/** The FileStore on the host's file systems. */
import type { ByteFile } from './byte-file.ts';
import type { FileStore, StoreEntry, WritableFile } from './file-store.ts';
import type { HostFiles } from './host-files.ts';
/** What systems say where a file system has no hard links; EISDIR is Node's word for Windows' "incorrect function". */
export declare const NO_LINKS: readonly string[];
export declare class DiskStore implements FileStore {
    #private;
    /** `files`: what the platform offers; without it only whole files are cloned, and nothing is fetched ahead. */
    constructor(files?: HostFiles);
    open(path: string): ByteFile;
    openWritable(path: string): WritableFile;
    create(path: string): WritableFile;
    list(folder: string): StoreEntry[];
    exists(path: string): boolean;
    makeFolder(path: string): void;
    removeFolder(path: string): void;
    link(existing: string, path: string): void;
    rename(from: string, to: string): void;
    unlink(path: string): void;
    syncFolder(path: string): void;
    clone(from: string, to: string): boolean;
    openClone(from: string, to: string): WritableFile | null;
}

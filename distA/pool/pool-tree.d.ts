/** Where a pool's folders are: on the host's file systems, or in a zip. The scanner sees only this port. */
import { type Stats } from 'node:fs';
import type { ZipArchive } from '../image/zip-archive.ts';
export type TreeEntry = {
    readonly name: string;
    readonly directory: boolean;
    /** Bytes; 0 for folders. */
    readonly size: number;
    readonly modifiedMs: number;
    /** Of a file of this host: when anything of it was changed last, which nobody can set. */
    readonly changedMs?: number;
    readonly link?: boolean;
    /** A pipe, a socket or a character device: nothing that can be read as a file. */
    readonly special?: boolean;
    /** Of a folder: equal for two names of one. */
    readonly identity?: string | undefined;
    /** Reading it means unpacking all of it first. */
    readonly packed?: boolean;
};
export interface PoolTree {
    /** Entries of a folder, sorted by name. Throws when it cannot be read. */
    list(folder: string): TreeEntry[];
    join(folder: string, name: string): string;
    /** The locator under which openImage finds this file. */
    locator(path: string): string;
}
export declare const hostTree: PoolTree;
/** Undefined where the file system gives no numbers. */
export declare function identityOf({ dev, ino }: Stats): string | undefined;
/** The members of an archive as folders. The root is the empty path. */
export declare class ZipTree implements PoolTree {
    #private;
    constructor(archive: ZipArchive);
    list(folder: string): TreeEntry[];
    join(folder: string, name: string): string;
    locator(path: string): string;
}

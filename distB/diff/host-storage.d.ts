/**
 * What the host's file system knows of the files that hold the disks: which parts are holes, and which are stored once
 * for several files (clones). Nothing of it is read through the files, so it decides at the speed of metadata.
 *
 * Shared extents count only where both files are on one device, and both extents are trusted (see host-files.ts): the
 * port writes dirty pages out before it answers. Without a port, or on a file system that does not tell, nothing is known.
 */
import type { ByteFile } from '../io/byte-file.ts';
import type { HostFiles } from '../io/host-files.ts';
/** Shorter pieces are read sooner than asked about. */
export declare const HOLE_MIN: number;
export declare class HostStorage {
    #private;
    constructor(host: HostFiles | null);
    /**
     * Splits a range of two files into parts, in order: `same` ones are stored once for both, or are holes in both.
     * `take` is given the distance from the start.
     */
    compare(before: ByteFile, beforeOffset: number, after: ByteFile, afterOffset: number, length: number, take: (distance: number, length: number, same: boolean) => void): void;
    /** Splits a range of a file into parts, in order: holes read as zeros and need no reading. */
    holes(file: ByteFile, offset: number, length: number, take: (distance: number, length: number, hole: boolean) => void): void;
}

/**
 * Makes an empty VHDX (MS-VHDX 2) in a new file that nobody has seen, so without a log: structures first, headers last,
 * one flush, and then the caller publishes the name.
 *
 * 1. Log at 1 MiB, metadata at 2 MiB, BAT at 3 MiB, then blocks. The first block is aligned to the block size, up to
 *    4 MiB: further would leave a hole that is wider than the structures.
 * 2. The file is extended, never filled: on a file system with holes an empty disk of 64 TiB costs 40 KiB.
 * 3. A fixed disk has every block, one after another; the others have none.
 */
import type { WritableFile } from '../io/file-store.ts';
import { type Header } from './format.ts';
export declare const CREATOR = "pitvault 0.1.0";
/** What a differencing disk says of its parent. At least one path. */
export type ParentLink = {
    /** The parent's DataWriteGuid. */
    readonly identity: string;
    /** `.\base.vhdx`, `..\folder\base.vhdx`: from the child's folder. */
    readonly relativePath?: string;
    /** `\\?\Volume{guid}\folder\base.vhdx` */
    readonly volumePath?: string;
    /** `\\?\D:\folder\base.vhdx` */
    readonly absoluteWin32Path?: string;
};
export type CreateParams = {
    /** Bytes of the virtual disk, a multiple of the logical sector size, up to 64 TiB. */
    readonly size: number;
    readonly type: 'dynamic' | 'fixed' | 'differencing';
    /** Power of two from 1 to 256 MiB. */
    readonly blockSize?: number;
    readonly logicalSectorSize?: 512 | 4096;
    readonly physicalSectorSize?: 512 | 4096;
    /** For differencing disks, and only for them. */
    readonly parent?: ParentLink;
    /** Random unless given. */
    readonly fileWriteGuid?: string;
    readonly dataWriteGuid?: string;
    /** SCSI identity of the disk. A child's is its parent's. */
    readonly virtualDiskId?: string;
};
/** A file in the making: everything is in it but the headers. */
export type Skeleton = {
    readonly header: Header;
    /** Both headers, to be written last. */
    readonly headers: readonly {
        readonly offset: number;
        readonly bytes: Uint8Array;
    }[];
};
/** Makes the file and flushes it. Throws invalid-argument for a disk that cannot be. */
export declare function createVhdx(file: WritableFile, params: CreateParams): void;
/** Writes everything but the headers; flushes nothing. */
export declare function writeSkeleton(file: WritableFile, params: CreateParams): Skeleton;

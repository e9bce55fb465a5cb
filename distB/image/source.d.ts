/**
 * Locators: text that names bytes. `A` is a file on disk; `A::B` is path B inside image or zip A, as deep as needed:
 * `pool.zip::dpm01/…/disk0.vhdx::/inner.vhdx`. Whatever the depth, the result is one address map down to files on disk.
 */
import { type Finding } from '../errors.ts';
import type { OpenFile } from '../io/byte-file.ts';
import type { HostFiles } from '../io/host-files.ts';
import type { AddressMap } from '../map/address-map.ts';
import { type Unpacked, ZipArchive } from './zip-archive.ts';
export type OpenOptions = {
    /** Folders in which a missing parent of a differencing disk is searched by its identity. */
    readonly searchFolders?: readonly string[] | undefined;
    /** Read a child over a parent whose identity does not match; what comes out may be wrong, and is marked so. */
    readonly ignoreParentIdentity?: boolean | undefined;
    /** Read a VHDX without its log where that cannot be replayed; what comes out may be wrong, and is marked so. */
    readonly ignoreDamagedLog?: boolean | undefined;
    /** Locators of images whose volumes may hold the diff areas of shadow copies. */
    readonly diffAreas?: readonly string[] | undefined;
    /** Locators of the other disks of a dynamic disk's group; those in its own folder are found without. */
    readonly disks?: readonly string[] | undefined;
    /** Folder for members of compressed archives. */
    readonly tempFolder?: string | undefined;
    /** The platform's locks: leases in pools that pitvault keeps are judged better with them. */
    readonly locks?: Pick<HostFiles, 'lock'> | undefined;
    /** Folder in which a pool keeps what it found out for the next time; none: nothing is kept. */
    readonly cache?: string | undefined;
    readonly signal?: AbortSignal | undefined;
    readonly onProgress?: ((done: number, total: number, what: string) => void) | undefined;
    /** Opens input files; tests replace it to count or fail reads. */
    readonly openFile?: OpenFile | undefined;
};
/** What one open image or pool holds open, and how it opens more. */
export declare class OpenContext {
    #private;
    readonly options: OpenOptions;
    readonly openFile: OpenFile;
    readonly findings: Finding[];
    /** Within `outer` (a pool), archives and the page cache are shared, so a member is unpacked once for all points. */
    constructor(options?: OpenOptions, outer?: OpenContext);
    onClose(close: () => void): void;
    /** Before one of many is opened. Throws where the work was cancelled. */
    pause(): Promise<void>;
    /** Opens an archive once, however many members are asked of it. */
    zip(path: string): Promise<ZipArchive>;
    /** True when this file, by whatever name, is one of those that were opened here. */
    reads(path: string): boolean;
    /** What `inner` holds open is this one's from now on. */
    adopt(inner: OpenContext): void;
    close(): void;
}
/** Bytes that were found: `hostPath` is set when they are a whole file on disk, whose folder can hold parents. */
export type Source = {
    readonly map: AddressMap;
    readonly name: string;
    readonly hostPath: string | null;
    /** For a member of an archive: what is to be told of its names. */
    readonly findings?: readonly Finding[] | undefined;
    /** For a member of an archive: puts its fellow images beside it on disk, so that it can find its parents there. */
    readonly unpackFellows?: () => Promise<Unpacked>;
};
/** Opens a path inside an image; the image layer passes itself here so that locators can nest. */
export type OpenInside = (container: Source, path: string, context: OpenContext) => Promise<AddressMap>;
export declare function splitLocator(locator: string): string[];
/** Resolves a locator to bytes. A zip that holds a single image stands for that image. */
export declare function openSource(locator: string, context: OpenContext, openInside: OpenInside): Promise<Source>;
export declare function isImageName(name: string): boolean;

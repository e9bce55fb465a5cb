/**
 * Zip archives as a source of bytes: the only door to yauzl.
 *
 * A stored member is a window on the archive. A deflated member has no random access, so it is inflated once into a
 * sparse temporary file (runs of zeros become holes), which is removed on close.
 */
import { type Finding, StorageError } from '../errors.ts';
import type { ByteFile, OpenFile } from '../io/byte-file.ts';
import type { AddressMap } from '../map/address-map.ts';
export type ZipMember = {
    /** Path inside the archive with `/`; folders end with `/`. */
    readonly path: string;
    /** Uncompressed bytes. */
    readonly size: number;
    readonly modifiedMs: number;
    readonly stored: boolean;
};
export type ZipOptions = {
    readonly openFile: OpenFile;
    /** Told where a member was unpacked to, so that messages can name the member and not the temporary file. */
    readonly onUnpacked?: ((hostPath: string, member: string) => void) | undefined;
    /** Folder for inflated members; the system's temporary folder when absent. */
    readonly tempFolder?: string | undefined;
    readonly signal?: AbortSignal | undefined;
    readonly onProgress?: ((done: number, total: number, what: string) => void) | undefined;
};
export type Unpacked = {
    /** Where the member is that was asked for. */
    readonly hostPath: string;
    /** Why others are not beside it. */
    readonly leftOut: readonly StorageError[];
};
export declare class ZipArchive {
    #private;
    readonly name: string;
    /** Those that have a name under which they can be read here; see zip-names.ts. */
    readonly members: readonly ZipMember[];
    /** What is to be told of their names. */
    readonly findings: readonly Finding[];
    private constructor();
    /** Reads the central directory. The archive stays open until `close`. */
    static open(path: string, options: ZipOptions): Promise<ZipArchive>;
    /** True when the file starts as zip archives do. */
    static isZip(file: ByteFile): boolean;
    /** The member's bytes as a map; a second call for the same member gives the same map. */
    openMember(path: string): Promise<AddressMap>;
    close(): void;
    /**
     * Unpacks every member that `wanted` accepts below one temporary folder, under its own path: disks of a chain find their
     * parents by paths relative to each other. What cannot be unpacked may be nobody's parent, so it is left out.
     */
    unpackTogether(member: string, wanted: (path: string) => boolean): Promise<Unpacked>;
}
/** True for the first four bytes of an archive, with members or without. */
export declare function isZipHead(head: Uint8Array): boolean;

/**
 * On-disk layout of Windows dynamic disks (Logical Disk Manager). Big-endian throughout; sectors are those of the disk.
 *
 * Each disk of a group keeps a private header (PRIVHEAD, several copies), which names the disk and its group and leads to
 * the configuration area; there a table of contents (TOCBLOCK, several copies) leads to the database (VMDB), whose
 * records (VBLK) describe all volumes of the group: the same on each of its disks.
 *
 * This file declares and converts; it never judges. Callers pass whole structures.
 */
export declare const PRIVHEAD_SIZE = 512;
export type PrivHead = {
    readonly hasSignature: boolean;
    readonly versionMajor: number;
    readonly versionMinor: number;
    /** Lower case without braces; null where the text is no GUID. */
    readonly diskGuid: string | null;
    readonly groupGuid: string | null;
    readonly groupName: string;
    readonly logicalStart: number;
    readonly logicalSize: number;
    readonly configStart: number;
    readonly configSize: number;
};
export declare function decodePrivHead(bytes: Uint8Array): PrivHead;
export declare const TOCBLOCK_SIZE = 512;
export type TocBitmap = {
    readonly name: string;
    readonly start: number;
    readonly size: number;
};
/** The areas that a table of contents names, or null where there is none. */
export declare function decodeTocBlock(bytes: Uint8Array): TocBitmap[] | null;
export declare const VMDB_SIZE = 512;
export declare const STATUS_CONSISTENT = 1;
export type Vmdb = {
    readonly hasSignature: boolean;
    readonly vblkSize: number;
    readonly vblkOffset: number;
    readonly status: number;
    readonly groupName: string;
    readonly groupGuid: string | null;
    readonly committed: bigint;
    readonly counts: {
        readonly volumes: number;
        readonly components: number;
        readonly partitions: number;
        readonly disks: number;
    };
};
export declare function decodeVmdb(bytes: Uint8Array): Vmdb;
export declare const VBLK_HEADER_SIZE = 16;
export type VblkHeader = {
    readonly recordId: number;
    readonly partIndex: number;
    readonly partCount: number;
};
/** Null behind the last record. */
export declare function decodeVblkHeader(bytes: Uint8Array, offset: number): VblkHeader | null;
/** ASCII up to its NUL; what no name may hold is shown as a dot. */
export declare function ascii(bytes: Uint8Array, offset: number, length: number): string;

/**
 * What a VHD file is made of (Microsoft's "Virtual Hard Disk Image Format Specification" 1.0). Everything is big-endian,
 * except the text of Windows parent locators. Layout only: whether the values make sense is judged elsewhere.
 *
 *   fixed:                 payload ............................................ footer
 *   dynamic, differencing: footer copy, dynamic header, BAT, blocks (bitmap + payload) ... footer
 */
export declare const SECTOR_SIZE = 512;
export declare const FOOTER_SIZE = 512;
/** Virtual PC before 2004 wrote one byte less. */
export declare const FOOTER_SIZE_OLD = 511;
export declare const DYNAMIC_HEADER_SIZE = 1024;
export declare const FOOTER_COOKIE = "conectix";
export declare const DYNAMIC_HEADER_COOKIE = "cxsparse";
export declare const VERSION_1_0 = 65536;
/** BAT entry of a block that was never written. */
export declare const UNALLOCATED = 4294967295;
export declare const DISK_TYPE: {
    readonly fixed: 2;
    readonly dynamic: 3;
    readonly differencing: 4;
};
export declare const FOOTER: {
    readonly cookie: 0;
    readonly features: 8;
    readonly fileFormatVersion: 12;
    readonly dataOffset: 16;
    readonly timestamp: 24;
    readonly creatorApplication: 28;
    readonly creatorVersion: 32;
    readonly creatorHostOs: 36;
    readonly originalSize: 40;
    readonly currentSize: 48;
    readonly cylinders: 56;
    readonly heads: 58;
    readonly sectorsPerTrack: 59;
    readonly diskType: 60;
    readonly checksum: 64;
    readonly uniqueId: 68;
    readonly savedState: 84;
};
export declare const DYNAMIC_HEADER: {
    readonly cookie: 0;
    readonly dataOffset: 8;
    readonly tableOffset: 16;
    readonly headerVersion: 24;
    readonly maxTableEntries: 28;
    readonly blockSize: 32;
    readonly checksum: 36;
    readonly parentUniqueId: 40;
    readonly parentTimestamp: 56;
    readonly parentUnicodeName: 64;
    readonly parentLocators: 576;
};
export type Footer = {
    readonly hasCookie: boolean;
    readonly features: number;
    readonly fileFormatVersion: number;
    /** NaN in fixed disks. */
    readonly dataOffset: number;
    readonly timestampMs: number;
    readonly creatorApplication: string;
    readonly creatorVersion: number;
    readonly creatorHostOs: string;
    readonly originalSize: number;
    readonly currentSize: number;
    readonly cylinders: number;
    readonly heads: number;
    readonly sectorsPerTrack: number;
    readonly diskType: number;
    readonly checksum: number;
    readonly checksumComputed: number;
    readonly uniqueId: string;
    readonly savedState: number;
};
export type DynamicHeader = {
    readonly hasCookie: boolean;
    readonly tableOffset: number;
    readonly headerVersion: number;
    readonly maxTableEntries: number;
    readonly blockSize: number;
    readonly checksum: number;
    readonly checksumComputed: number;
    readonly parentUniqueId: string;
    readonly parentTimestampMs: number;
    readonly parentUnicodeName: string;
    readonly parentLocators: readonly ParentLocatorEntry[];
};
export type ParentLocatorEntry = {
    readonly platformCode: string;
    readonly platformDataSpace: number;
    readonly platformDataLength: number;
    readonly platformDataOffset: number;
};
/** Decodes 511 or 512 bytes. */
export declare function decodeFooter(bytes: Uint8Array): Footer;
export declare function decodeDynamicHeader(bytes: Uint8Array): DynamicHeader;
/** One's complement of the sum of all bytes, the checksum field itself taken as zero. */
export declare function checksum(bytes: Uint8Array, field: number): number;

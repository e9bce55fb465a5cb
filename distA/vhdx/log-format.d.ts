/**
 * On-disk layout of the VHDX log (MS-VHDX 2.3): a ring of 4 KiB sectors. An entry is its descriptor sectors (header
 * first), then one data sector for each data descriptor, in order. Declares and converts; log.ts judges.
 */
export declare const LOG_SECTOR_SIZE = 4096;
export declare const LOG_ENTRY_SIGNATURE = "loge";
export declare const LOG_ENTRY: {
    readonly signature: 0;
    readonly checksum: 4;
    readonly entryLength: 8;
    readonly tail: 12;
    readonly sequenceNumber: 16;
    readonly descriptorCount: 24;
    readonly reserved: 28;
    readonly logGuid: 32;
    readonly flushedFileOffset: 48;
    readonly lastFileOffset: 56;
    readonly SIZE: 64;
};
export type LogEntryHeader = {
    readonly checksum: number;
    readonly entryLength: number;
    readonly tail: number;
    readonly sequenceNumber: bigint;
    readonly descriptorCount: number;
    readonly logGuid: string;
    readonly flushedFileOffset: number;
    readonly lastFileOffset: number;
};
export declare function isLogEntry(sector: Uint8Array): boolean;
export declare function decodeLogEntryHeader(sector: Uint8Array): LogEntryHeader;
/** Where the checksum stands: it counts as zero in its own sum. */
export declare const LOG_ENTRY_CHECKSUM: 4;
export declare const LOG_DESCRIPTOR_SIZE = 32;
/** Descriptors start after the entry header and go on from the first byte of each further descriptor sector. */
export declare const LOG_DESCRIPTORS_START: 64;
export declare const DATA_SIGNATURE = "desc";
export declare const ZERO_SIGNATURE = "zero";
export declare const LOG_DESCRIPTOR: {
    readonly signature: 0;
    readonly trailingBytes: 4;
    readonly leadingBytes: 8;
    readonly fileOffset: 16;
    readonly sequenceNumber: 24;
};
export type LogDescriptor = {
    readonly kind: 'data' | 'zero' | 'unknown';
    readonly fileOffset: number;
    /** Bytes it replaces: one sector for data. */
    readonly length: number;
    readonly sequenceNumber: bigint;
};
/** The descriptor at this offset of its sector. */
export declare function decodeLogDescriptor(sector: Uint8Array, at: number): LogDescriptor;
export declare const DATA_SECTOR_SIGNATURE = "data";
export declare const DATA_SECTOR: {
    readonly signature: 0;
    readonly sequenceHigh: 4;
    readonly data: 8;
    readonly sequenceLow: 4092;
};
/** True when the sector is a data sector of the entry with this sequence number. */
export declare function isDataSectorOf(sector: Uint8Array, sequenceHigh: number, sequenceLow: number): boolean;
/** Puts back, in place, the 12 bytes of the page that the data sector's own fields displaced. */
export declare function restorePage(sector: Uint8Array, descriptor: Uint8Array): void;
/** Sectors that hold the header and this many descriptors. */
export declare function descriptorSectors(count: number): number;

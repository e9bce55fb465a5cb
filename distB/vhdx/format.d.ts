/**
 * On-disk layout of VHDX (MS-VHDX 2), all of it but the log (log-format.ts). Little-endian throughout.
 *
 * 1. This file declares and converts. It never judges and never reads: what a value must be is said where it is used.
 * 2. Every offset of a VHDX field is written here or in log-format.ts, and nowhere else.
 * 3. The caller passes a whole structure, and an index that it has bounded.
 */
/** Every object after the first MiB starts and ends on a multiple of this. */
export declare const ALIGNMENT: number;
export declare const FILE_IDENTIFIER: {
    readonly signature: 0;
    readonly creator: 8;
    readonly SIZE: 520;
};
export declare const FILE_SIGNATURE = "vhdxfile";
export declare const CREATOR_UNITS = 256;
/** The program that made the file, as it calls itself; '' when it does not. */
export declare function decodeCreator(bytes: Uint8Array): string;
export declare const HEADER_OFFSETS: readonly [number, number];
export declare const HEADER_SIGNATURE = "head";
export declare const HEADER_VERSION = 1;
export declare const HEADER: {
    readonly signature: 0;
    readonly checksum: 4;
    readonly sequenceNumber: 8;
    readonly fileWriteGuid: 16;
    readonly dataWriteGuid: 32;
    readonly logGuid: 48;
    readonly logVersion: 64;
    readonly version: 66;
    readonly logLength: 68;
    readonly logOffset: 72;
    readonly reserved: 80;
    readonly SIZE: 4096;
};
export type Header = {
    readonly checksum: number;
    readonly sequenceNumber: bigint;
    readonly fileWriteGuid: string;
    readonly dataWriteGuid: string;
    readonly logGuid: string;
    readonly logVersion: number;
    readonly version: number;
    readonly logLength: number;
    readonly logOffset: number;
};
export declare function decodeHeader(bytes: Uint8Array): Header;
export declare const REGION_TABLE_OFFSETS: readonly [number, number];
export declare const REGION_TABLE_SIGNATURE = "regi";
export declare const REGION_ENTRIES_MAX = 2047;
export declare const REGION_TABLE: {
    readonly signature: 0;
    readonly checksum: 4;
    readonly entryCount: 8;
    readonly reserved: 12;
    readonly ENTRIES: 16;
    readonly SIZE: number;
};
export declare const REGION_ENTRY: {
    readonly guid: 0;
    readonly fileOffset: 16;
    readonly length: 24;
    readonly flags: 28;
    readonly SIZE: 32;
};
export declare const REGION_GUID: {
    readonly bat: "2dc27766-f623-4200-9d64-115e9bfd4a08";
    readonly metadata: "8b7ca206-4790-4b9a-b8fe-575f050f886e";
};
export type RegionTableHeader = {
    readonly checksum: number;
    readonly entryCount: number;
    readonly reserved: number;
};
export declare function decodeRegionTableHeader(bytes: Uint8Array): RegionTableHeader;
export type RegionEntry = {
    readonly guid: string;
    readonly fileOffset: number;
    readonly length: number;
    readonly required: boolean;
    /** The reserved bits of the flags. */
    readonly reserved: number;
    /** Where the entry stands in its table. */
    readonly at: number;
};
export declare function decodeRegionEntry(bytes: Uint8Array, index: number): RegionEntry;
export declare const METADATA_SIGNATURE = "metadata";
export declare const METADATA_ENTRIES_MAX = 2047;
export declare const METADATA_ITEM_MAX: number;
export declare const METADATA_TABLE: {
    readonly signature: 0;
    readonly reserved: 8;
    readonly entryCount: 10;
    readonly reserved2: 12;
    readonly ENTRIES: 32;
    readonly SIZE: number;
};
export declare const METADATA_ENTRY: {
    readonly itemId: 0;
    readonly offset: 16;
    readonly length: 20;
    readonly flags: 24;
    readonly reserved: 28;
    readonly SIZE: 32;
};
export declare const METADATA_ITEM: {
    readonly fileParameters: "caa16737-fa36-4d43-b3b6-33f0aa44e76b";
    readonly virtualDiskSize: "2fa54224-cd1b-4876-b211-5dbed83bf4b8";
    readonly virtualDiskId: "beca12ab-b2e6-4523-93ef-c309e000c746";
    readonly logicalSectorSize: "8141bf1d-a96f-4709-ba47-f233a8faab5f";
    readonly physicalSectorSize: "cda348c7-445d-4471-9cc9-e9885251c556";
    readonly parentLocator: "a8d35f2d-b30b-454d-abf7-d3d84834ab0c";
    readonly chsGeometry: "da02d7bc-3d3a-423c-ac88-2a36ab21479b";
    readonly incompleteFile: "71cc85f0-1b69-4e28-9558-c3bf83ae75d3";
    readonly pmemLabelArea: "10e1ae8a-4b7e-4169-a40f-cd70de928393";
};
export type MetadataEntry = {
    readonly itemId: string;
    readonly offset: number;
    readonly length: number;
    readonly isUser: boolean;
    readonly isVirtualDisk: boolean;
    readonly isRequired: boolean;
    /** The reserved bits of the flags, and the reserved field. */
    readonly reserved: number;
    /** Where the entry stands in the region. */
    readonly at: number;
};
export declare function decodeMetadataEntryCount(bytes: Uint8Array): number;
export declare function decodeMetadataEntry(bytes: Uint8Array, index: number): MetadataEntry;
/** 2.6.2.1 File parameters: 8 bytes. */
export declare function decodeFileParameters(bytes: Uint8Array): {
    readonly blockSize: number;
    readonly leaveBlockAllocated: boolean;
    readonly hasParent: boolean;
    readonly reserved: number;
};
export declare const LOCATOR_TYPE_VHDX = "b04aefb7-d19e-4a81-b789-25b8e9445913";
export declare const LOCATOR: {
    readonly locatorType: 0;
    readonly reserved: 16;
    readonly keyValueCount: 18;
    readonly ENTRIES: 20;
};
export declare const LOCATOR_ENTRY: {
    readonly keyOffset: 0;
    readonly valueOffset: 4;
    readonly keyLength: 8;
    readonly valueLength: 10;
    readonly SIZE: 12;
};
export type LocatorEntry = {
    readonly keyOffset: number;
    readonly valueOffset: number;
    readonly keyLength: number;
    readonly valueLength: number;
};
export declare function decodeLocatorHeader(bytes: Uint8Array): {
    readonly locatorType: string;
    readonly keyValueCount: number;
};
export declare function decodeLocatorEntry(bytes: Uint8Array, index: number): LocatorEntry;
/** Bytes of a BAT entry: bits 0 to 2 state, bits 3 to 19 reserved, bits 20 to 63 the file offset in MiB. */
export declare const BAT_ENTRY_SIZE = 8;
export declare const PayloadBlockState: {
    readonly NotPresent: 0;
    readonly Undefined: 1;
    readonly Zero: 2;
    readonly Unmapped: 3;
    readonly FullyPresent: 6;
    readonly PartiallyPresent: 7;
};
export declare const SectorBitmapState: {
    readonly NotPresent: 0;
    readonly Present: 6;
};
/** The low half of an entry holds the state, the reserved bits and the low 12 bits of the offset in MiB. */
export declare function batState(low: number): number;
export declare function batReserved(low: number): number;
/** File offset in bytes; exact up to 2^53, beyond that far past the end of any file and so still refused. */
export declare function batFileOffset(low: number, high: number): number;

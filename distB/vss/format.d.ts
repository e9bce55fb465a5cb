/**
 * On-disk layout of shadow copies made by "Microsoft Software Shadow Copy provider 1.0". Little-endian; "volume offset"
 * counts from the start of the volume that holds the structure. This file declares and converts; it never judges.
 *
 * A volume with shadow copies has a header in its boot area, which leads to the catalog: a chain of records. Each shadow
 * copy is described by two catalog entries, paired by the store's GUID: what it is a copy of (`copy`), and where its
 * store lies (`location`). The second may be in the catalog of another volume, which then holds the store.
 */
export declare const VSS_GUID = "3808876b-c176-4e48-b7ae-04046e6cc752";
/** Unit of copy-on-write and of all records, whatever the cluster and sector sizes. */
export declare const BLOCK_SIZE = 16384;
export declare const SECTOR_SIZE = 512;
export declare const VOLUME_HEADER_OFFSET = 7680;
export declare const RECORD_HEADER_SIZE = 128;
export declare const RECORD_TYPE: {
    readonly volumeHeader: 1;
    readonly catalog: 2;
    readonly blockList: 3;
    readonly storeHeader: 4;
    readonly blockRangeList: 5;
    readonly bitmap: 6;
};
export declare const CATALOG_ENTRY_SIZE = 128;
export declare const CATALOG_ENTRIES: number;
export declare const ENTRY_TYPE: {
    readonly empty: 0;
    readonly unused: 1;
    readonly copy: 2;
    readonly location: 3;
};
/** Without this flag, blocks that were unallocated are not read as zeros but as they are now. */
export declare const STORE_FLAG_ZERO_UNALLOCATED = 1024;
export declare const DESCRIPTOR_SIZE = 32;
export declare const DESCRIPTORS: number;
export declare const DESCRIPTOR_FLAG: {
    readonly forwarder: 1;
    readonly overlay: 2;
    readonly notUsed: 4;
};
export declare const BITMAP_BITS: number;
export type VolumeHeader = {
    readonly guid: string;
    readonly version: number;
    readonly recordType: number;
    readonly catalogOffset: number;
    readonly maximumSize: number;
    readonly volumeId: string;
    readonly storageId: string;
};
export declare const VOLUME_HEADER_SIZE: 512;
export declare function decodeVolumeHeader(bytes: Uint8Array): VolumeHeader;
export type RecordHeader = {
    readonly guid: string;
    readonly version: number;
    readonly recordType: number;
    readonly ownOffset: number;
    readonly nextOffset: number;
};
export declare function decodeRecordHeader(record: Uint8Array): RecordHeader;
/** What a shadow copy is: in the catalog of the volume it is a copy of. */
export type CopyEntry = {
    readonly storeGuid: string;
    /** Bytes of the volume when the copy was made. */
    readonly volumeSize: number;
    readonly sequence: number;
    readonly flags: number;
    /** Where its creation FILETIME stands in the record. */
    readonly createdAt: number;
};
/** Where a store lies: in the catalog of the volume that holds it. Volume offsets of that volume. */
export type LocationEntry = {
    readonly storeGuid: string;
    readonly storeHeader: number;
    readonly blockList: number;
    readonly currentBitmap: number;
    /** 0: none. */
    readonly previousBitmap: number;
    readonly allocatedSize: number;
};
export declare function catalogEntryOffset(index: number): number;
export declare function catalogEntryType(view: DataView, at: number): number;
export declare function decodeCopyEntry(record: Uint8Array, view: DataView, at: number): CopyEntry;
export declare function decodeLocationEntry(record: Uint8Array, view: DataView, at: number): LocationEntry;
export declare function descriptorOffset(index: number): number;
export declare const descriptorOriginal: (view: DataView, at: number) => number;
export declare const descriptorRelative: (view: DataView, at: number) => number;
export declare const descriptorStore: (view: DataView, at: number) => number;
export declare const descriptorFlags: (view: DataView, at: number) => number;
export declare const descriptorBitmap: (view: DataView, at: number) => number;
/** What the store's header says of the shadow copy. */
export type StoreInfo = {
    /** Shadow Copy ID: what vssadmin lists and people type. */
    readonly copyId: string;
    readonly setId: string;
    readonly context: number;
    readonly attributes: number;
    readonly originatingMachine: string;
    readonly serviceMachine: string;
};
/** Returns null where a string runs past the record. */
export declare function decodeStoreInfo(record: Uint8Array): StoreInfo | null;
/** The word vssadmin prints after `Type:`. */
export declare function contextName(context: number): string;
/** The words vssadmin prints after `Attributes:`, in its order. */
export declare function attributeNames(attributes: number): string[];

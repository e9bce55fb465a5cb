/** GPT on disk (UEFI 2.10, section 5.3), little-endian. Layout only. */
export declare const HEADER_SIZE_MIN = 92;
export declare const ENTRY_SIZE_MIN = 128;
export type GptHeader = {
    readonly hasSignature: boolean;
    readonly revision: number;
    readonly headerSize: number;
    readonly headerCrc32: number;
    readonly headerCrc32Computed: number;
    readonly myLba: number;
    readonly alternateLba: number;
    readonly firstUsableLba: number;
    readonly lastUsableLba: number;
    readonly diskGuid: string;
    readonly partitionEntryLba: number;
    readonly numberOfPartitionEntries: number;
    readonly sizeOfPartitionEntry: number;
    readonly partitionEntryArrayCrc32: number;
};
export type GptEntry = {
    readonly partitionTypeGuid: string;
    readonly uniquePartitionGuid: string;
    readonly startingLba: number;
    readonly endingLba: number;
    readonly attributesLow: number;
    readonly attributesHigh: number;
    readonly partitionName: string;
};
/** Decodes the sector that holds a header, 512 bytes or more. */
export declare function decodeGptHeader(sector: Uint8Array): GptHeader;
/** An entry whose type is the nil GUID is unused. */
export declare function isUnusedGptEntry(array: Uint8Array, at: number): boolean;
export declare function decodeGptEntry(array: Uint8Array, at: number): GptEntry;

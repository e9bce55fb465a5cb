/** Names of partition types, for people. */
export declare const TYPE_GUID: {
    readonly basicData: "ebd0a0a2-b9e5-4433-87c0-68b6b72699c7";
    readonly microsoftReserved: "e3c9e316-0b5c-4db8-817d-f92df00215ae";
    readonly ldmMetadata: "5808c8aa-7e8f-42e0-85d2-e1e90434cfb3";
    readonly ldmData: "af9b60a0-1431-4f62-bc68-3311714a69ad";
    readonly storageSpaces: "e75caf8f-f680-4cee-afa3-b001e56efc2d";
};
export declare const MBR_TYPE: {
    readonly ntfs: 7;
    readonly ldm: 66;
    readonly protective: 238;
    readonly storageSpaces: 231;
};
export declare function gptTypeName(type: string): string;
export declare function mbrTypeName(type: number): string;
/** How `Partition.type` spells an MBR type. */
export declare function mbrTypeText(type: number): string;
/** True for partitions that belong to Windows' dynamic disks (LDM). */
export declare function isDynamicPartition(type: string): boolean;

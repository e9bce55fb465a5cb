/** Names of partition types, for people. */
export const TYPE_GUID = {
    basicData: 'ebd0a0a2-b9e5-4433-87c0-68b6b72699c7',
    microsoftReserved: 'e3c9e316-0b5c-4db8-817d-f92df00215ae',
    ldmMetadata: '5808c8aa-7e8f-42e0-85d2-e1e90434cfb3',
    ldmData: 'af9b60a0-1431-4f62-bc68-3311714a69ad',
    storageSpaces: 'e75caf8f-f680-4cee-afa3-b001e56efc2d',
};
const GPT_TYPES = {
    [TYPE_GUID.basicData]: 'Basic data',
    [TYPE_GUID.microsoftReserved]: 'Microsoft reserved',
    [TYPE_GUID.ldmMetadata]: 'Dynamic disk metadata (LDM)',
    [TYPE_GUID.ldmData]: 'Dynamic disk data (LDM)',
    [TYPE_GUID.storageSpaces]: 'Storage Spaces',
    'c12a7328-f81f-11d2-ba4b-00a0c93ec93b': 'EFI system',
    'de94bba4-06d1-4d40-a16a-bfd50179d6ac': 'Windows recovery',
    '558d43c5-a1ac-43c0-aac8-d1472b2923d1': 'Storage Replica',
    'db97dba9-0840-4bae-97f0-ffb9a327c7e1': 'Cluster metadata',
    '21686148-6449-6e6f-744e-656564454649': 'BIOS boot',
    '0fc63daf-8483-4772-8e79-3d69d8477de4': 'Linux file system',
    '0657fd6d-a4ab-43c4-84e5-0933c84b4f4f': 'Linux swap',
    'e6d6d379-f507-44c2-a23c-238f2a3df928': 'Linux LVM',
    'a19d880f-05fc-4d3b-a006-743f0f84911e': 'Linux RAID',
};
export const MBR_TYPE = { ntfs: 0x07, ldm: 0x42, protective: 0xee, storageSpaces: 0xe7 };
const MBR_TYPES = {
    1: 'FAT12',
    4: 'FAT16 (small)',
    6: 'FAT16',
    [MBR_TYPE.ntfs]: 'NTFS, exFAT or ReFS',
    11: 'FAT32 (CHS)',
    12: 'FAT32',
    14: 'FAT16 (LBA)',
    39: 'Windows recovery',
    [MBR_TYPE.ldm]: 'Dynamic disk (LDM)',
    130: 'Linux swap',
    131: 'Linux',
    142: 'Linux LVM',
    [MBR_TYPE.storageSpaces]: 'Storage Spaces',
    [MBR_TYPE.protective]: 'GPT protective',
    239: 'EFI system',
    253: 'Linux RAID',
};
export function gptTypeName(type) {
    return GPT_TYPES[type] ?? 'unknown type';
}
export function mbrTypeName(type) {
    return MBR_TYPES[type] ?? 'unknown type';
}
/** How `Partition.type` spells an MBR type. */
export function mbrTypeText(type) {
    return `0x${type.toString(16).padStart(2, '0')}`;
}
/** True for partitions that belong to Windows' dynamic disks (LDM). */
export function isDynamicPartition(type) {
    return type === TYPE_GUID.ldmMetadata || type === TYPE_GUID.ldmData || type === mbrTypeText(MBR_TYPE.ldm);
}

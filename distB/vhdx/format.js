/**
 * On-disk layout of VHDX (MS-VHDX 2), all of it but the log (log-format.ts). Little-endian throughout.
 *
 * 1. This file declares and converts. It never judges and never reads: what a value must be is said where it is used.
 * 2. Every offset of a VHDX field is written here or in log-format.ts, and nowhere else.
 * 3. The caller passes a whole structure, and an index that it has bounded.
 */
import { getU64, KIB, MIB, viewOf } from "../base/bytes.js";
import { getGuid } from "../base/guid.js";
/** Every object after the first MiB starts and ends on a multiple of this. */
export const ALIGNMENT = MIB;
// --- 2.2.1 File type identifier ---------------------------------------------------------------------------------
export const FILE_IDENTIFIER = {
    signature: 0, // 8 bytes "vhdxfile"
    creator: 8, //   256 UTF-16 units, zero padded, diagnostic only
    SIZE: 520,
};
export const FILE_SIGNATURE = 'vhdxfile';
export const CREATOR_UNITS = 256;
/** The program that made the file, as it calls itself; '' when it does not. */
export function decodeCreator(bytes) {
    const view = viewOf(bytes);
    let text = '';
    for (let i = 0; i < CREATOR_UNITS; i++) {
        const unit = view.getUint16(FILE_IDENTIFIER.creator + 2 * i, true);
        if (unit === 0)
            break;
        text += String.fromCharCode(unit);
    }
    return text;
}
// --- 2.2.2 Header -----------------------------------------------------------------------------------------------
export const HEADER_OFFSETS = [64 * KIB, 128 * KIB];
export const HEADER_SIGNATURE = 'head';
export const HEADER_VERSION = 1;
export const HEADER = {
    signature: 0, //       4 bytes "head"
    checksum: 4, //        u32  CRC-32C of all 4 KiB, this field as zero
    sequenceNumber: 8, //  u64  the valid header of the higher one is current
    fileWriteGuid: 16, //  guid
    dataWriteGuid: 32, //  guid what children call their parent by
    logGuid: 48, //        guid nil when there is nothing to replay
    logVersion: 64, //     u16  0
    version: 66, //        u16  1
    logLength: 68, //      u32  multiple of 1 MiB
    logOffset: 72, //      u64  multiple of 1 MiB
    reserved: 80, //       4016 bytes
    SIZE: 4096,
};
export function decodeHeader(bytes) {
    const view = viewOf(bytes);
    return {
        checksum: view.getUint32(HEADER.checksum, true),
        sequenceNumber: view.getBigUint64(HEADER.sequenceNumber, true),
        fileWriteGuid: getGuid(bytes, HEADER.fileWriteGuid),
        dataWriteGuid: getGuid(bytes, HEADER.dataWriteGuid),
        logGuid: getGuid(bytes, HEADER.logGuid),
        logVersion: view.getUint16(HEADER.logVersion, true),
        version: view.getUint16(HEADER.version, true),
        logLength: view.getUint32(HEADER.logLength, true),
        logOffset: getU64(view, HEADER.logOffset),
    };
}
// --- 2.2.3 Region table -----------------------------------------------------------------------------------------
export const REGION_TABLE_OFFSETS = [192 * KIB, 256 * KIB];
export const REGION_TABLE_SIGNATURE = 'regi';
export const REGION_ENTRIES_MAX = 2047;
export const REGION_TABLE = {
    signature: 0, //   4 bytes "regi"
    checksum: 4, //    u32  CRC-32C of all 64 KiB, this field as zero
    entryCount: 8, //  u32  at most 2047
    reserved: 12, //   u32
    ENTRIES: 16,
    SIZE: 64 * KIB,
};
export const REGION_ENTRY = {
    guid: 0, //        guid
    fileOffset: 16, // u64  multiple of 1 MiB, at least 1 MiB
    length: 24, //     u32  multiple of 1 MiB, not 0
    flags: 28, //      u32  bit 0 Required
    SIZE: 32,
};
export const REGION_GUID = {
    bat: '2dc27766-f623-4200-9d64-115e9bfd4a08',
    metadata: '8b7ca206-4790-4b9a-b8fe-575f050f886e',
};
export function decodeRegionTableHeader(bytes) {
    const view = viewOf(bytes);
    return {
        checksum: view.getUint32(REGION_TABLE.checksum, true),
        entryCount: view.getUint32(REGION_TABLE.entryCount, true),
        reserved: view.getUint32(REGION_TABLE.reserved, true),
    };
}
export function decodeRegionEntry(bytes, index) {
    const view = viewOf(bytes);
    const at = REGION_TABLE.ENTRIES + index * REGION_ENTRY.SIZE;
    const flags = view.getUint32(at + REGION_ENTRY.flags, true);
    return {
        guid: getGuid(bytes, at + REGION_ENTRY.guid),
        fileOffset: getU64(view, at + REGION_ENTRY.fileOffset),
        length: view.getUint32(at + REGION_ENTRY.length, true),
        required: (flags & 1) !== 0,
        reserved: flags & ~1,
        at,
    };
}
// --- 2.6 Metadata region ----------------------------------------------------------------------------------------
export const METADATA_SIGNATURE = 'metadata';
export const METADATA_ENTRIES_MAX = 2047;
export const METADATA_ITEM_MAX = MIB;
export const METADATA_TABLE = {
    signature: 0, //   8 bytes "metadata"
    reserved: 8, //    u16
    entryCount: 10, // u16  at most 2047
    reserved2: 12, //  20 bytes
    ENTRIES: 32,
    SIZE: 64 * KIB,
};
export const METADATA_ENTRY = {
    itemId: 0, //    guid
    offset: 16, //   u32  from the start of the region; 0 if and only if length is 0
    length: 20, //   u32  at most 1 MiB
    flags: 24, //    u32  bit 0 IsUser, bit 1 IsVirtualDisk, bit 2 IsRequired
    reserved: 28, // u32
    SIZE: 32,
};
export const METADATA_ITEM = {
    fileParameters: 'caa16737-fa36-4d43-b3b6-33f0aa44e76b',
    virtualDiskSize: '2fa54224-cd1b-4876-b211-5dbed83bf4b8',
    virtualDiskId: 'beca12ab-b2e6-4523-93ef-c309e000c746',
    logicalSectorSize: '8141bf1d-a96f-4709-ba47-f233a8faab5f',
    physicalSectorSize: 'cda348c7-445d-4471-9cc9-e9885251c556',
    parentLocator: 'a8d35f2d-b30b-454d-abf7-d3d84834ab0c',
    chsGeometry: 'da02d7bc-3d3a-423c-ac88-2a36ab21479b',
    incompleteFile: '71cc85f0-1b69-4e28-9558-c3bf83ae75d3',
    pmemLabelArea: '10e1ae8a-4b7e-4169-a40f-cd70de928393',
};
export function decodeMetadataEntryCount(bytes) {
    return viewOf(bytes).getUint16(METADATA_TABLE.entryCount, true);
}
export function decodeMetadataEntry(bytes, index) {
    const view = viewOf(bytes);
    const at = METADATA_TABLE.ENTRIES + index * METADATA_ENTRY.SIZE;
    const flags = view.getUint32(at + METADATA_ENTRY.flags, true);
    return {
        itemId: getGuid(bytes, at + METADATA_ENTRY.itemId),
        offset: view.getUint32(at + METADATA_ENTRY.offset, true),
        length: view.getUint32(at + METADATA_ENTRY.length, true),
        isUser: (flags & 1) !== 0,
        isVirtualDisk: (flags & 2) !== 0,
        isRequired: (flags & 4) !== 0,
        reserved: (flags & ~7) | view.getUint32(at + METADATA_ENTRY.reserved, true),
        at,
    };
}
/** 2.6.2.1 File parameters: 8 bytes. */
export function decodeFileParameters(bytes) {
    const view = viewOf(bytes);
    const flags = view.getUint32(4, true);
    return {
        blockSize: view.getUint32(0, true),
        leaveBlockAllocated: (flags & 1) !== 0,
        hasParent: (flags & 2) !== 0,
        reserved: flags & ~3,
    };
}
// --- 2.6.2.6 Parent locator -------------------------------------------------------------------------------------
export const LOCATOR_TYPE_VHDX = 'b04aefb7-d19e-4a81-b789-25b8e9445913';
export const LOCATOR = {
    locatorType: 0, //    guid
    reserved: 16, //      u16
    keyValueCount: 18, // u16
    ENTRIES: 20,
};
export const LOCATOR_ENTRY = {
    keyOffset: 0, //    u32  from the start of the item
    valueOffset: 4, //  u32
    keyLength: 8, //    u16  bytes of UTF-16LE
    valueLength: 10, // u16
    SIZE: 12,
};
export function decodeLocatorHeader(bytes) {
    return {
        locatorType: getGuid(bytes, LOCATOR.locatorType),
        keyValueCount: viewOf(bytes).getUint16(LOCATOR.keyValueCount, true),
    };
}
export function decodeLocatorEntry(bytes, index) {
    const view = viewOf(bytes);
    const at = LOCATOR.ENTRIES + index * LOCATOR_ENTRY.SIZE;
    return {
        keyOffset: view.getUint32(at + LOCATOR_ENTRY.keyOffset, true),
        valueOffset: view.getUint32(at + LOCATOR_ENTRY.valueOffset, true),
        keyLength: view.getUint16(at + LOCATOR_ENTRY.keyLength, true),
        valueLength: view.getUint16(at + LOCATOR_ENTRY.valueLength, true),
    };
}
// --- 2.5 Block allocation table ---------------------------------------------------------------------------------
/** Bytes of a BAT entry: bits 0 to 2 state, bits 3 to 19 reserved, bits 20 to 63 the file offset in MiB. */
export const BAT_ENTRY_SIZE = 8;
export const PayloadBlockState = {
    NotPresent: 0,
    Undefined: 1,
    Zero: 2,
    Unmapped: 3,
    FullyPresent: 6,
    PartiallyPresent: 7,
};
export const SectorBitmapState = { NotPresent: 0, Present: 6 };
/** The low half of an entry holds the state, the reserved bits and the low 12 bits of the offset in MiB. */
export function batState(low) {
    return low & 7;
}
export function batReserved(low) {
    return low & 0xf_fff8;
}
/** File offset in bytes; exact up to 2^53, beyond that far past the end of any file and so still refused. */
export function batFileOffset(low, high) {
    return (high * 4096 + (low >>> 20)) * MIB;
}

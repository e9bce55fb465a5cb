/**
 * On-disk layout of shadow copies made by "Microsoft Software Shadow Copy provider 1.0". Little-endian; "volume offset"
 * counts from the start of the volume that holds the structure. This file declares and converts; it never judges.
 *
 * A volume with shadow copies has a header in its boot area, which leads to the catalog: a chain of records. Each shadow
 * copy is described by two catalog entries, paired by the store's GUID: what it is a copy of (`copy`), and where its
 * store lies (`location`). The second may be in the catalog of another volume, which then holds the store.
 */
import { getU64, getUtf16, viewOf } from "../base/bytes.js";
import { getGuid } from "../base/guid.js";
export const VSS_GUID = '3808876b-c176-4e48-b7ae-04046e6cc752';
/** Unit of copy-on-write and of all records, whatever the cluster and sector sizes. */
export const BLOCK_SIZE = 0x4000;
export const SECTOR_SIZE = 512;
export const VOLUME_HEADER_OFFSET = 0x1e00;
const VOLUME_HEADER = {
    guid: 0x00, //           guid  VSS_GUID
    version: 0x10, //        u32   1 (Vista to 2008 R2) or 2 (Windows 8, 2012 and newer)
    recordType: 0x14, //     u32   1
    ownOffset: 0x18, //      u64   0x1e00
    unknown20: 0x20, //      u64
    unknown28: 0x28, //      u64
    catalogOffset: 0x30, //  u64   volume offset of the first catalog record; 0: no shadow copies
    maximumSize: 0x38, //    u64   of the diff area; 0: unbounded
    volumeId: 0x40, //       guid
    storageId: 0x50, //      guid  volume that holds the diff area; differs from volumeId when redirected
    SIZE: 0x200,
};
export const RECORD_HEADER_SIZE = 0x80;
const RECORD = {
    guid: 0x00, //           guid  VSS_GUID
    version: 0x10, //        u32   1
    recordType: 0x14, //     u32
    relativeOffset: 0x18, // u64   in the catalog or store file
    ownOffset: 0x20, //      u64   volume offset
    nextOffset: 0x28, //     u64   volume offset of the next record of the list; 0: last
};
export const RECORD_TYPE = {
    volumeHeader: 1,
    catalog: 2,
    blockList: 3,
    storeHeader: 4,
    blockRangeList: 5,
    bitmap: 6,
};
export const CATALOG_ENTRY_SIZE = 128;
export const CATALOG_ENTRIES = (BLOCK_SIZE - RECORD_HEADER_SIZE) / CATALOG_ENTRY_SIZE;
export const ENTRY_TYPE = { empty: 0, unused: 1, copy: 2, location: 3 };
const COPY_ENTRY = {
    entryType: 0, //   u64   2
    volumeSize: 8, //  u64   bytes, when the copy was made
    storeGuid: 16, //  guid
    sequence: 32, //   u64   place among the copies of the volume
    flags: 40, //      u64
    created: 48, //    FILETIME
};
/** Without this flag, blocks that were unallocated are not read as zeros but as they are now. */
export const STORE_FLAG_ZERO_UNALLOCATED = 0x400;
const LOCATION_ENTRY = {
    entryType: 0, //         u64   3
    blockList: 8, //         u64   volume offset, as all that follow
    storeGuid: 16, //        guid
    storeHeader: 32, //      u64
    blockRangeList: 40, //   u64
    currentBitmap: 48, //    u64
    fileReference: 56, //    u64   of the store's file
    allocatedSize: 64, //    u64   bytes
    previousBitmap: 72, //   u64   0: none
};
export const DESCRIPTOR_SIZE = 32;
export const DESCRIPTORS = (BLOCK_SIZE - RECORD_HEADER_SIZE) / DESCRIPTOR_SIZE;
const DESCRIPTOR = {
    original: 0, //   u64   volume offset of the block that was copied
    relative: 8, //   u64   forwarder: the block to read instead; else the offset in the store's file
    store: 16, //     u64   volume offset of the copy; 0 in a forwarder
    flags: 24, //     u32
    bitmap: 28, //    u32   overlay: bit i stands for sector i of the block
};
export const DESCRIPTOR_FLAG = { forwarder: 1, overlay: 2, notUsed: 4 };
export const BITMAP_BITS = (BLOCK_SIZE - RECORD_HEADER_SIZE) * 8;
const STORE_INFO = {
    copyId: 0x80 + 16, //      guid  the id that people and logs refer to
    setId: 0x80 + 32, //       guid
    context: 0x80 + 48, //     u32
    attributes: 0x80 + 56, //  u32
    strings: 0x80 + 64, //     two of: u16 size in bytes, UTF-16
};
export const VOLUME_HEADER_SIZE = VOLUME_HEADER.SIZE;
export function decodeVolumeHeader(bytes) {
    const view = viewOf(bytes);
    return {
        guid: getGuid(bytes, VOLUME_HEADER.guid),
        version: view.getUint32(VOLUME_HEADER.version, true),
        recordType: view.getUint32(VOLUME_HEADER.recordType, true),
        catalogOffset: getU64(view, VOLUME_HEADER.catalogOffset),
        maximumSize: getU64(view, VOLUME_HEADER.maximumSize),
        volumeId: getGuid(bytes, VOLUME_HEADER.volumeId),
        storageId: getGuid(bytes, VOLUME_HEADER.storageId),
    };
}
export function decodeRecordHeader(record) {
    const view = viewOf(record);
    return {
        guid: getGuid(record, RECORD.guid),
        version: view.getUint32(RECORD.version, true),
        recordType: view.getUint32(RECORD.recordType, true),
        ownOffset: getU64(view, RECORD.ownOffset),
        nextOffset: getU64(view, RECORD.nextOffset),
    };
}
export function catalogEntryOffset(index) {
    return RECORD_HEADER_SIZE + index * CATALOG_ENTRY_SIZE;
}
export function catalogEntryType(view, at) {
    return getU64(view, at + COPY_ENTRY.entryType);
}
export function decodeCopyEntry(record, view, at) {
    return {
        storeGuid: getGuid(record, at + COPY_ENTRY.storeGuid),
        volumeSize: getU64(view, at + COPY_ENTRY.volumeSize),
        sequence: getU64(view, at + COPY_ENTRY.sequence),
        flags: view.getUint32(at + COPY_ENTRY.flags, true),
        createdAt: at + COPY_ENTRY.created,
    };
}
export function decodeLocationEntry(record, view, at) {
    return {
        storeGuid: getGuid(record, at + LOCATION_ENTRY.storeGuid),
        storeHeader: getU64(view, at + LOCATION_ENTRY.storeHeader),
        blockList: getU64(view, at + LOCATION_ENTRY.blockList),
        currentBitmap: getU64(view, at + LOCATION_ENTRY.currentBitmap),
        previousBitmap: getU64(view, at + LOCATION_ENTRY.previousBitmap),
        allocatedSize: getU64(view, at + LOCATION_ENTRY.allocatedSize),
    };
}
export function descriptorOffset(index) {
    return RECORD_HEADER_SIZE + index * DESCRIPTOR_SIZE;
}
export const descriptorOriginal = (view, at) => getU64(view, at + DESCRIPTOR.original);
export const descriptorRelative = (view, at) => getU64(view, at + DESCRIPTOR.relative);
export const descriptorStore = (view, at) => getU64(view, at + DESCRIPTOR.store);
export const descriptorFlags = (view, at) => view.getUint32(at + DESCRIPTOR.flags, true);
export const descriptorBitmap = (view, at) => view.getUint32(at + DESCRIPTOR.bitmap, true);
/** Returns null where a string runs past the record. */
export function decodeStoreInfo(record) {
    const view = viewOf(record);
    const originating = decodeString(view, STORE_INFO.strings);
    const service = originating === null ? null : decodeString(view, originating.end);
    if (originating === null || service === null)
        return null;
    return {
        copyId: getGuid(record, STORE_INFO.copyId),
        setId: getGuid(record, STORE_INFO.setId),
        context: view.getUint32(STORE_INFO.context, true),
        attributes: view.getUint32(STORE_INFO.attributes, true),
        originatingMachine: originating.text,
        serviceMachine: service.text,
    };
}
function decodeString(view, at) {
    if (at + 2 > view.byteLength)
        return null;
    const size = view.getUint16(at, true);
    const end = at + 2 + size;
    if (size % 2 !== 0 || end > view.byteLength)
        return null;
    return { text: getUtf16(view, at + 2, size / 2).replace(/\0.*$/s, ''), end };
}
const CONTEXTS = {
    0: 'Backup',
    9: 'ApplicationRollback',
    13: 'ClientAccessibleWriters',
    16: 'FileShareBackup',
    25: 'DataVolumeRollback',
    29: 'ClientAccessible',
};
/** The word vssadmin prints after `Type:`. */
export function contextName(context) {
    return CONTEXTS[context] ?? `0x${context.toString(16)}`;
}
const ATTRIBUTES = [
    [0x1, 'Persistent'],
    [0x4, 'Client-accessible'],
    [0x2, 'No auto recovery'],
    [0x8, 'No auto release'],
    [0x10, 'No writers'],
    [0x20, 'Transportable'],
    [0x40, 'Not surfaced'],
    [0x80, 'Not transacted'],
    [0x1_0000, 'Hardware assisted'],
    [0x2_0000, 'Differential'],
    [0x4_0000, 'Plex'],
    [0x8_0000, 'Imported'],
    [0x10_0000, 'Exposed locally'],
    [0x20_0000, 'Exposed remotely'],
    [0x40_0000, 'Auto recovered'],
    [0x80_0000, 'Rollback recovery'],
    [0x100_0000, 'Delayed post-snapshot'],
    [0x200_0000, 'TxF recovery'],
];
/** The words vssadmin prints after `Attributes:`, in its order. */
export function attributeNames(attributes) {
    return ATTRIBUTES.filter(([bit]) => (attributes & bit) !== 0).map(([, name]) => name);
}

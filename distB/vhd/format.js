/**
 * What a VHD file is made of (Microsoft's "Virtual Hard Disk Image Format Specification" 1.0). Everything is big-endian,
 * except the text of Windows parent locators. Layout only: whether the values make sense is judged elsewhere.
 *
 *   fixed:                 payload ............................................ footer
 *   dynamic, differencing: footer copy, dynamic header, BAT, blocks (bitmap + payload) ... footer
 */
import { getU64Be, hasAscii, viewOf } from "../base/bytes.js";
export const SECTOR_SIZE = 512;
export const FOOTER_SIZE = 512;
/** Virtual PC before 2004 wrote one byte less. */
export const FOOTER_SIZE_OLD = 511;
export const DYNAMIC_HEADER_SIZE = 1024;
export const FOOTER_COOKIE = 'conectix';
export const DYNAMIC_HEADER_COOKIE = 'cxsparse';
export const VERSION_1_0 = 0x0001_0000;
/** BAT entry of a block that was never written. */
export const UNALLOCATED = 0xffff_ffff;
export const DISK_TYPE = { fixed: 2, dynamic: 3, differencing: 4 };
export const FOOTER = {
    cookie: 0, // 8 bytes
    features: 8, // u32
    fileFormatVersion: 12, // u32
    dataOffset: 16, // u64, of the dynamic header; all ones in fixed disks
    timestamp: 24, // u32, seconds since 2000-01-01 UTC
    creatorApplication: 28, // 4 bytes
    creatorVersion: 32, // u32
    creatorHostOs: 36, // 4 bytes
    originalSize: 40, // u64
    currentSize: 48, // u64
    cylinders: 56, // u16
    heads: 58, // u8
    sectorsPerTrack: 59, // u8
    diskType: 60, // u32
    checksum: 64, // u32
    uniqueId: 68, // 16 bytes
    savedState: 84, // u8
    // 85: 427 reserved bytes
};
export const DYNAMIC_HEADER = {
    cookie: 0, // 8 bytes
    dataOffset: 8, // u64, unused: all ones
    tableOffset: 16, // u64
    headerVersion: 24, // u32
    maxTableEntries: 28, // u32
    blockSize: 32, // u32
    checksum: 36, // u32
    parentUniqueId: 40, // 16 bytes
    parentTimestamp: 56, // u32
    // 60: 4 reserved bytes
    parentUnicodeName: 64, // 512 bytes, UTF-16
    parentLocators: 576, // 8 entries of 24 bytes
    // 768: 256 reserved bytes
};
const PARENT_NAME_UNITS = 256;
const PARENT_LOCATOR_ENTRY = {
    platformCode: 0, // 4 bytes
    platformDataSpace: 4, // u32: sectors by the specification, bytes as Windows writes it; not needed to read
    platformDataLength: 8, // u32, bytes
    // 12: 4 reserved bytes
    platformDataOffset: 16, // u64
};
const PARENT_LOCATOR_COUNT = 8;
const PARENT_LOCATOR_SIZE = 24;
/** Decodes 511 or 512 bytes. */
export function decodeFooter(bytes) {
    const view = viewOf(bytes);
    return {
        hasCookie: hasAscii(bytes, FOOTER.cookie, FOOTER_COOKIE),
        features: view.getUint32(FOOTER.features),
        fileFormatVersion: view.getUint32(FOOTER.fileFormatVersion),
        dataOffset: getU64Be(view, FOOTER.dataOffset),
        timestampMs: timestampMs(view.getUint32(FOOTER.timestamp)),
        creatorApplication: ascii(bytes, FOOTER.creatorApplication, 4),
        creatorVersion: view.getUint32(FOOTER.creatorVersion),
        creatorHostOs: ascii(bytes, FOOTER.creatorHostOs, 4),
        originalSize: getU64Be(view, FOOTER.originalSize),
        currentSize: getU64Be(view, FOOTER.currentSize),
        cylinders: view.getUint16(FOOTER.cylinders),
        heads: view.getUint8(FOOTER.heads),
        sectorsPerTrack: view.getUint8(FOOTER.sectorsPerTrack),
        diskType: view.getUint32(FOOTER.diskType),
        checksum: view.getUint32(FOOTER.checksum),
        checksumComputed: checksum(bytes, FOOTER.checksum),
        uniqueId: uuid(bytes, FOOTER.uniqueId),
        savedState: view.getUint8(FOOTER.savedState),
    };
}
export function decodeDynamicHeader(bytes) {
    const view = viewOf(bytes);
    return {
        hasCookie: hasAscii(bytes, DYNAMIC_HEADER.cookie, DYNAMIC_HEADER_COOKIE),
        tableOffset: getU64Be(view, DYNAMIC_HEADER.tableOffset),
        headerVersion: view.getUint32(DYNAMIC_HEADER.headerVersion),
        maxTableEntries: view.getUint32(DYNAMIC_HEADER.maxTableEntries),
        blockSize: view.getUint32(DYNAMIC_HEADER.blockSize),
        checksum: view.getUint32(DYNAMIC_HEADER.checksum),
        checksumComputed: checksum(bytes, DYNAMIC_HEADER.checksum),
        parentUniqueId: uuid(bytes, DYNAMIC_HEADER.parentUniqueId),
        parentTimestampMs: timestampMs(view.getUint32(DYNAMIC_HEADER.parentTimestamp)),
        parentUnicodeName: utf16Be(view, DYNAMIC_HEADER.parentUnicodeName, PARENT_NAME_UNITS),
        parentLocators: Array.from({ length: PARENT_LOCATOR_COUNT }, (_, i) => decodeParentLocator(bytes, view, DYNAMIC_HEADER.parentLocators + i * PARENT_LOCATOR_SIZE)),
    };
}
function decodeParentLocator(bytes, view, at) {
    return {
        platformCode: ascii(bytes, at + PARENT_LOCATOR_ENTRY.platformCode, 4),
        platformDataSpace: view.getUint32(at + PARENT_LOCATOR_ENTRY.platformDataSpace),
        platformDataLength: view.getUint32(at + PARENT_LOCATOR_ENTRY.platformDataLength),
        platformDataOffset: getU64Be(view, at + PARENT_LOCATOR_ENTRY.platformDataOffset),
    };
}
/** One's complement of the sum of all bytes, the checksum field itself taken as zero. */
export function checksum(bytes, field) {
    let sum = 0;
    for (let i = 0; i < bytes.length; i++)
        if (i < field || i >= field + 4)
            sum += bytes[i];
    return ~sum >>> 0;
}
function timestampMs(seconds) {
    return Date.UTC(2000, 0, 1) + seconds * 1000;
}
function ascii(bytes, offset, length) {
    return String.fromCharCode(...bytes.subarray(offset, offset + length));
}
/** Identifiers are 16 bytes in order, unlike the GUIDs of VHDX and GPT. */
function uuid(bytes, offset) {
    let text = '';
    for (let i = 0; i < 16; i++) {
        text += bytes[offset + i].toString(16).padStart(2, '0');
        if (i === 3 || i === 5 || i === 7 || i === 9)
            text += '-';
    }
    return text;
}
/** Text up to its NUL. */
function utf16Be(view, offset, units) {
    let text = '';
    for (let i = 0; i < units; i++) {
        const unit = view.getUint16(offset + 2 * i);
        if (unit === 0)
            break;
        text += String.fromCharCode(unit);
    }
    return text;
}

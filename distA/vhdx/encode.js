/**
 * The structures of format.ts, as bytes. Encodes and nothing else: what a value must be is the caller's business, and
 * where it stands is said in format.ts.
 */
import { setAscii, setU64, setUtf16, viewOf } from "../base/bytes.js";
import { setGuid } from "../base/guid.js";
import { CREATOR_UNITS, FILE_IDENTIFIER, FILE_SIGNATURE, HEADER, HEADER_SIGNATURE, LOCATOR, LOCATOR_ENTRY, LOCATOR_TYPE_VHDX, METADATA_ENTRY, METADATA_SIGNATURE, METADATA_TABLE, REGION_ENTRY, REGION_TABLE, REGION_TABLE_SIGNATURE, } from "./format.js";
import { checksumWithout } from "./header.js";
export function encodeFileIdentifier(creator) {
    const bytes = new Uint8Array(FILE_IDENTIFIER.SIZE);
    setAscii(bytes, FILE_IDENTIFIER.signature, FILE_SIGNATURE);
    setUtf16(viewOf(bytes), FILE_IDENTIFIER.creator, creator.slice(0, CREATOR_UNITS));
    return bytes;
}
/** The 4 KiB of a header, its checksum computed. */
export function encodeHeader(header) {
    const bytes = new Uint8Array(HEADER.SIZE);
    const view = viewOf(bytes);
    setAscii(bytes, HEADER.signature, HEADER_SIGNATURE);
    view.setBigUint64(HEADER.sequenceNumber, header.sequenceNumber, true);
    setGuid(bytes, HEADER.fileWriteGuid, header.fileWriteGuid);
    setGuid(bytes, HEADER.dataWriteGuid, header.dataWriteGuid);
    setGuid(bytes, HEADER.logGuid, header.logGuid);
    view.setUint16(HEADER.logVersion, header.logVersion, true);
    view.setUint16(HEADER.version, header.version, true);
    view.setUint32(HEADER.logLength, header.logLength, true);
    setU64(view, HEADER.logOffset, header.logOffset);
    view.setUint32(HEADER.checksum, checksumWithout(bytes, HEADER.checksum), true);
    return bytes;
}
/** The 64 KiB of a region table, its checksum computed. */
export function encodeRegionTable(entries) {
    const bytes = new Uint8Array(REGION_TABLE.SIZE);
    const view = viewOf(bytes);
    setAscii(bytes, REGION_TABLE.signature, REGION_TABLE_SIGNATURE);
    view.setUint32(REGION_TABLE.entryCount, entries.length, true);
    for (const [index, entry] of entries.entries()) {
        const at = REGION_TABLE.ENTRIES + index * REGION_ENTRY.SIZE;
        setGuid(bytes, at + REGION_ENTRY.guid, entry.guid);
        setU64(view, at + REGION_ENTRY.fileOffset, entry.fileOffset);
        view.setUint32(at + REGION_ENTRY.length, entry.length, true);
        view.setUint32(at + REGION_ENTRY.flags, entry.required ? 1 : 0, true);
    }
    view.setUint32(REGION_TABLE.checksum, checksumWithout(bytes, REGION_TABLE.checksum), true);
    return bytes;
}
/** The metadata table and, behind its 64 KiB, the items one after another, each on a multiple of 8. */
export function encodeMetadata(items) {
    const length = items.reduce((sum, item) => sum + roundUp8(item.bytes.length), METADATA_TABLE.SIZE);
    const bytes = new Uint8Array(length);
    const view = viewOf(bytes);
    setAscii(bytes, METADATA_TABLE.signature, METADATA_SIGNATURE);
    view.setUint16(METADATA_TABLE.entryCount, items.length, true);
    let offset = METADATA_TABLE.SIZE;
    for (const [index, item] of items.entries()) {
        const at = METADATA_TABLE.ENTRIES + index * METADATA_ENTRY.SIZE;
        setGuid(bytes, at + METADATA_ENTRY.itemId, item.itemId);
        view.setUint32(at + METADATA_ENTRY.offset, offset, true);
        view.setUint32(at + METADATA_ENTRY.length, item.bytes.length, true);
        view.setUint32(at + METADATA_ENTRY.flags, (item.isVirtualDisk ? 2 : 0) | (item.isRequired ? 4 : 0), true);
        bytes.set(item.bytes, offset);
        offset += roundUp8(item.bytes.length);
    }
    return bytes;
}
function roundUp8(length) {
    return (length + 7) & ~7;
}
/** File parameters (2.6.2.1): 8 bytes. */
export function encodeFileParameters(blockSize, leaveBlockAllocated, hasParent) {
    const bytes = new Uint8Array(8);
    const view = viewOf(bytes);
    view.setUint32(0, blockSize, true);
    view.setUint32(4, (leaveBlockAllocated ? 1 : 0) | (hasParent ? 2 : 0), true);
    return bytes;
}
export function encodeU32(value) {
    const bytes = new Uint8Array(4);
    viewOf(bytes).setUint32(0, value, true);
    return bytes;
}
export function encodeU64(value) {
    const bytes = new Uint8Array(8);
    setU64(viewOf(bytes), 0, value);
    return bytes;
}
export function encodeGuid(guid) {
    const bytes = new Uint8Array(16);
    setGuid(bytes, 0, guid);
    return bytes;
}
/** A parent locator (2.6.2.6) with these pairs, in order. */
export function encodeLocator(pairs) {
    const start = LOCATOR.ENTRIES + pairs.length * LOCATOR_ENTRY.SIZE;
    const bytes = new Uint8Array(pairs.reduce((sum, [key, value]) => sum + 2 * (key.length + value.length), start));
    const view = viewOf(bytes);
    setGuid(bytes, LOCATOR.locatorType, LOCATOR_TYPE_VHDX);
    view.setUint16(LOCATOR.keyValueCount, pairs.length, true);
    let offset = start;
    for (const [index, [key, value]] of pairs.entries()) {
        const at = LOCATOR.ENTRIES + index * LOCATOR_ENTRY.SIZE;
        view.setUint32(at + LOCATOR_ENTRY.keyOffset, offset, true);
        view.setUint16(at + LOCATOR_ENTRY.keyLength, 2 * key.length, true);
        setUtf16(view, offset, key);
        offset += 2 * key.length;
        view.setUint32(at + LOCATOR_ENTRY.valueOffset, offset, true);
        view.setUint16(at + LOCATOR_ENTRY.valueLength, 2 * value.length, true);
        setUtf16(view, offset, value);
        offset += 2 * value.length;
    }
    return bytes;
}
/** A BAT entry at this place of its page: state and file offset, a multiple of 1 MiB. */
export function setBatEntry(view, at, state, fileOffset) {
    const mib = fileOffset / 2 ** 20;
    view.setUint32(at, (((mib % 4096) << 20) | state) >>> 0, true);
    view.setUint32(at + 4, Math.floor(mib / 4096), true);
}

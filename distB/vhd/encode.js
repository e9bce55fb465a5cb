/** The structures of format.ts, as bytes. Encodes and nothing else. */
import { setAscii, viewOf } from "../base/bytes.js";
import { checksum, DISK_TYPE, DYNAMIC_HEADER, DYNAMIC_HEADER_COOKIE, DYNAMIC_HEADER_SIZE, FOOTER, FOOTER_COOKIE, FOOTER_SIZE, SECTOR_SIZE, VERSION_1_0, } from "./format.js";
const FEATURE_RESERVED = 2; // always set
const EPOCH_MS = Date.UTC(2000, 0, 1);
/**
 * Who readers take the current size from. Of others' disks qemu believes the geometry, which is smaller: a disk would
 * lose its end.
 */
const CREATOR = 'win ';
const CREATOR_VERSION = 0x000a_0000;
const HOST_WINDOWS = 'Wi2k';
/** The 512 bytes of a footer, its checksum computed. */
export function encodeFooter({ size, type, uniqueId, timestampMs }) {
    const bytes = new Uint8Array(FOOTER_SIZE);
    const view = viewOf(bytes);
    setAscii(bytes, FOOTER.cookie, FOOTER_COOKIE);
    view.setUint32(FOOTER.features, FEATURE_RESERVED);
    view.setUint32(FOOTER.fileFormatVersion, VERSION_1_0);
    view.setBigUint64(FOOTER.dataOffset, type === 'fixed' ? 0xffffffffffffffffn : BigInt(FOOTER_SIZE));
    view.setUint32(FOOTER.timestamp, Math.max(0, Math.floor((timestampMs - EPOCH_MS) / 1000)));
    setAscii(bytes, FOOTER.creatorApplication, CREATOR);
    view.setUint32(FOOTER.creatorVersion, CREATOR_VERSION);
    setAscii(bytes, FOOTER.creatorHostOs, HOST_WINDOWS);
    view.setBigUint64(FOOTER.originalSize, BigInt(size));
    view.setBigUint64(FOOTER.currentSize, BigInt(size));
    const { cylinders, heads, sectorsPerTrack } = geometryOf(size / SECTOR_SIZE);
    view.setUint16(FOOTER.cylinders, cylinders);
    view.setUint8(FOOTER.heads, heads);
    view.setUint8(FOOTER.sectorsPerTrack, sectorsPerTrack);
    view.setUint32(FOOTER.diskType, DISK_TYPE[type]);
    const digits = uniqueId.replaceAll('-', '');
    for (let i = 0; i < 16; i++)
        bytes[FOOTER.uniqueId + i] = Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16);
    view.setUint32(FOOTER.checksum, checksum(bytes, FOOTER.checksum));
    return bytes;
}
/** The 1024 bytes of a dynamic disk's header, its checksum computed. */
export function encodeDynamicHeader(tableOffset, entries, blockSize) {
    const bytes = new Uint8Array(DYNAMIC_HEADER_SIZE);
    const view = viewOf(bytes);
    setAscii(bytes, DYNAMIC_HEADER.cookie, DYNAMIC_HEADER_COOKIE);
    view.setBigUint64(DYNAMIC_HEADER.dataOffset, 0xffffffffffffffffn);
    view.setBigUint64(DYNAMIC_HEADER.tableOffset, BigInt(tableOffset));
    view.setUint32(DYNAMIC_HEADER.headerVersion, VERSION_1_0);
    view.setUint32(DYNAMIC_HEADER.maxTableEntries, entries);
    view.setUint32(DYNAMIC_HEADER.blockSize, blockSize);
    view.setUint32(DYNAMIC_HEADER.checksum, checksum(bytes, DYNAMIC_HEADER.checksum));
    return bytes;
}
const SECTORS_MAX = 65_535 * 16 * 255;
/** The geometry that the specification's appendix computes for a count of sectors: never larger than the disk. */
function geometryOf(total) {
    const sectors = Math.min(total, SECTORS_MAX);
    if (sectors >= 65_535 * 16 * 63) {
        return { cylinders: Math.floor(sectors / 255 / 16), heads: 16, sectorsPerTrack: 255 };
    }
    let sectorsPerTrack = 17;
    let tracks = Math.floor(sectors / sectorsPerTrack);
    let heads = Math.max(4, Math.ceil(tracks / 1024));
    if (tracks >= heads * 1024 || heads > 16) {
        sectorsPerTrack = 31;
        heads = 16;
        tracks = Math.floor(sectors / sectorsPerTrack);
    }
    if (tracks >= heads * 1024) {
        sectorsPerTrack = 63;
        heads = 16;
        tracks = Math.floor(sectors / sectorsPerTrack);
    }
    return { cylinders: Math.floor(tracks / heads), heads, sectorsPerTrack };
}

/**
 * On-disk layout of Windows dynamic disks (Logical Disk Manager). Big-endian throughout; sectors are those of the disk.
 *
 * Each disk of a group keeps a private header (PRIVHEAD, several copies), which names the disk and its group and leads to
 * the configuration area; there a table of contents (TOCBLOCK, several copies) leads to the database (VMDB), whose
 * records (VBLK) describe all volumes of the group: the same on each of its disks.
 *
 * This file declares and converts; it never judges. Callers pass whole structures.
 */
import { getU64Be, hasAscii, viewOf } from "../base/bytes.js";
import { parseGuid } from "../base/guid.js";
export const PRIVHEAD_SIZE = 512;
const PRIVHEAD = {
    magic: 0x000, //             8      "PRIVHEAD"
    sequence: 0x008, //          u32    not checked by known readers
    versionMajor: 0x00c, //      u16    2
    versionMinor: 0x00e, //      u16    11 (2000 to 2003) or 12 (Vista and newer)
    timestamp: 0x010, //         FILETIME
    // 0x018, 0x020, 0x028: u64 each, 0x7ff and 0x740 in the last two
    diskGuid: 0x030, //          64     ASCII, padded with NULs, as the next two
    hostGuid: 0x070, //          64
    groupGuid: 0x0b0, //         64
    groupName: 0x0f0, //         32     ASCII
    // 0x110: u16, 0x0200
    logicalStart: 0x11b, //      u64    first sector that volumes may use: their parts count from here
    logicalSize: 0x123, //       u64    sectors
    configStart: 0x12b, //       u64    sector of the disk
    configSize: 0x133, //        u64    sectors, 2048
    // 0x13b: number and size of TOCs, configs and logs; 0x163: u32, signature of the disk
};
export function decodePrivHead(bytes) {
    const view = viewOf(bytes);
    return {
        hasSignature: hasAscii(bytes, PRIVHEAD.magic, 'PRIVHEAD'),
        versionMajor: view.getUint16(PRIVHEAD.versionMajor),
        versionMinor: view.getUint16(PRIVHEAD.versionMinor),
        diskGuid: parseGuid(ascii(bytes, PRIVHEAD.diskGuid, 64)),
        groupGuid: parseGuid(ascii(bytes, PRIVHEAD.groupGuid, 64)),
        groupName: ascii(bytes, PRIVHEAD.groupName, 32),
        logicalStart: getU64Be(view, PRIVHEAD.logicalStart),
        logicalSize: getU64Be(view, PRIVHEAD.logicalSize),
        configStart: getU64Be(view, PRIVHEAD.configStart),
        configSize: getU64Be(view, PRIVHEAD.configSize),
    };
}
export const TOCBLOCK_SIZE = 512;
const TOCBLOCK = {
    magic: 0x00, //     8    "TOCBLOCK"
    sequence: 0x08, //  u32
    bitmaps: 0x24, //   two, "config" and "log"
};
const TOC_BITMAP = {
    name: 0, //    8    ASCII
    flags: 8, //   u16
    start: 10, //  u64  sectors from the start of the configuration area
    size: 18, //   u64  sectors
    // 26: u64, flags
    SIZE: 34,
};
/** The areas that a table of contents names, or null where there is none. */
export function decodeTocBlock(bytes) {
    if (!hasAscii(bytes, TOCBLOCK.magic, 'TOCBLOCK'))
        return null;
    const view = viewOf(bytes);
    return [0, 1].map((index) => {
        const at = TOCBLOCK.bitmaps + index * TOC_BITMAP.SIZE;
        return {
            name: ascii(bytes, at + TOC_BITMAP.name, 8),
            start: getU64Be(view, at + TOC_BITMAP.start),
            size: getU64Be(view, at + TOC_BITMAP.size),
        };
    });
}
export const VMDB_SIZE = 512;
export const STATUS_CONSISTENT = 1;
const VMDB = {
    magic: 0x00, //              4    "VMDB"
    lastSequence: 0x04, //       u32  of the VBLKs
    vblkSize: 0x08, //           u32  128
    vblkOffset: 0x0c, //         u32  bytes from here to the first VBLK, 512
    status: 0x10, //             u16  1: consistent, else a transaction was under way
    // 0x12: u16, 4; 0x14: u16, 10
    groupName: 0x16, //          31   ASCII
    groupGuid: 0x35, //          64   ASCII
    committed: 0x75, //          u64  sequence of the last transaction
    pending: 0x7d, //            u64
    volumeCount: 0x85, //        u32
    componentCount: 0x89, //     u32
    partitionCount: 0x8d, //     u32
    diskCount: 0x91, //          u32
    // 0xa1: the same four, pending; 0xbd: FILETIME
};
export function decodeVmdb(bytes) {
    const view = viewOf(bytes);
    return {
        hasSignature: hasAscii(bytes, VMDB.magic, 'VMDB'),
        vblkSize: view.getUint32(VMDB.vblkSize),
        vblkOffset: view.getUint32(VMDB.vblkOffset),
        status: view.getUint16(VMDB.status),
        groupName: ascii(bytes, VMDB.groupName, 31),
        groupGuid: parseGuid(ascii(bytes, VMDB.groupGuid, 64)),
        committed: view.getBigUint64(VMDB.committed),
        counts: {
            volumes: view.getUint32(VMDB.volumeCount),
            components: view.getUint32(VMDB.componentCount),
            partitions: view.getUint32(VMDB.partitionCount),
            disks: view.getUint32(VMDB.diskCount),
        },
    };
}
export const VBLK_HEADER_SIZE = 16;
const VBLK = {
    magic: 0x00, //      4    "VBLK"
    sequence: 0x04, //   u32
    recordId: 0x08, //   u32  the parts of one record share it
    partIndex: 0x0c, //  u16
    partCount: 0x0e, //  u16  0: the place is free
};
/** Null behind the last record. */
export function decodeVblkHeader(bytes, offset) {
    if (!hasAscii(bytes, offset + VBLK.magic, 'VBLK'))
        return null;
    const view = viewOf(bytes);
    return {
        recordId: view.getUint32(offset + VBLK.recordId),
        partIndex: view.getUint16(offset + VBLK.partIndex),
        partCount: view.getUint16(offset + VBLK.partCount),
    };
}
/** ASCII up to its NUL; what no name may hold is shown as a dot. */
export function ascii(bytes, offset, length) {
    let text = '';
    for (let i = offset; i < offset + length && bytes[i] !== 0; i++) {
        const code = bytes[i];
        text += code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : '.';
    }
    return text;
}

/**
 * On-disk layout of the VHDX log (MS-VHDX 2.3): a ring of 4 KiB sectors. An entry is its descriptor sectors (header
 * first), then one data sector for each data descriptor, in order. Declares and converts; log.ts judges.
 */
import { getU64, hasAscii, viewOf } from "../base/bytes.js";
import { getGuid } from "../base/guid.js";
export const LOG_SECTOR_SIZE = 4096;
export const LOG_ENTRY_SIGNATURE = 'loge';
export const LOG_ENTRY = {
    signature: 0, //          4 bytes "loge"
    checksum: 4, //           u32  CRC-32C of the whole entry in ring order, this field as zero
    entryLength: 8, //        u32  multiple of 4 KiB
    tail: 12, //              u32  offset in the log of the oldest entry still needed
    sequenceNumber: 16, //    u64  not 0; the next entry's is one more
    descriptorCount: 24, //   u32
    reserved: 28, //          u32
    logGuid: 32, //           guid that of the header whose log this is
    flushedFileOffset: 48, // u64  file size that was durable when this was written
    lastFileOffset: 56, //    u64  file size that holds every allocated object
    SIZE: 64,
};
export function isLogEntry(sector) {
    return hasAscii(sector, LOG_ENTRY.signature, LOG_ENTRY_SIGNATURE);
}
export function decodeLogEntryHeader(sector) {
    const view = viewOf(sector);
    return {
        checksum: view.getUint32(LOG_ENTRY.checksum, true),
        entryLength: view.getUint32(LOG_ENTRY.entryLength, true),
        tail: view.getUint32(LOG_ENTRY.tail, true),
        sequenceNumber: view.getBigUint64(LOG_ENTRY.sequenceNumber, true),
        descriptorCount: view.getUint32(LOG_ENTRY.descriptorCount, true),
        logGuid: getGuid(sector, LOG_ENTRY.logGuid),
        flushedFileOffset: getU64(view, LOG_ENTRY.flushedFileOffset),
        lastFileOffset: getU64(view, LOG_ENTRY.lastFileOffset),
    };
}
/** Where the checksum stands: it counts as zero in its own sum. */
export const LOG_ENTRY_CHECKSUM = LOG_ENTRY.checksum;
// --- 2.3.1.2 and 2.3.1.3 Descriptors ----------------------------------------------------------------------------
export const LOG_DESCRIPTOR_SIZE = 32;
/** Descriptors start after the entry header and go on from the first byte of each further descriptor sector. */
export const LOG_DESCRIPTORS_START = LOG_ENTRY.SIZE;
export const DATA_SIGNATURE = 'desc';
export const ZERO_SIGNATURE = 'zero';
export const LOG_DESCRIPTOR = {
    signature: 0, //       4 bytes "desc" or "zero"
    trailingBytes: 4, //   4 bytes that the data sector's own sequence number displaced (zero descriptor: reserved)
    leadingBytes: 8, //    8 bytes that its signature displaced (zero descriptor: u64 length, multiple of 4 KiB)
    fileOffset: 16, //     u64  multiple of 4 KiB
    sequenceNumber: 24, // u64  the entry's
};
/** The descriptor at this offset of its sector. */
export function decodeLogDescriptor(sector, at) {
    const view = viewOf(sector);
    const isData = hasAscii(sector, at + LOG_DESCRIPTOR.signature, DATA_SIGNATURE);
    const isZero = hasAscii(sector, at + LOG_DESCRIPTOR.signature, ZERO_SIGNATURE);
    return {
        kind: isData ? 'data' : isZero ? 'zero' : 'unknown',
        fileOffset: getU64(view, at + LOG_DESCRIPTOR.fileOffset),
        length: isData ? LOG_SECTOR_SIZE : getU64(view, at + LOG_DESCRIPTOR.leadingBytes),
        sequenceNumber: view.getBigUint64(at + LOG_DESCRIPTOR.sequenceNumber, true),
    };
}
// --- 2.3.1.4 Data sector ----------------------------------------------------------------------------------------
export const DATA_SECTOR_SIGNATURE = 'data';
export const DATA_SECTOR = {
    signature: 0, //       4 bytes "data"
    sequenceHigh: 4, //    u32
    data: 8, //            4084 bytes
    sequenceLow: 4092, //  u32
};
/** True when the sector is a data sector of the entry with this sequence number. */
export function isDataSectorOf(sector, sequenceHigh, sequenceLow) {
    const view = viewOf(sector);
    return (hasAscii(sector, DATA_SECTOR.signature, DATA_SECTOR_SIGNATURE) &&
        view.getUint32(DATA_SECTOR.sequenceHigh, true) === sequenceHigh &&
        view.getUint32(DATA_SECTOR.sequenceLow, true) === sequenceLow);
}
/** Puts back, in place, the 12 bytes of the page that the data sector's own fields displaced. */
export function restorePage(sector, descriptor) {
    sector.set(descriptor.subarray(LOG_DESCRIPTOR.leadingBytes, LOG_DESCRIPTOR.leadingBytes + 8), 0);
    sector.set(descriptor.subarray(LOG_DESCRIPTOR.trailingBytes, LOG_DESCRIPTOR.trailingBytes + 4), DATA_SECTOR.sequenceLow);
}
/** Sectors that hold the header and this many descriptors. */
export function descriptorSectors(count) {
    return Math.ceil((LOG_DESCRIPTORS_START + count * LOG_DESCRIPTOR_SIZE) / LOG_SECTOR_SIZE);
}

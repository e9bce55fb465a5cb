/**
 * Writes log entries (MS-VHDX 2.3.1).
 *
 * 1. Every entry stands alone: its tail is its own offset. It may be written only when all that the entry before it
 *    changed stands in the file, durably. Until it is durable itself, the entry before it is the active one; replaying
 *    that changes nothing.
 * 2. An entry never wraps, and none ends with the log: where it does not fit before the last sector, the log starts again
 *    at its beginning (of a sequence that goes on there qemu 7.2 replays a part, or never ends). No entry is longer than a quarter of the log, so the one before it, which
 *    must survive, is never what it overwrites.
 * 3. Sequence numbers rise for as long as the GUID stays; a new session takes a new GUID, so nothing older counts.
 */
import { setAscii, setU64, viewOf } from "../base/bytes.js";
import { crc32c } from "../base/crc32c.js";
import { setGuid } from "../base/guid.js";
import { DATA_SECTOR, DATA_SECTOR_SIGNATURE, DATA_SIGNATURE, descriptorSectors, LOG_DESCRIPTOR, LOG_DESCRIPTOR_SIZE, LOG_DESCRIPTORS_START, LOG_ENTRY, LOG_ENTRY_SIGNATURE, LOG_SECTOR_SIZE, } from "./log-format.js";
/** Descriptors that fit the first sector: an entry of more would need a second one. */
const DESCRIPTORS_MAX = (LOG_SECTOR_SIZE - LOG_DESCRIPTORS_START) / LOG_DESCRIPTOR_SIZE;
export class LogWriter {
    guid;
    /** Pages that one entry takes at most. */
    pagesMax;
    #file;
    #offset;
    #length;
    #head = 0;
    #sequenceNumber = 1n;
    constructor(file, place, guid) {
        this.#file = file;
        this.#offset = place.offset;
        this.#length = place.length;
        this.guid = guid;
        this.pagesMax = Math.min(DESCRIPTORS_MAX, Math.floor(place.length / LOG_SECTOR_SIZE / 4) - 1);
    }
    /** Writes one entry that changes these pages, at most `pagesMax`. `fileSize` is durable. Does not flush. */
    append(pages, fileSize) {
        const length = (descriptorSectors(pages.length) + pages.length) * LOG_SECTOR_SIZE;
        if (this.#head + length >= this.#length)
            this.#head = 0;
        const entry = encodeEntry(pages, {
            length,
            tail: this.#head,
            sequenceNumber: this.#sequenceNumber,
            logGuid: this.guid,
            fileSize,
        });
        this.#file.write(this.#offset + this.#head, entry);
        this.#head += length;
        this.#sequenceNumber++;
    }
}
function encodeEntry(pages, fields) {
    const bytes = new Uint8Array(fields.length);
    const view = viewOf(bytes);
    setAscii(bytes, LOG_ENTRY.signature, LOG_ENTRY_SIGNATURE);
    view.setUint32(LOG_ENTRY.entryLength, fields.length, true);
    view.setUint32(LOG_ENTRY.tail, fields.tail, true);
    view.setBigUint64(LOG_ENTRY.sequenceNumber, fields.sequenceNumber, true);
    view.setUint32(LOG_ENTRY.descriptorCount, pages.length, true);
    setGuid(bytes, LOG_ENTRY.logGuid, fields.logGuid);
    setU64(view, LOG_ENTRY.flushedFileOffset, fields.fileSize);
    setU64(view, LOG_ENTRY.lastFileOffset, fields.fileSize);
    let sector = descriptorSectors(pages.length) * LOG_SECTOR_SIZE;
    for (const [index, page] of pages.entries()) {
        const at = LOG_DESCRIPTORS_START + index * LOG_DESCRIPTOR_SIZE;
        setAscii(bytes, at + LOG_DESCRIPTOR.signature, DATA_SIGNATURE);
        bytes.set(page.bytes.subarray(DATA_SECTOR.sequenceLow), at + LOG_DESCRIPTOR.trailingBytes);
        bytes.set(page.bytes.subarray(0, DATA_SECTOR.data), at + LOG_DESCRIPTOR.leadingBytes);
        setU64(view, at + LOG_DESCRIPTOR.fileOffset, page.offset);
        view.setBigUint64(at + LOG_DESCRIPTOR.sequenceNumber, fields.sequenceNumber, true);
        bytes.set(page.bytes, sector);
        setAscii(bytes, sector + DATA_SECTOR.signature, DATA_SECTOR_SIGNATURE);
        view.setUint32(sector + DATA_SECTOR.sequenceHigh, Number(fields.sequenceNumber >> 32n), true);
        view.setUint32(sector + DATA_SECTOR.sequenceLow, Number(fields.sequenceNumber & 0xffffffffn), true);
        sector += LOG_SECTOR_SIZE;
    }
    view.setUint32(LOG_ENTRY.checksum, crc32c(bytes), true); // the field counts as zero, and still is
    return bytes;
}

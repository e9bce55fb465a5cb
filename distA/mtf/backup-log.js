/**
 * A log file as far as a backup holds it: its virtual logs in their places, and the log blocks that the backup needed in theirs.
 *
 * What a backup does not hold are log blocks before its own (zeros stand there) and the log's file header, which is made
 * anew with what the backup says of the file. So it tells what a log tells, and is not the file that the server had.
 */
import { setGuid } from "../base/guid.js";
import { MemoryFile } from "../io/memory-file.js";
import { requireRange } from "../map/address-map.js";
import { FileMap } from "../map/maps.js";
import { HEADER_SIZE, PAGE, PAGE_SIZE, PageType } from "../mdf/page.js";
import { pageChecksum } from "../mdf/page-protection.js";
import { LEAD } from "./backup-set.js";
const SECTOR = 512;
const VLF_SIGNATURE = 0xab;
const VLFS_MAX = 100_000;
const FLAG_CHECKSUM = 0x200;
/** The file header's record: no fixed columns to speak of, 47 columns, of which the first 28 variable ones matter here. */
const HEADER = { columns: 47, variable: 28, bindingId: 0, fileId: 2, fileGroup: 3, size: 4, sectorSize: 15, name: 27 };
export class BackupLog {
    size;
    /** Ascending, without overlaps; zeros between. */
    #segments = [];
    constructor(logs, file, bindingId) {
        this.size = file.size;
        const unique = new Map(logs.map((log) => [log.place.offset, log]));
        for (const log of logs)
            if (log.pieces.length > 0)
                unique.set(log.place.offset, log);
        const sound = [...unique.values()].filter(({ place }) => isSound(place, file.size));
        sound.sort((a, b) => a.place.offset - b.place.offset).splice(VLFS_MAX);
        const made = new FileMap(new MemoryFile(madeParts(sound, file, bindingId), file.logicalName));
        let end = 0;
        const add = (segment) => {
            if (segment.offset < end || segment.length <= 0)
                return;
            this.#segments.push(segment);
            end = segment.offset + segment.length;
        };
        add({ offset: 0, length: PAGE_SIZE, map: made, from: 0 });
        for (const [i, { place, pieces, map }] of sound.entries()) {
            add({ offset: place.offset, length: SECTOR, map: made, from: PAGE_SIZE + i * SECTOR });
            let at = place.start;
            for (const piece of pieces) {
                const length = Math.min(piece.length - LEAD, place.end - at);
                if (at >= place.offset + SECTOR)
                    add({ offset: at, length, map, from: piece.offset + LEAD });
                at += length;
            }
        }
    }
    resolve(offset, length, at, sink) {
        requireRange(this, offset, length);
        const end = offset + length;
        let done = offset;
        for (let i = this.#firstAfter(offset); i < this.#segments.length && done < end; i++) {
            const segment = this.#segments[i];
            if (segment.offset >= end)
                break;
            if (segment.offset > done)
                sink.zero(at + done - offset, segment.offset - done);
            const from = Math.max(done, segment.offset);
            const to = Math.min(end, segment.offset + segment.length);
            segment.map.resolve(segment.from + from - segment.offset, to - from, at + from - offset, sink);
            done = to;
        }
        if (done < end)
            sink.zero(at + done - offset, end - done);
    }
    /** Index of the first segment that ends behind this offset. */
    #firstAfter(offset) {
        let [low, high] = [0, this.#segments.length];
        while (low < high) {
            const middle = (low + high) >>> 1;
            const { offset: start, length } = this.#segments[middle];
            if (start + length > offset)
                high = middle;
            else
                low = middle + 1;
        }
        return low;
    }
}
/** Inside the file, and what is said to be in the backup inside the virtual log. */
function isSound({ offset, size, start, end }, fileSize) {
    const inFile = offset >= PAGE_SIZE && size >= PAGE_SIZE && offset + size <= fileSize;
    const hasBlocks = start === 0 && end === 0 ? true : start >= offset && start <= end && end <= offset + size;
    return inFile && offset % SECTOR === 0 && start % SECTOR === 0 && hasBlocks;
}
/** The file header's page, and the first sector of each virtual log behind it. */
function madeParts(logs, file, bindingId) {
    const bytes = new Uint8Array(PAGE_SIZE + logs.length * SECTOR);
    bytes.set(headerPage(file, bindingId));
    for (const [i, { place }] of logs.entries()) {
        const at = PAGE_SIZE + i * SECTOR;
        const view = new DataView(bytes.buffer, at, SECTOR);
        bytes[at] = VLF_SIGNATURE;
        bytes[at + 1] = place.parity;
        view.setUint16(2, place.format, true);
        view.setUint32(4, place.sequence, true);
        view.setUint32(12, place.sequence === 0 ? 0 : 1, true);
        view.setBigUint64(16, BigInt(place.size), true);
        view.setBigUint64(24, BigInt(place.offset), true);
        view.setUint32(32, place.created.file, true);
        view.setUint32(36, place.created.block, true);
        view.setUint16(40, place.created.slot, true);
    }
    return bytes;
}
function headerPage(file, bindingId) {
    const words = new Uint32Array(PAGE_SIZE / 4);
    const bytes = new Uint8Array(words.buffer);
    const view = new DataView(words.buffer);
    const values = Array.from({ length: HEADER.variable }, () => new Uint8Array(0));
    values[HEADER.bindingId] = new Uint8Array(16);
    setGuid(values[HEADER.bindingId], 0, bindingId);
    values[HEADER.fileId] = new Uint8Array(new Uint16Array([file.fileId]).buffer);
    values[HEADER.fileGroup] = new Uint8Array(2);
    values[HEADER.size] = new Uint8Array(new Uint32Array([Math.floor(file.size / PAGE_SIZE)]).buffer);
    values[HEADER.sectorSize] = new Uint8Array(new Uint32Array([SECTOR]).buffer);
    values[HEADER.name] = new Uint8Array(Buffer.from(file.logicalName.slice(0, 128), 'utf16le'));
    const at = HEADER_SIZE;
    bytes.set([0x30, 0, 8, 0, 0, 0, 0, 0, HEADER.columns, 0], at);
    const counts = at + 10 + Math.ceil(HEADER.columns / 8);
    view.setUint16(counts, values.length, true);
    let end = counts + 2 + 2 * values.length;
    for (const [i, value] of values.entries()) {
        bytes.set(value, end);
        end += value.length;
        view.setUint16(counts + 2 + 2 * i, end - at, true);
    }
    bytes[PAGE.headerVersion] = 1;
    bytes[PAGE.type] = PageType.fileHeader;
    view.setUint16(PAGE.flagBits, FLAG_CHECKSUM, true);
    view.setUint16(PAGE.slotCount, 1, true);
    view.setUint16(PAGE.freeData, end, true);
    view.setUint16(PAGE.fileId, file.fileId, true);
    view.setUint16(PAGE_SIZE - 2, at, true);
    view.setUint32(PAGE.tornBits, pageChecksum(words), true);
    return bytes;
}

/**
 * The log (MS-VHDX 2.3): which of its entries are still to be applied.
 *
 * A sector of the ring is one of: entry header, descriptor sector, data sector, known by its first four bytes. Two
 * valid entries can therefore never overlap, and one pass from the start finds every entry there is: an entry that
 * fails to validate stops at the next header at the latest, so the pass reads each sector at most twice.
 *
 * 1. An entry is valid when its header, every descriptor, every data sector and the checksum over all of them agree. A
 *    descriptor that would change the identifier, the headers or the log itself makes its entry invalid.
 * 2. Entries whose sequence numbers follow one another, each starting where the last one ends (around the ring), form a
 *    sequence. It counts when the tail named by its last entry is the start of one of its entries.
 * 3. Active is the sequence that counts and has the highest last sequence number. Applied are its entries from the tail
 *    to the last.
 * 4. Numbers from disk bound nothing before they are checked against the ring's own length.
 */
import { alignUp, hex, KIB, MIB } from "../base/bytes.js";
import { crc32c } from "../base/crc32c.js";
import { readMap } from "../map/read-map.js";
import { decodeLogDescriptor, decodeLogEntryHeader, descriptorSectors, isDataSectorOf, isLogEntry, LOG_DESCRIPTOR_SIZE, LOG_DESCRIPTORS_START, LOG_ENTRY_CHECKSUM, LOG_SECTOR_SIZE, } from "./log-format.js";
/** Below this a log may not write: identifier and headers are never logged. */
const TARGET_MIN = 192 * KIB;
const WINDOW = MIB;
/** The ring's sectors, through one window that is never larger than the ring. */
export class LogRing {
    offset;
    length;
    sectorCount;
    #container;
    #window;
    #start = -1;
    constructor(container, offset, length) {
        this.#container = container;
        this.offset = offset;
        this.length = length;
        this.sectorCount = length / LOG_SECTOR_SIZE;
        this.#window = new Uint8Array(Math.min(WINDOW, length));
    }
    /** Bytes of a sector, counted around the ring; valid until the next call. */
    sector(index) {
        const at = (index % this.sectorCount) * LOG_SECTOR_SIZE;
        const start = at - (at % this.#window.length);
        if (start !== this.#start) {
            this.#start = -1;
            readMap(this.#container, this.offset + start, this.#window);
            this.#start = start;
        }
        return this.#window.subarray(at - start, at - start + LOG_SECTOR_SIZE);
    }
}
/** Calls back for each descriptor of a valid entry, in order, with its place in the ring and its data sector's index. */
export function forEachDescriptor(ring, entry, visit) {
    const first = entry.offset / LOG_SECTOR_SIZE;
    let dataSector = first + descriptorSectors(entry.descriptorCount);
    for (let i = 0; i < entry.descriptorCount; i++) {
        const position = LOG_DESCRIPTORS_START + i * LOG_DESCRIPTOR_SIZE;
        const index = (first + Math.floor(position / LOG_SECTOR_SIZE)) % ring.sectorCount;
        const at = position % LOG_SECTOR_SIZE;
        const descriptor = decodeLogDescriptor(ring.sector(index), at);
        visit(descriptor, index * LOG_SECTOR_SIZE + at, dataSector % ring.sectorCount);
        if (descriptor.kind === 'data')
            dataSector++;
    }
}
/** Scans the whole ring for the entries that carry this GUID, and finds the active sequence. */
export function scanLog(ring, logGuid) {
    const entries = [];
    let defect = null;
    for (let index = 0; index < ring.sectorCount;) {
        const sector = ring.sector(index);
        const offset = index * LOG_SECTOR_SIZE;
        index++;
        if (!isLogEntry(sector))
            continue;
        const header = decodeLogEntryHeader(sector);
        if (header.logGuid !== logGuid)
            continue;
        const message = findEntryDefect(ring, index - 1, header);
        if (message === null) {
            entries.push({ ...header, offset });
            index += header.entryLength / LOG_SECTOR_SIZE - 1;
        }
        else
            defect ??= { offset, message };
    }
    return { active: findActiveSequence(entries, ring.length), entryCount: entries.length, defect };
}
/** What makes the entry at this sector invalid, or null. Cheap tests first; the checksum last. */
function findEntryDefect(ring, first, header) {
    const { entryLength, tail, sequenceNumber, descriptorCount } = header;
    if (entryLength % LOG_SECTOR_SIZE !== 0 || entryLength === 0 || entryLength >= ring.length) {
        return `entry length: expected a multiple of 4 KiB below ${hex(ring.length)}, found ${hex(entryLength)}`;
    }
    if (tail % LOG_SECTOR_SIZE !== 0 || tail >= ring.length) {
        return `tail: expected a multiple of 4 KiB below ${hex(ring.length)}, found ${hex(tail)}`;
    }
    if (sequenceNumber === 0n)
        return 'sequence number: expected more than 0';
    if (!(header.flushedFileOffset >= 0 && header.lastFileOffset >= 0))
        return 'file offsets beyond 2^53';
    if (LOG_DESCRIPTORS_START + descriptorCount * LOG_DESCRIPTOR_SIZE > entryLength) {
        return `${descriptorCount} descriptors do not fit an entry of ${hex(entryLength)} bytes`;
    }
    return findSectorsDefect(ring, first, header);
}
function findSectorsDefect(ring, first, header) {
    const { sequenceNumber, descriptorCount, checksum } = header;
    const sectors = header.entryLength / LOG_SECTOR_SIZE;
    const sequenceHigh = Number(sequenceNumber >> 32n);
    const sequenceLow = Number(sequenceNumber & 0xffffffffn);
    const descriptorEnd = descriptorSectors(descriptorCount);
    let dataDescriptors = 0;
    let crc = 0;
    for (let i = 0; i < sectors; i++) {
        const sector = ring.sector(first + i);
        if (i < descriptorEnd) {
            const start = i === 0 ? LOG_DESCRIPTORS_START : 0;
            const before = i === 0 ? 0 : (i * LOG_SECTOR_SIZE - LOG_DESCRIPTORS_START) / LOG_DESCRIPTOR_SIZE;
            const room = (LOG_SECTOR_SIZE - start) / LOG_DESCRIPTOR_SIZE;
            for (let k = 0; k < Math.min(room, descriptorCount - before); k++) {
                const descriptor = decodeLogDescriptor(sector, start + k * LOG_DESCRIPTOR_SIZE);
                const defect = findDescriptorDefect(ring, descriptor, sequenceNumber);
                if (defect !== null)
                    return `descriptor ${before + k}: ${defect}`;
                if (descriptor.kind === 'data')
                    dataDescriptors++;
            }
            if (i === descriptorEnd - 1 && descriptorEnd + dataDescriptors !== sectors) {
                return `entry length: expected ${hex((descriptorEnd + dataDescriptors) * LOG_SECTOR_SIZE)}, found ${hex(header.entryLength)}`;
            }
        }
        else if (!isDataSectorOf(sector, sequenceHigh, sequenceLow)) {
            return `data sector ${i - descriptorEnd} is not of sequence number ${sequenceNumber}: the entry is torn`;
        }
        crc = i === 0 ? checksumOfFirst(sector) : crc32c(sector, crc);
    }
    return crc === checksum ? null : `checksum: expected ${hex(crc)}, found ${hex(checksum)}`;
}
const ZERO_FIELD = new Uint8Array(4);
function checksumOfFirst(sector) {
    const before = crc32c(sector.subarray(0, LOG_ENTRY_CHECKSUM));
    return crc32c(sector.subarray(LOG_ENTRY_CHECKSUM + 4), crc32c(ZERO_FIELD, before));
}
function findDescriptorDefect(ring, descriptor, sequenceNumber) {
    const { kind, fileOffset, length } = descriptor;
    if (kind === 'unknown')
        return 'unknown signature';
    if (descriptor.sequenceNumber !== sequenceNumber)
        return `sequence number ${descriptor.sequenceNumber}`;
    if (!(fileOffset % LOG_SECTOR_SIZE === 0 && length % LOG_SECTOR_SIZE === 0))
        return 'not aligned to 4 KiB';
    if (!(fileOffset >= TARGET_MIN && fileOffset + length <= Number.MAX_SAFE_INTEGER)) {
        return `target ${hex(fileOffset)} is outside what a log may change`;
    }
    const meetsLog = length > 0 && fileOffset < ring.offset + ring.length && ring.offset < fileOffset + length;
    return meetsLog ? `target ${hex(fileOffset)}+${hex(length)} is the log itself` : null;
}
/** The chain of entries, each starting where the one before ends, that counts and ends highest. */
function findActiveSequence(entries, ringLength) {
    const byOffset = new Map(entries.map((entry) => [entry.offset, entry]));
    const after = (entry) => {
        const next = byOffset.get((entry.offset + entry.entryLength) % ringLength);
        return next !== undefined && next.sequenceNumber === entry.sequenceNumber + 1n ? next : undefined;
    };
    const followers = new Set();
    for (const entry of entries) {
        const next = after(entry);
        if (next !== undefined)
            followers.add(next);
    }
    let best = null;
    for (const head of entries) {
        if (followers.has(head))
            continue; // a chain is walked from its head only: sequence numbers rise, so each has one
        const chain = [];
        for (let entry = head; entry !== undefined; entry = after(entry))
            chain.push(entry);
        const last = chain.at(-1);
        const tail = chain.findIndex((entry) => entry.offset === last.tail);
        if (tail < 0 || (best !== null && best.last.sequenceNumber >= last.sequenceNumber))
            continue;
        best = { entries: chain.slice(tail), last };
    }
    return best;
}
/** True for a place a log can have: a ring of whole MiB behind the first one, inside the file, at most 1 GiB. */
export function isLogPlace(offset, length, fileSize) {
    const aligned = offset >= MIB && offset % MIB === 0 && length > 0 && length % MIB === 0;
    return aligned && length <= LOG_LENGTH_MAX && offset + length <= alignUp(fileSize, MIB);
}
/** MS-VHDX sets no bound. Windows writes 1 MiB; this keeps a hostile length from costing time and memory. */
const LOG_LENGTH_MAX = 1024 * MIB;

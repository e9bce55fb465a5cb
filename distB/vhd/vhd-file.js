/**
 * A virtual disk in a VHD file: fixed, dynamic or differencing (see format.ts for the layout).
 *
 * Invariants:
 * 1. The disk's size is the footer's current size. The CHS geometry only approximates it: Virtual PC showed its guests no
 *    more than the geometry's sectors, Disk2vhd and Hyper-V use all of the current size, and nothing is lost by doing so.
 * 2. A block's clear bits are the parent's sectors, or zeros where there is no parent; so are blocks without an entry.
 * 3. Damage costs the blocks concerned: a bad entry, an unreadable bitmap, payload beyond the end of the file are
 *    unreadable leaves.
 * 4. Memory is bounded by the BAT's pages and one bitmap, whatever the size of the disk.
 */
import { hex } from "../base/bytes.js";
import { finding } from "../disk/disk-image.js";
import { corrupt, StorageError } from "../errors.js";
import { requireRange, unreadable } from "../map/address-map.js";
import { BlockTable } from "./block-table.js";
import { checkBlocks } from "./check-vhd.js";
import { readDynamicHeader, readParentRequest } from "./dynamic-header.js";
import { chooseFooter, hasFooter } from "./footer.js";
import { DISK_TYPE, DYNAMIC_HEADER_SIZE, SECTOR_SIZE, UNALLOCATED } from "./format.js";
import { endOfRun, isSet, SectorBitmaps } from "./sector-bitmap.js";
/** True when the bytes call themselves a VHD, valid or not. */
export function isVhd(container) {
    return hasFooter(container);
}
export class VhdFile {
    format = 'vhd';
    type;
    name;
    size;
    logicalSectorSize = SECTOR_SIZE;
    blockSize;
    parent;
    findings;
    dataIdentity;
    #container;
    #choice;
    #header;
    #table;
    #bitmaps;
    /** Opens without reading payload. Throws `VHD_*` (kind corrupt), and what `openParent` throws. */
    static open(container, options) {
        return new VhdFile(container, options);
    }
    constructor(container, options) {
        const { name } = options;
        const choice = chooseFooter(container, name);
        const { footer } = choice;
        const findings = [...choice.findings];
        let header = null;
        let parent = null;
        if (footer.diskType === DISK_TYPE.fixed)
            findings.push(...fixedFindings(container, choice, name));
        else {
            const read = readDynamicHeader(container, footer, name);
            header = read.header;
            findings.push(...read.findings);
            if (footer.diskType === DISK_TYPE.differencing) {
                const asked = readParentRequest(container, footer, header, name);
                findings.push(...asked.findings);
                parent = options.openParent(asked.request);
            }
        }
        this.name = name;
        this.type = header === null ? 'fixed' : parent === null ? 'dynamic' : 'differencing';
        this.size = footer.currentSize;
        this.blockSize = header?.blockSize ?? null;
        this.parent = parent;
        this.findings = findings;
        this.dataIdentity = footer.uniqueId;
        this.#container = container;
        this.#choice = choice;
        this.#header = header;
        this.#table = header && new BlockTable(container, header.tableOffset, header.maxTableEntries, name);
        this.#bitmaps = header && new SectorBitmaps(container, header.blockSize);
    }
    resolve(offset, length, at, sink) {
        requireRange(this, offset, length);
        if (this.#table === null)
            this.#stored(offset, offset, length, at, sink);
        else
            this.#resolveBlocks(this.#table, this.blockSize, offset, length, at, sink);
    }
    #resolveBlocks(table, blockSize, offset, length, at, sink) {
        const end = offset + length;
        let from = offset;
        while (from < end) {
            const index = Math.floor(from / blockSize);
            if (index >= table.length) {
                sink.computed(at + from - offset, end - from, unreadable(table.missing(index)), 0);
                return;
            }
            let to = Math.min(end, (index + 1) * blockSize);
            const block = this.#locate(table, index);
            if (block === UNALLOCATED) {
                // many blocks without an entry are one range below
                for (let next = index + 1; to < end && next < table.length; next++) {
                    if (this.#locate(table, next) !== UNALLOCATED)
                        break;
                    to = Math.min(end, (next + 1) * blockSize);
                }
                this.#below(from, to - from, at + from - offset, sink);
            }
            else if (typeof block === 'number') {
                this.#resolveBlock(block, index * blockSize, from, to, at + from - offset, sink);
            }
            else
                sink.computed(at + from - offset, to - from, unreadable(block), 0);
            from = to;
        }
    }
    /** Offset in the file of the block's bitmap, UNALLOCATED, or why there is none. */
    #locate(table, index) {
        try {
            const sector = table.entry(index);
            if (sector === UNALLOCATED)
                return UNALLOCATED;
            return this.#findBlockDefect(table, index, sector * SECTOR_SIZE) ?? sector * SECTOR_SIZE;
        }
        catch (error) {
            if (StorageError.isDamage(error))
                return error;
            throw error;
        }
    }
    /** Why no block can lie at this offset, or null. Its payload may still be cut off by the end of the file. */
    #findBlockDefect(table, index, offset) {
        const { size } = this.#container;
        if (offset + this.#bitmaps.size > size) {
            return table.invalid(index, offset, `the file ends at ${hex(size)}`);
        }
        const end = offset + this.#bitmaps.size + this.blockSize;
        const headerOffset = this.#choice.footer.dataOffset;
        if (offset < SECTOR_SIZE)
            return table.invalid(index, offset, "on the footer's copy");
        if (offset < headerOffset + DYNAMIC_HEADER_SIZE && end > headerOffset) {
            return table.invalid(index, offset, 'on the dynamic header');
        }
        if (offset < table.placeOf(table.length) && end > table.placeOf(0)) {
            return table.invalid(index, offset, 'on the BAT');
        }
        return null;
    }
    /** Part of one block that is present: runs of sectors here, and of sectors below. */
    #resolveBlock(block, start, from, to, at, sink) {
        let bits;
        try {
            bits = this.#bitmaps.read(block);
        }
        catch (error) {
            if (!StorageError.isDamage(error))
                throw error;
            sink.computed(at, to - from, unreadable(error), 0);
            return;
        }
        const payload = block + this.#bitmaps.size;
        const sectors = Math.ceil((to - start) / SECTOR_SIZE);
        let offset = from;
        while (offset < to) {
            const sector = Math.floor((offset - start) / SECTOR_SIZE);
            const set = isSet(bits, sector);
            const end = Math.min(to, start + endOfRun(bits, sector, sectors) * SECTOR_SIZE);
            if (set)
                this.#stored(payload + offset - start, offset, end - offset, at + offset - from, sink);
            else
                this.#below(offset, end - offset, at + offset - from, sink);
            offset = end;
        }
    }
    /** Bytes of the file, as far as it goes. */
    #stored(fileOffset, offset, length, at, sink) {
        const limit = this.#table === null ? this.#payloadEnd : this.#container.size;
        const held = Math.max(0, Math.min(length, limit - fileOffset));
        if (held > 0)
            this.#container.resolve(fileOffset, held, at, sink);
        if (held < length) {
            const error = corrupt('VHD_PAYLOAD_OUTSIDE_FILE', `disk offset ${hex(offset + held)} should be at ${hex(fileOffset + held)}, the file's payload ends at ${hex(limit)}`, {
                image: this.name,
                structure: 'payload',
                offset: fileOffset + held,
                hint: 'the file was cut short: find a whole copy',
            });
            sink.computed(at + held, length - held, unreadable(error), 0);
        }
    }
    /** What shows through where this disk holds nothing. */
    #below(offset, length, at, sink) {
        const held = this.parent === null ? 0 : Math.max(0, Math.min(length, this.parent.size - offset));
        if (held > 0)
            this.parent.resolve(offset, held, at, sink);
        if (held < length)
            sink.zero(at + held, length - held);
    }
    /** A fixed disk's footer is no payload, whatever its size says. */
    get #payloadEnd() {
        return this.#choice.offset > 0 ? this.#choice.offset : this.#container.size;
    }
    describe() {
        const { footer, offset } = this.#choice;
        const header = this.#header;
        return {
            footerOffset: offset,
            creatorApplication: footer.creatorApplication.trim(),
            creatorVersion: hex(footer.creatorVersion),
            creatorHostOs: footer.creatorHostOs,
            timestamp: new Date(footer.timestampMs).toISOString(),
            originalSize: footer.originalSize,
            currentSize: footer.currentSize,
            geometry: { cylinders: footer.cylinders, heads: footer.heads, sectorsPerTrack: footer.sectorsPerTrack },
            geometrySize: footer.cylinders * footer.heads * footer.sectorsPerTrack * SECTOR_SIZE,
            diskType: footer.diskType,
            uniqueId: footer.uniqueId,
            savedState: footer.savedState !== 0,
            ...(header === null
                ? {}
                : {
                    tableOffset: header.tableOffset,
                    maxTableEntries: header.maxTableEntries,
                    blockSize: header.blockSize,
                }),
            ...(header === null || this.parent === null
                ? {}
                : {
                    parentUniqueId: header.parentUniqueId,
                    parentTimestamp: new Date(header.parentTimestampMs).toISOString(),
                    parentUnicodeName: header.parentUnicodeName,
                }),
        };
    }
    *check() {
        yield* this.findings;
        if (this.#table !== null) {
            const blocks = Math.ceil(this.size / this.blockSize);
            yield* checkBlocks(blocks, this.#table, this.#bitmaps.size + this.blockSize, this.#container.size, (index) => this.#locate(this.#table, index));
        }
    }
}
function fixedFindings(container, choice, image) {
    const { footer, offset } = choice;
    const held = offset > 0 ? offset : container.size;
    if (footer.currentSize === held)
        return [];
    const sizes = `${hex(footer.currentSize)} bytes, the file holds ${hex(held)}`;
    const at = { image, structure: 'footer', offset };
    const short = footer.currentSize > held;
    return [
        finding(short ? 'error' : 'warning', short
            ? { code: 'VHD_PAYLOAD_OUTSIDE_FILE', message: `the fixed disk has ${sizes}: its end cannot be read`, at }
            : { code: 'VHD_PAYLOAD_BEYOND_SIZE', message: `the fixed disk has ${sizes}: what is beyond is left out`, at }, 'VHD Hard Disk Footer Format'),
    ];
}

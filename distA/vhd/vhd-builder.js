/**
 * A new VHD in a file that nobody has seen: blocks are taken as they are written, in any order; table and footers come
 * last, with one flush, by `close`.
 *
 *   footer copy, dynamic header, BAT, blocks (bitmap + payload) ..., footer
 */
import { alignUp, GIB, MIB } from "../base/bytes.js";
import { invalidArgument } from "../errors.js";
import { encodeDynamicHeader, encodeFooter } from "./encode.js";
import { DYNAMIC_HEADER_SIZE, FOOTER_SIZE, SECTOR_SIZE, UNALLOCATED } from "./format.js";
/** What a BAT entry, a sector number of 32 bits, can reach, and what Windows takes. */
export const VHD_SIZE_MAX = 2040 * GIB;
const BLOCK_SIZE = 2 * MIB;
const BITMAP_SIZE = BLOCK_SIZE / SECTOR_SIZE / 8;
export class VhdBuilder {
    size;
    blockSize = BLOCK_SIZE;
    #file;
    /** Sector of each block's bitmap; 4 MiB for the largest disk. */
    #table;
    #end;
    /** Owns the file. Throws invalid-argument for a disk that cannot be. */
    constructor(file, size) {
        requireVhdSize(size);
        this.size = size;
        this.#file = file;
        this.#table = new Uint32Array(Math.ceil(size / BLOCK_SIZE)).fill(UNALLOCATED);
        this.#end = alignUp(FOOTER_SIZE + DYNAMIC_HEADER_SIZE + 4 * this.#table.length, SECTOR_SIZE);
        file.truncate(this.#end);
    }
    /** Writes whole sectors. */
    write(offset, bytes) {
        for (let done = 0; done < bytes.length;) {
            const block = Math.floor((offset + done) / BLOCK_SIZE);
            const from = offset + done - block * BLOCK_SIZE;
            const length = Math.min(bytes.length - done, BLOCK_SIZE - from);
            if (this.#table[block] === UNALLOCATED)
                this.#take(block);
            const start = this.#table[block] * SECTOR_SIZE + BITMAP_SIZE;
            this.#file.write(start + from, bytes.subarray(done, done + length));
            done += length;
        }
    }
    /** A block with all sectors present: what is not written is zero, as the file is where it grows. */
    #take(block) {
        this.#table[block] = this.#end / SECTOR_SIZE;
        this.#file.truncate(this.#end + BITMAP_SIZE + BLOCK_SIZE);
        this.#file.write(this.#end, new Uint8Array(BITMAP_SIZE).fill(0xff));
        this.#end += BITMAP_SIZE + BLOCK_SIZE;
    }
    close() {
        const footer = footerOf(this.size, 'dynamic');
        const table = new Uint8Array(4 * this.#table.length);
        const view = new DataView(table.buffer);
        for (const [block, sector] of this.#table.entries())
            view.setUint32(4 * block, sector);
        const tableOffset = FOOTER_SIZE + DYNAMIC_HEADER_SIZE;
        this.#file.write(FOOTER_SIZE, encodeDynamicHeader(tableOffset, this.#table.length, BLOCK_SIZE));
        this.#file.write(tableOffset, table);
        this.#file.write(this.#end, footer);
        this.#file.write(0, footer);
        this.#file.flush();
        this.#file.close();
    }
}
/** The footer behind the payload of a fixed VHD, or of a dynamic one, with a random id. */
export function footerOf(size, type) {
    return encodeFooter({ size, type, uniqueId: crypto.randomUUID(), timestampMs: Date.now() });
}
export function requireVhdSize(size) {
    if (size > 0 && size <= VHD_SIZE_MAX && size % SECTOR_SIZE === 0)
        return;
    throw invalidArgument('VHD_SIZE', `a VHD holds whole sectors up to 2040 GiB; this disk has ${size} bytes`, {
        hint: 'write a VHDX',
    });
}

/**
 * The bitmap before each block: one bit for each sector, the highest bit of a byte first. Set: the sector is in this
 * block. Clear: it is the parent's (differencing) or zero (dynamic).
 */
import { alignUp } from "../base/bytes.js";
import { readMap } from "../map/read-map.js";
import { SECTOR_SIZE } from "./format.js";
export class SectorBitmaps {
    /** Bytes that a bitmap takes in the file: whole sectors. */
    size;
    #container;
    #bits;
    #loaded = -1;
    constructor(container, blockSize) {
        const bytes = Math.ceil(blockSize / SECTOR_SIZE / 8);
        this.size = alignUp(bytes, SECTOR_SIZE);
        this.#container = container;
        this.#bits = new Uint8Array(bytes);
    }
    /** The bits of the block whose bitmap is at `offset`; valid until the next call. Keeps the last one. */
    read(offset) {
        if (this.#loaded !== offset) {
            this.#loaded = -1; // a failing read leaves bytes of no block
            readMap(this.#container, offset, this.#bits);
            this.#loaded = offset;
        }
        return this.#bits;
    }
}
export function isSet(bits, sector) {
    return ((bits[sector >>> 3] >>> (7 - (sector & 7))) & 1) === 1;
}
/** The first sector from `sector` to `end` whose bit differs from that of `sector`. */
export function endOfRun(bits, sector, end) {
    const set = isSet(bits, sector);
    const same = set ? 0xff : 0;
    let at = sector + 1;
    while (at < end) {
        if ((at & 7) === 0 && bits[at >>> 3] === same)
            at += 8;
        else if (isSet(bits, at) === set)
            at++;
        else
            return at;
    }
    return end;
}

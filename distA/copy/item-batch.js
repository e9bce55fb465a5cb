/**
 * Work for threads that look at the bytes of a map: items in shared memory, taken by whoever is free.
 *
 * An item is a run of neighbouring blocks, at most ITEM_SIZE bytes of the map: see ITEM. A piece says where some of its
 * bytes live: four numbers as in batch.ts, the place counted from the start of the item. What is found of each block is
 * kept by slot: the blocks of all items in order.
 */
import { resolveExtents } from "../map/extent.js";
import { PIECE_SIZE, ZERO } from "./batch.js";
export const ITEM_SIZE = PIECE_SIZE;
/** Half a GiB: a message to the other thread costs it some milliseconds. */
export const ITEMS_MAX = 512;
const PIECES_MAX = 16_384;
/** Numbers of an item. */
export const ITEM = {
    length: 0, //     bytes
    firstPiece: 1, // -1: only the planner can read it
    endPiece: 2,
    slot: 3, //       of its first block
    block: 4, //      number of its first block
    SIZE: 5,
};
export class ItemBatch {
    items = new Float64Array(new SharedArrayBuffer(ITEMS_MAX * ITEM.SIZE * 8));
    pieces = new Float64Array(new SharedArrayBuffer(PIECES_MAX * 4 * 8));
    files = [];
    /** Items that need more than reading files: they are done by the planner. */
    special = [];
    count = 0;
    bytes = 0;
    /** Items that it takes, at most ITEMS_MAX. */
    limit = ITEMS_MAX;
    #slot = 0;
    #piece = 0;
    blockSize;
    #numbers = new Map();
    constructor(blockSize) {
        this.blockSize = blockSize;
    }
    /** Blocks that a batch can hold. */
    get slots() {
        return ITEMS_MAX * Math.max(1, ITEM_SIZE / this.blockSize);
    }
    /** Of them, those that blocks were added to. */
    get usedSlots() {
        return this.#slot;
    }
    /** True when every file can be opened by another thread. */
    get shareable() {
        return this.files.every(({ path }) => path !== null);
    }
    /** Adds blocks of the map; false when there is no room: nothing was added then. */
    add(map, block, length) {
        if (this.count >= this.limit)
            return false;
        const extents = resolveExtents(map, block * this.blockSize, length);
        if (this.#piece + extents.length > PIECES_MAX && this.count > 0)
            return false;
        const first = this.#piece;
        let isSpecial = extents.length > PIECES_MAX;
        for (const extent of isSpecial ? [] : extents) {
            if (extent.kind === 'computed')
                isSpecial = true;
            const source = extent.kind === 'data' ? this.#numberOf(extent.file) : ZERO;
            const base = 4 * this.#piece++;
            this.pieces[base] = extent.offset - block * this.blockSize;
            this.pieces[base + 1] = extent.length;
            this.pieces[base + 2] = source;
            this.pieces[base + 3] = extent.kind === 'data' ? extent.fileOffset : 0;
        }
        if (isSpecial)
            this.special.push(this.count);
        const base = ITEM.SIZE * this.count++;
        this.items[base + ITEM.length] = length;
        this.items[base + ITEM.firstPiece] = isSpecial ? -1 : first;
        this.items[base + ITEM.endPiece] = this.#piece;
        this.items[base + ITEM.slot] = this.#slot;
        this.items[base + ITEM.block] = block;
        this.#slot += Math.ceil(length / this.blockSize);
        this.bytes += length;
        return true;
    }
    clear() {
        this.files.length = 0;
        this.#numbers.clear();
        this.special.length = 0;
        this.count = this.bytes = this.#slot = this.#piece = 0;
    }
    #numberOf(file) {
        let number = this.#numbers.get(file);
        if (number === undefined) {
            number = this.files.push(file) - 1;
            this.#numbers.set(file, number);
        }
        return number;
    }
}
/** Tells first block, first slot, number of blocks and number of each item. */
export function forEachItem(batch, blockSize, visit) {
    for (let item = 0; item < batch.count; item++) {
        const base = ITEM.SIZE * item;
        const count = Math.ceil(batch.items[base + ITEM.length] / blockSize);
        visit(batch.items[base + ITEM.block], batch.items[base + ITEM.slot], count, item);
    }
}

/** One store: what is needed to read through it, loaded when first asked for, and the damage that forbids it. */
import { BlockBitmap } from "./block-bitmap.js";
import { readBlockIndex } from "./block-index.js";
import { STORE_FLAG_ZERO_UNALLOCATED } from "./format.js";
import { orDamage } from "./record.js";
export class Store {
    #facts;
    #bitmaps;
    #index;
    #bitmapsUsable;
    constructor(facts) {
        this.#facts = facts;
        const { location, storage, flags } = facts;
        const zeroes = (flags & STORE_FLAG_ZERO_UNALLOCATED) !== 0 && location.currentBitmap !== 0;
        const offsets = zeroes ? [location.currentBitmap, location.previousBitmap].filter((offset) => offset !== 0) : [];
        this.#bitmaps = offsets.map((offset) => new BlockBitmap(storage, offset));
    }
    /** The volume that holds the store's blocks. */
    get storage() {
        return this.#facts.storage.map;
    }
    /** The block list, read once, or what is wrong with it. */
    get index() {
        const { storage, location, volumeSize } = this.#facts;
        this.#index ??= orDamage(() => readBlockIndex({ storage, first: location.blockList, volumeSize }));
        return this.#index;
    }
    /** What is wrong with the bitmaps, or null. */
    get bitmapDamage() {
        const damage = orDamage(() => {
            for (const bitmap of this.#bitmaps)
                bitmap.load();
            return null;
        });
        this.#bitmapsUsable = damage === null;
        return damage;
    }
    /** True when blocks that were unallocated read as zeros. Where the bitmaps are damaged nothing is known to have been. */
    get hasUnallocated() {
        if (this.#bitmapsUsable === undefined)
            this.#bitmapsUsable = this.bitmapDamage === null;
        return this.#bitmaps.length > 0 && this.#bitmapsUsable;
    }
    /** True when the block held nothing when the copy was made: no copy of it was ever kept. */
    isUnallocated(block) {
        return this.#bitmaps.every((bitmap) => bitmap.has(block));
    }
}

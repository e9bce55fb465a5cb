/**
 * The block allocation table: for each block the sector where it begins, or UNALLOCATED.
 *
 * Invariant: at most PAGES_MAX pages of it are in memory, however large the disk; of a page that cannot be read as a whole
 * each entry is read by itself, so that a bad sector is an error for its own blocks only.
 */
import { hex, viewOf } from "../base/bytes.js";
import { corrupt, StorageError } from "../errors.js";
import { readBytes, readMap } from "../map/read-map.js";
const PAGE_ENTRIES = 4096;
const PAGES_MAX = 16; // 256 KiB
export class BlockTable {
    /** Entries that the file really holds. */
    length;
    #container;
    #offset;
    #image;
    /** Null: the disk refuses the page. */
    #pages = new Map();
    /** A table of `entries` at `offset`; what lies beyond the container is left out of `length`. */
    constructor(container, offset, entries, image) {
        const held = Math.floor((container.size - offset) / 4);
        this.length = held > 0 ? Math.min(entries, held) : 0; // a NaN offset holds nothing
        this.#container = container;
        this.#offset = offset;
        this.#image = image;
    }
    /** Sector of the block; `index` is below `length`. Throws what reading the table throws. */
    entry(index) {
        const page = Math.floor(index / PAGE_ENTRIES);
        const held = this.#pages.get(page);
        const view = held === undefined ? this.#load(page) : held;
        if (view !== null)
            return view.getUint32(4 * (index - page * PAGE_ENTRIES));
        return viewOf(readBytes(this.#container, this.placeOf(index), 4)).getUint32(0);
    }
    /** Offset in the file of the block's entry. */
    placeOf(index) {
        return this.#offset + 4 * index;
    }
    /** Why blocks from `length` on have no entry. */
    missing(index) {
        return corrupt('VHD_BAT_ENTRY_MISSING', `block ${index} has no BAT entry: the table ends at ${this.length}`, {
            image: this.#image,
            structure: 'BAT',
            offset: Number.isNaN(this.#offset) ? undefined : this.placeOf(this.length),
        });
    }
    invalid(index, offset, why) {
        return corrupt('VHD_BAT_ENTRY_INVALID', `block ${index} lies at ${hex(offset)}, ${why}`, {
            image: this.#image,
            structure: 'BAT',
            offset: this.placeOf(index),
        });
    }
    #load(page) {
        const bytes = new Uint8Array(4 * Math.min(PAGE_ENTRIES, this.length - page * PAGE_ENTRIES));
        let view = new DataView(bytes.buffer);
        try {
            readMap(this.#container, this.placeOf(page * PAGE_ENTRIES), bytes);
        }
        catch (error) {
            if (!StorageError.is(error) || error.kind !== 'io')
                throw error;
            view = null;
        }
        if (this.#pages.size >= PAGES_MAX)
            this.#pages.delete(this.#pages.keys().next().value); // the oldest goes
        this.#pages.set(page, view);
        return view;
    }
}

/** Which blocks were unallocated when a copy was made: bit n of a chain of records stands for block n. */
import { BITMAP_BITS, RECORD_HEADER_SIZE, RECORD_TYPE } from "./format.js";
import { readRecord, recordChain } from "./record.js";
export class BlockBitmap {
    #volume;
    #first;
    #offsets;
    #record;
    #recordNumber = -1;
    /** `first` is the volume offset of the first record; nothing is read yet. */
    constructor(volume, first) {
        this.#volume = volume;
        this.#first = first;
    }
    /** Walks the chain once, so that damage shows before anything relies on a bit. Throws VSS_RECORD_*. */
    load() {
        this.#offsets ??= Array.from(recordChain(this.#volume, this.#first, RECORD_TYPE.bitmap, 'bitmap'), ({ offset }) => offset);
    }
    /** True when the block was unallocated. Beyond the end of the chain everything counts as allocated. */
    has(block) {
        this.load();
        const number = Math.floor(block / BITMAP_BITS);
        const offset = this.#offsets[number];
        if (offset === undefined)
            return false;
        if (number !== this.#recordNumber) {
            this.#record = readRecord(this.#volume, offset, RECORD_TYPE.bitmap, 'bitmap');
            this.#recordNumber = number;
        }
        const bit = block - number * BITMAP_BITS;
        return (this.#record[RECORD_HEADER_SIZE + (bit >>> 3)] & (1 << (bit & 7))) !== 0;
    }
}

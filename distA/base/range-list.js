/**
 * Sorted, disjoint ranges of bytes in one flat array: what changed on a disk, asked about once for every run of every
 * file. 16 bytes a range.
 *
 * Invariants:
 * 1. Ranges are ascending, and at least `gap` bytes apart; `gap` is 1 (ranges that touch are one) until memory is full.
 * 2. At most `max` ranges are held: beyond that `gap` doubles until they fit, so the list covers a little more than was
 *    added, never less. `isCoarse` tells.
 */
import { KIB } from "./bytes.js";
const FIRST_SIZE = 256;
/** 16 MiB. */
const RANGES_MAX = 1024 * KIB;
export class RangeList {
    #bounds = new Float64Array(2 * FIRST_SIZE);
    #count = 0;
    #gap = 1;
    #max;
    constructor(max = RANGES_MAX) {
        this.#max = max;
    }
    get count() {
        return this.#count;
    }
    /** The list covers bytes that were never added, because there were too many ranges. */
    get isCoarse() {
        return this.#gap > 1;
    }
    /** Bytes covered. */
    get bytes() {
        let bytes = 0;
        for (let index = 0; index < this.#count; index++)
            bytes += this.endOf(index) - this.startOf(index);
        return bytes;
    }
    startOf(index) {
        return this.#bounds[2 * index];
    }
    endOf(index) {
        return this.#bounds[2 * index + 1];
    }
    /** Adds a range that does not start before the last one. */
    add(offset, length) {
        if (!(length > 0))
            return;
        const last = this.#count - 1;
        if (last >= 0 && offset < this.endOf(last) + this.#gap) {
            this.#bounds[2 * last + 1] = Math.max(this.endOf(last), offset + length);
            return;
        }
        if (this.#count === this.#max) {
            this.#coarsen();
            this.add(offset, length);
            return;
        }
        if (2 * this.#count === this.#bounds.length)
            this.#grow();
        this.#bounds[2 * this.#count] = offset;
        this.#bounds[2 * this.#count + 1] = offset + length;
        this.#count++;
    }
    /** Index of the first range that ends behind `offset`; `count` when there is none. */
    firstEndingAfter(offset) {
        let low = 0;
        let high = this.#count;
        while (low < high) {
            const middle = (low + high) >>> 1;
            if (this.endOf(middle) > offset)
                high = middle;
            else
                low = middle + 1;
        }
        return low;
    }
    touches(offset, length) {
        const index = this.firstEndingAfter(offset);
        return length > 0 && index < this.#count && this.startOf(index) < offset + length;
    }
    /** The parts of a range that are covered, ascending, given to `take` as offset and length. */
    within(offset, length, take) {
        const end = offset + length;
        for (let index = this.firstEndingAfter(offset); index < this.#count && this.startOf(index) < end; index++) {
            const start = Math.max(offset, this.startOf(index));
            take(start, Math.min(end, this.endOf(index)) - start);
        }
    }
    #grow() {
        const bounds = new Float64Array(2 * this.#bounds.length);
        bounds.set(this.#bounds);
        this.#bounds = bounds;
    }
    /** Joins ranges that are closest to each other until a quarter of the room is free. */
    #coarsen() {
        while (this.#count > 0.75 * this.#max && this.#count > 1) {
            this.#gap *= 2;
            let kept = 0;
            for (let index = 1; index < this.#count; index++) {
                if (this.startOf(index) < this.endOf(kept) + this.#gap) {
                    this.#bounds[2 * kept + 1] = this.endOf(index);
                    continue;
                }
                kept++;
                this.#bounds[2 * kept] = this.startOf(index);
                this.#bounds[2 * kept + 1] = this.endOf(index);
            }
            this.#count = kept + 1;
        }
    }
}

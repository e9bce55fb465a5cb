/**
 * Which ranges of a disk changed from one state to the next: ascending, apart from each other, in bytes.
 *
 * 1. It may say too much, never too little: beyond RANGES_MAX ranges, those that lie closer together than a unit are
 *    joined, and the unit doubles until they fit. So memory stays below 16 MiB for any disk.
 * 2. With the unit at UNIT_MIN it is exact at the precision of whoever filled it.
 */
import { setU64, viewOf } from "../base/bytes.js";
import { CHANGE_ENTRY_SIZE } from "./format.js";
const RANGES_MAX = 2 ** 20;
/** Bytes are compared in pieces of this: the cluster of nearly every volume, the page of the host. */
export const UNIT_MIN = 4096;
export class ChangeMap {
    /** Start and end of each range, in turn. */
    #bounds = new Float64Array(64);
    #count = 0;
    #unit = UNIT_MIN;
    static of(ranges) {
        const map = new ChangeMap();
        for (const { offset, length } of ranges)
            map.add(offset, length);
        return map;
    }
    /** Ranges. */
    get count() {
        return this.#count;
    }
    /** A range may be too large by less than this at each end, when it is above UNIT_MIN. */
    get unit() {
        return this.#unit;
    }
    /** Sum of all lengths. */
    get bytes() {
        let sum = 0;
        for (let i = 0; i < this.#count; i++)
            sum += this.#bounds[2 * i + 1] - this.#bounds[2 * i];
        return sum;
    }
    /** Adds a range that starts no earlier than the last one does. */
    add(offset, length) {
        if (length <= 0)
            return;
        const last = 2 * this.#count - 2;
        if (last >= 0) {
            if (offset < this.#bounds[last])
                throw new RangeError(`ranges have to ascend: ${offset} after ${this.#bounds[last]}`);
            const end = this.#bounds[last + 1];
            const gap = this.#unit > UNIT_MIN ? this.#unit : 0;
            if (offset <= end + gap) {
                this.#bounds[last + 1] = Math.max(end, offset + length);
                return;
            }
        }
        if (this.#count === RANGES_MAX) {
            this.#coarsen();
            this.add(offset, length);
            return;
        }
        if (2 * this.#count === this.#bounds.length) {
            const grown = new Float64Array(2 * this.#bounds.length);
            grown.set(this.#bounds);
            this.#bounds = grown;
        }
        this.#bounds[2 * this.#count] = offset;
        this.#bounds[2 * this.#count + 1] = offset + length;
        this.#count++;
    }
    *ranges() {
        for (let i = 0; i < this.#count; i++)
            yield this.#range(i);
    }
    /** The ranges that reach into this one, clipped to it. */
    *within(offset, length) {
        const end = offset + length;
        for (let i = this.#firstEndingAfter(offset); i < this.#count && this.#bounds[2 * i] < end; i++) {
            const start = Math.max(offset, this.#bounds[2 * i]);
            yield { offset: start, length: Math.min(end, this.#bounds[2 * i + 1]) - start };
        }
    }
    /** What changed over two steps. */
    union(other) {
        const joined = new ChangeMap();
        joined.#unit = Math.max(this.#unit, other.#unit);
        for (let i = 0, j = 0; i < this.#count || j < other.#count;) {
            const fromThis = j >= other.#count || (i < this.#count && this.#bounds[2 * i] <= other.#bounds[2 * j]);
            const { offset, length } = fromThis ? this.#range(i++) : other.#range(j++);
            joined.add(offset, length);
        }
        return joined;
    }
    /** The same and what lies between two sizes: of the smaller disk that is nothing, which reads as zeros. */
    resized(before, after) {
        if (before === after)
            return this;
        return this.union(ChangeMap.of([{ offset: Math.min(before, after), length: Math.abs(after - before) }]));
    }
    /** Without what lies at or past `size`. */
    clip(size) {
        const clipped = new ChangeMap();
        clipped.#unit = this.#unit;
        for (const { offset, length } of this.within(0, size))
            clipped.add(offset, length);
        return clipped;
    }
    encode() {
        const bytes = new Uint8Array(this.#count * CHANGE_ENTRY_SIZE);
        const view = viewOf(bytes);
        for (let i = 0; i < this.#count; i++) {
            setU64(view, i * CHANGE_ENTRY_SIZE, this.#bounds[2 * i]);
            setU64(view, i * CHANGE_ENTRY_SIZE + 8, this.#bounds[2 * i + 1] - this.#bounds[2 * i]);
        }
        return bytes;
    }
    /** The map, or null when the ranges do not ascend or leave the disk. `read` is called for one entry after another. */
    static decode(count, unit, size, entry) {
        if (!(count >= 0 && count <= RANGES_MAX))
            return null;
        const map = new ChangeMap();
        let end = 0;
        for (let i = 0; i < count; i++) {
            const { offset, length } = entry(i);
            if (!(offset >= end && length > 0 && offset + length <= size))
                return null;
            map.add(offset, length);
            end = offset + length;
        }
        map.#unit = unit;
        return map;
    }
    #range(index) {
        const offset = this.#bounds[2 * index];
        return { offset, length: this.#bounds[2 * index + 1] - offset };
    }
    #firstEndingAfter(offset) {
        let [low, high] = [0, this.#count];
        while (low < high) {
            const middle = (low + high) >>> 1;
            if (this.#bounds[2 * middle + 1] > offset)
                high = middle;
            else
                low = middle + 1;
        }
        return low;
    }
    #coarsen() {
        do {
            const count = this.#count;
            this.#unit *= 2;
            this.#count = 0; // what is written back never overtakes what is read
            for (let i = 0; i < count; i++)
                this.add(this.#bounds[2 * i], this.#bounds[2 * i + 1] - this.#bounds[2 * i]);
        } while (this.#count > RANGES_MAX / 2);
    }
}

/** One bit for each MiB of a file: what is in use. */
import { MIB } from "../base/bytes.js";
export class SpaceMap {
    #words = new Uint32Array(64);
    /** MiB in use. */
    count = 0;
    /** Marks a range of whole MiB as used; true when part of it was already. */
    mark(offset, length) {
        const [first, end] = [offset / MIB, Math.ceil((offset + length) / MIB)];
        this.#reserve(end);
        let met = false;
        for (let unit = first; unit < end; unit++) {
            const mask = 1 << (unit & 31);
            if ((this.#words[unit >>> 5] & mask) !== 0)
                met = true;
            else
                this.count++;
            this.#words[unit >>> 5] |= mask;
        }
        return met;
    }
    clear(offset, length) {
        for (let unit = offset / MIB; unit < (offset + length) / MIB; unit++) {
            if (!this.#has(unit))
                continue;
            this.#words[unit >>> 5] &= ~(1 << (unit & 31));
            this.count--;
        }
    }
    /** The first run of this many free units in [from, end), or null. */
    findFree(units, from, end) {
        let start = from;
        for (let unit = from; unit < end;) {
            if ((unit & 31) === 0 && this.#words[unit >>> 5] === 0xffff_ffff) {
                unit += 32;
                start = unit;
            }
            else if (this.#has(unit))
                start = ++unit;
            else if (++unit - start === units)
                return start;
        }
        return null;
    }
    /** Bytes up to the end of the last unit in use. */
    end() {
        for (let word = this.#words.length - 1; word >= 0; word--) {
            if (this.#words[word] !== 0)
                return (word * 32 + 32 - Math.clz32(this.#words[word])) * MIB;
        }
        return 0;
    }
    #has(unit) {
        return ((this.#words[unit >>> 5] >>> (unit & 31)) & 1) === 1;
    }
    #reserve(units) {
        const needed = (units + 31) >>> 5;
        if (needed <= this.#words.length)
            return;
        const words = new Uint32Array(Math.max(needed, this.#words.length * 2));
        words.set(this.#words);
        this.#words = words;
    }
}

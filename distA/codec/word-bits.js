/**
 * Bits out of 16-bit little-endian words, highest first: the bit order of LZX.
 *
 * Invariants:
 * 1. The next bit is bit 31 of `bits`; `count` of them are valid, the rest are zero.
 * 2. `missing` of the valid ones (the last) were made up because the source had ended.
 *
 * Fields are open because the inner loop of a decoder keeps them in local variables and puts them back.
 */
export class WordBits {
    source = new Uint8Array(0);
    position = 0;
    bits = 0;
    count = 0;
    missing = 0;
    open(source) {
        this.source = source;
        this.seek(0);
    }
    /** Goes on with the word at this position. */
    seek(position) {
        this.position = position;
        this.bits = 0;
        this.count = 0;
        this.missing = 0;
    }
    /** True when bits were consumed that the source does not have. */
    get overrun() {
        return this.missing > this.count;
    }
    /** The next `width` bits (1 to 16) as a number. */
    take(width) {
        if (this.count < width)
            this.#refill();
        const value = this.bits >>> (32 - width);
        this.bits <<= width;
        this.count -= width;
        return value;
    }
    /** Consumes a codeword: `symbol << 5 | length`, or 0 when the code is empty. */
    takeCode(code) {
        if (this.count < 16)
            this.#refill();
        const entry = code.root[this.bits >>> (32 - code.rootBits)] || code.decodeLong(this.bits >>> 16);
        this.bits <<= entry & 31;
        this.count -= entry & 31;
        return entry;
    }
    /**
     * Position of the first byte after the word that the next bit belongs to. At the start of a word the whole word is
     * stepped over: encoders pad with 1 to 16 bits. Words taken ahead are given back.
     */
    alignToWord() {
        const whole = this.count >>> 4;
        return this.position - 2 * whole + ((this.count & 15) === 0 ? 2 : 0);
    }
    #refill() {
        const { source, position } = this;
        if (position + 2 <= source.length) {
            this.bits |= (source[position] | (source[position + 1] << 8)) << (16 - this.count);
            this.position = position + 2;
        }
        else
            this.missing += 16;
        this.count += 16;
    }
}

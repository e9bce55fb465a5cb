/**
 * Canonical Huffman codes as XPRESS and LZX store them: only the lengths are stored, codes are given out in order of
 * (length, symbol), and are read most significant bit first.
 *
 * Invariants:
 * 1. After `build` returned true the code is complete (every bit string starts with a codeword) or empty.
 * 2. `root[top bits]` is `symbol << 5 | length` for codewords of up to `rootBits` bits, and 0 for longer ones.
 * 3. `decodeLong` finds the longer ones; it returns 0 for the empty code only.
 */
const LENGTH_MAX = 16;
export class HuffmanCode {
    /** Indexed with the next `rootBits` bits. */
    root;
    rootBits;
    /** Symbols in canonical order. */
    #symbols;
    #counts = new Uint16Array(LENGTH_MAX + 1);
    /** Place in `#symbols` of the first codeword of each length. */
    #places = new Uint16Array(LENGTH_MAX + 1);
    /** First codeword of each length, and the one after the last, moved up to 16 bits. */
    #starts = new Uint32Array(LENGTH_MAX + 2);
    /** No symbol has a codeword: legal where no symbol is going to be read. */
    isEmpty = true;
    constructor(symbolsMax, rootBits) {
        this.#symbols = new Uint16Array(symbolsMax);
        this.root = new Uint16Array(1 << rootBits);
        this.rootBits = rootBits;
    }
    /** Takes the lengths (0 to 16; 0 = unused) of all symbols; false when they are no complete and no empty code. */
    build(lengths) {
        const counts = this.#counts.fill(0);
        for (let i = 0; i < lengths.length; i++)
            counts[lengths[i]]++;
        let place = 0;
        let start = 0;
        for (let length = 1; length <= LENGTH_MAX; length++) {
            this.#places[length] = place;
            this.#starts[length] = start;
            place += counts[length];
            start += counts[length] << (LENGTH_MAX - length);
        }
        this.#starts[LENGTH_MAX + 1] = start;
        if (start !== 1 << LENGTH_MAX && start !== 0)
            return false;
        this.isEmpty = start === 0;
        this.#sort(lengths);
        this.#fillRoot();
        return true;
    }
    /** `symbol << 5 | length` of the codeword at the head of these 16 bits, by comparing with each length's range. */
    decodeLong(bits) {
        const starts = this.#starts;
        for (let length = this.rootBits + 1; length <= LENGTH_MAX; length++) {
            if (bits < starts[length + 1]) {
                const rank = (bits - starts[length]) >>> (LENGTH_MAX - length);
                return (this.#symbols[this.#places[length] + rank] << 5) | length;
            }
        }
        return 0;
    }
    #sort(lengths) {
        const places = this.#places;
        const symbols = this.#symbols;
        for (let symbol = 0; symbol < lengths.length; symbol++) {
            const length = lengths[symbol];
            if (length !== 0)
                symbols[places[length]++] = symbol;
        }
        for (let length = 1; length <= LENGTH_MAX; length++)
            places[length] -= this.#counts[length];
    }
    /** Codewords in canonical order fill the table from its start to its end without a gap. */
    #fillRoot() {
        const root = this.root;
        let at = 0;
        for (let length = 1; length <= this.rootBits; length++) {
            const run = 1 << (this.rootBits - length);
            const first = this.#places[length];
            const end = first + this.#counts[length];
            for (let place = first; place < end; place++) {
                const entry = (this.#symbols[place] << 5) | length;
                if (run > 16)
                    root.fill(entry, at, at + run);
                else
                    for (let i = 0; i < run; i++)
                        root[at + i] = entry;
                at += run;
            }
        }
        root.fill(0, at);
    }
}

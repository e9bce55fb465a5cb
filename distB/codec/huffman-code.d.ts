/**
 * Canonical Huffman codes as XPRESS and LZX store them: only the lengths are stored, codes are given out in order of
 * (length, symbol), and are read most significant bit first.
 *
 * Invariants:
 * 1. After `build` returned true the code is complete (every bit string starts with a codeword) or empty.
 * 2. `root[top bits]` is `symbol << 5 | length` for codewords of up to `rootBits` bits, and 0 for longer ones.
 * 3. `decodeLong` finds the longer ones; it returns 0 for the empty code only.
 */
export declare class HuffmanCode {
    #private;
    /** Indexed with the next `rootBits` bits. */
    readonly root: Uint16Array;
    readonly rootBits: number;
    /** No symbol has a codeword: legal where no symbol is going to be read. */
    isEmpty: boolean;
    constructor(symbolsMax: number, rootBits: number);
    /** Takes the lengths (0 to 16; 0 = unused) of all symbols; false when they are no complete and no empty code. */
    build(lengths: Uint8Array): boolean;
    /** `symbol << 5 | length` of the codeword at the head of these 16 bits, by comparing with each length's range. */
    decodeLong(bits: number): number;
}

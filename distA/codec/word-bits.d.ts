/**
 * Bits out of 16-bit little-endian words, highest first: the bit order of LZX.
 *
 * Invariants:
 * 1. The next bit is bit 31 of `bits`; `count` of them are valid, the rest are zero.
 * 2. `missing` of the valid ones (the last) were made up because the source had ended.
 *
 * Fields are open because the inner loop of a decoder keeps them in local variables and puts them back.
 */
import type { HuffmanCode } from './huffman-code.ts';
export declare class WordBits {
    #private;
    source: Uint8Array;
    position: number;
    bits: number;
    count: number;
    missing: number;
    open(source: Uint8Array): void;
    /** Goes on with the word at this position. */
    seek(position: number): void;
    /** True when bits were consumed that the source does not have. */
    get overrun(): boolean;
    /** The next `width` bits (1 to 16) as a number. */
    take(width: number): number;
    /** Consumes a codeword: `symbol << 5 | length`, or 0 when the code is empty. */
    takeCode(code: HuffmanCode): number;
    /**
     * Position of the first byte after the word that the next bit belongs to. At the start of a word the whole word is
     * stepped over: encoders pad with 1 to 16 bits. Words taken ahead are given back.
     */
    alignToWord(): number;
}

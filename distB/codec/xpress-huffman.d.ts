/**
 * XPRESS with Huffman coding ([MS-XCA] 2.1), one chunk of a WOF file.
 *
 * 256 bytes hold the code lengths of 512 symbols in 4 bits each, low half first; then comes the bit stream. Symbols below
 * 256 are literals. Others are matches: the low four bits are the length (15: more follows as whole bytes), the next
 * four say how many bits the distance has below its highest.
 *
 * Invariants:
 * 1. Bits come from 16-bit little-endian words, highest first; whole bytes come from the place after the last word taken.
 *    So that this place is where the encoder had it, a match's distance is read with at least 16 bits at hand.
 * 2. Beyond the end of the source the bits are zero, but a stream that consumed one of them is corrupt.
 */
/** Expands `source` to exactly `target.length` bytes. Throws `XPRESS_*` (kind corrupt), offsets counted in `source`. */
export declare function xpressHuffmanDecompress(source: Uint8Array, target: Uint8Array): void;

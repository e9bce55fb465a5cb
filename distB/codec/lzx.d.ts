/**
 * LZX as WIM and WOF use it: chunks of at most 32 KiB that stand alone ([MS-PATCH] LZX DELTA describes the family).
 *
 * A chunk is a series of blocks: verbatim (1), aligned (2: the low three bits of long distances have a code of their
 * own), uncompressed (3). A block of the first two kinds begins with its code lengths, stored as differences from those
 * of the block before. A main symbol is a literal, or a match's length (0-7) and distance slot.
 *
 * Invariants:
 * 1. Nothing outlives a chunk: recent distances start at 1, 1, 1 and code lengths at 0.
 * 2. Matches end inside their block and begin inside the chunk; blocks end inside the chunk.
 * 3. Bits come from 16-bit little-endian words, highest first. Beyond the source they are zero, but a chunk that
 *    consumed one of those is corrupt.
 * 4. Encoders replace the targets of x86 calls (E8) by absolute ones, over the whole chunk; that is undone at the end.
 */
/** Expands `source` to exactly `target.length` bytes. Throws `LZX_*` (kind corrupt), offsets counted in `source`. */
export declare function lzxDecompress(source: Uint8Array, target: Uint8Array): void;

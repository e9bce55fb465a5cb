/**
 * LZNT1, the compression of NTFS's compression units ([MS-XCA] 2.5).
 *
 * A stream of chunks, each of at most 4096 bytes when expanded: a 16-bit header (bits 0-11 bytes that follow minus one,
 * bits 12-14 the signature 3, bit 15 compressed), then either the bytes themselves or groups of one flag byte and eight
 * tokens, the flags lowest bit first: 0 = a literal byte, 1 = a 16-bit pair of distance and length. How the 16 bits are
 * divided depends on how much of the chunk exists: the more there is to point back into, the more bits the distance has.
 *
 * Invariants:
 * 1. A pair never points before its own chunk, and a chunk never grows beyond 4096 bytes.
 * 2. A chunk that expands to less than 4096 bytes is followed by zeros up to the next chunk.
 * 3. A header of 0, or the end of the source between two chunks, ends the stream: what is left of the target is zero.
 */
/**
 * Expands `source` to exactly `target.length` bytes; returns how many of them the chunks stand for, the rest being the zeros
 * of invariant 3. Throws `LZNT1_*` (kind corrupt), offsets counted in `source`.
 */
export declare function lznt1Decompress(source: Uint8Array, target: Uint8Array): number;

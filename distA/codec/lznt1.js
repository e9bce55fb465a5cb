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
import { hex } from "../base/bytes.js";
import { corrupt } from "../errors.js";
import { copyMatch } from "./copy-match.js";
const CHUNK_SIZE = 4096;
const SIGNATURE = 3;
const LENGTH_MIN = 3;
/**
 * Expands `source` to exactly `target.length` bytes; returns how many of them the chunks stand for, the rest being the zeros
 * of invariant 3. Throws `LZNT1_*` (kind corrupt), offsets counted in `source`.
 */
export function lznt1Decompress(source, target) {
    let position = 0;
    let out = 0;
    while (out < target.length && position + 2 <= source.length) {
        const header = source[position] | (source[position + 1] << 8);
        if (header === 0)
            break;
        const end = position + 3 + (header & 0xfff);
        const outEnd = Math.min(out + CHUNK_SIZE, target.length);
        if (((header >>> 12) & 7) !== SIGNATURE)
            throw badSignature(position, header);
        if (end > source.length)
            throw truncatedChunk(position, end, source.length);
        const filled = (header & 0x8000) === 0
            ? copyChunk(source, position + 2, end, target, out, outEnd)
            : expandChunk(source, position + 2, end, target, out, outEnd);
        target.fill(0, filled, outEnd);
        out = outEnd;
        position = end;
    }
    target.fill(0, out);
    return out;
}
/** A stored chunk. Returns the end of what was written. */
function copyChunk(source, position, end, target, out, outEnd) {
    const length = end - position;
    if (out + length > outEnd)
        throw tooLong(position, outEnd - out);
    for (let i = 0; i < length; i++)
        target[out + i] = source[position + i];
    return out + length;
}
/** A compressed chunk. Returns the end of what was written. */
function expandChunk(source, start, end, target, chunk, outEnd) {
    let position = start;
    let out = chunk;
    let lengthBits = 12;
    let split = chunk + 16; // beyond this much output, the distance takes one more bit from the length
    while (position < end) {
        let flags = source[position++] | 0x100; // the marker bit ends the group of eight
        for (; flags !== 1 && position < end; flags >>>= 1) {
            if ((flags & 1) === 0) {
                if (out === outEnd)
                    throw tooLong(position, outEnd - chunk);
                target[out++] = source[position++];
                continue;
            }
            if (position + 2 > end)
                throw cutPair(position);
            while (out > split) {
                split += split - chunk;
                lengthBits--;
            }
            const pair = source[position] | (source[position + 1] << 8);
            const distance = (pair >>> lengthBits) + 1;
            const length = (pair & ((1 << lengthBits) - 1)) + LENGTH_MIN;
            if (distance > out - chunk)
                throw badDistance(position, distance, out - chunk);
            if (out + length > outEnd)
                throw tooLong(position, outEnd - chunk);
            copyMatch(target, out, distance, length);
            out += length;
            position += 2;
        }
    }
    return out;
}
function badSignature(offset, header) {
    return corrupt('LZNT1_CHUNK_SIGNATURE', `chunk header ${hex(header)} at ${hex(offset)} lacks the signature 3`, {
        structure: 'LZNT1 chunk header',
        offset,
    });
}
function truncatedChunk(offset, end, size) {
    return corrupt('LZNT1_CHUNK_TRUNCATED', `chunk at ${hex(offset)} should end at ${hex(end)}, the data ends at ${hex(size)}`, { structure: 'LZNT1 chunk header', offset });
}
function cutPair(offset) {
    return corrupt('LZNT1_PAIR_TRUNCATED', `chunk ends inside the pair at ${hex(offset)}`, {
        structure: 'LZNT1 chunk',
        offset,
    });
}
function badDistance(offset, distance, produced) {
    return corrupt('LZNT1_DISTANCE_TOO_LARGE', `pair at ${hex(offset)} points ${distance} bytes back, the chunk has ${produced} so far`, { structure: 'LZNT1 chunk', offset });
}
function tooLong(offset, room) {
    return corrupt('LZNT1_CHUNK_TOO_LONG', `chunk expands beyond its ${room} bytes at ${hex(offset)}`, {
        structure: 'LZNT1 chunk',
        offset,
    });
}

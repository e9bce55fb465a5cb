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
import { hex } from "../base/bytes.js";
import { corrupt } from "../errors.js";
import { copyMatch } from "./copy-match.js";
import { HuffmanCode } from "./huffman-code.js";
const SYMBOLS = 512;
const TABLE_SIZE = SYMBOLS / 2;
const ROOT_BITS = 11;
const LENGTH_MIN = 3;
const LENGTH_MORE = 15;
const ROOT_SHIFT = 32 - ROOT_BITS;
// Decoding is synchronous, so one set of tables serves all calls.
const lengths = new Uint8Array(SYMBOLS);
const code = new HuffmanCode(SYMBOLS, ROOT_BITS);
/** Expands `source` to exactly `target.length` bytes. Throws `XPRESS_*` (kind corrupt), offsets counted in `source`. */
export function xpressHuffmanDecompress(source, target) {
    if (target.length === 0)
        return;
    buildCode(source);
    const root = code.root;
    const end = source.length - 1; // a word needs two bytes
    let position = TABLE_SIZE;
    let bits = 0; // the next bit is bit 31
    let count = 0;
    let missing = 0; // bits at the end of `bits` that the source does not have
    let out = 0;
    while (out < target.length) {
        if (count < 16) {
            if (position < end) {
                bits |= (source[position] | (source[position + 1] << 8)) << (16 - count);
                position += 2;
            }
            else
                missing += 16;
            count += 16;
        }
        const entry = root[bits >>> ROOT_SHIFT] || code.decodeLong(bits >>> 16);
        const symbol = entry >>> 5;
        bits <<= entry & 31;
        count -= entry & 31;
        if (symbol < 256) {
            target[out++] = symbol;
            continue;
        }
        if (count < 16) {
            if (position < end) {
                bits |= (source[position] | (source[position + 1] << 8)) << (16 - count);
                position += 2;
            }
            else
                missing += 16;
            count += 16;
        }
        const low = (symbol >>> 4) & 15;
        const distance = (1 << low) | ((bits >>> 1) >>> (31 - low)); // in two steps: a shift by 32 would be one by 0
        bits <<= low;
        count -= low;
        let length = symbol & 15;
        if (length === LENGTH_MORE) {
            const more = source[position]; // undefined at the end of the source
            if (more !== undefined && more < 255) {
                length += more;
                position++;
            }
            else {
                length = wideLength(source, position);
                position += (source[position + 1] | source[position + 2]) === 0 ? 7 : 3;
            }
        }
        length += LENGTH_MIN;
        if (distance > out)
            throw badDistance(position, distance, out);
        if (out + length > target.length)
            throw tooLong(position, length, target.length - out);
        copyMatch(target, out, distance, length);
        out += length;
    }
    if (missing > count)
        throw truncated(source.length);
}
/** Reads the 512 code lengths and prepares the decoding table. */
function buildCode(source) {
    if (source.length < TABLE_SIZE) {
        throw corrupt('XPRESS_TABLE_TRUNCATED', `code lengths take ${TABLE_SIZE} bytes, the chunk has ${source.length}`, {
            structure: 'XPRESS code lengths',
            offset: 0,
        });
    }
    for (let i = 0; i < TABLE_SIZE; i++) {
        const pair = source[i];
        lengths[2 * i] = pair & 15;
        lengths[2 * i + 1] = pair >>> 4;
    }
    if (!code.build(lengths) || code.isEmpty) {
        throw corrupt('XPRESS_TABLE_INVALID', 'code lengths make no complete code', {
            structure: 'XPRESS code lengths',
            offset: 0,
        });
    }
}
/** Length behind a byte of 255: 16 bits, or 32 when those are zero. Both repeat the 15 that the symbol said. */
function wideLength(source, position) {
    if (position + 3 > source.length)
        throw truncated(position);
    let length = source[position + 1] | (source[position + 2] << 8);
    if (length === 0) {
        if (position + 7 > source.length)
            throw truncated(position);
        for (let i = 6; i >= 3; i--)
            length = length * 256 + source[position + i];
    }
    if (length < LENGTH_MORE) {
        throw corrupt('XPRESS_LENGTH_INVALID', `match length ${length} at ${hex(position)} needs no extra bytes`, {
            structure: 'XPRESS chunk',
            offset: position,
        });
    }
    return length;
}
function truncated(offset) {
    return corrupt('XPRESS_CHUNK_TRUNCATED', `the chunk ends at ${hex(offset)} before all of its content was made`, {
        structure: 'XPRESS chunk',
        offset,
    });
}
function badDistance(offset, distance, produced) {
    return corrupt('XPRESS_DISTANCE_TOO_LARGE', `match before ${hex(offset)} points ${distance} bytes back, the chunk has ${produced} so far`, { structure: 'XPRESS chunk', offset });
}
function tooLong(offset, length, room) {
    return corrupt('XPRESS_MATCH_TOO_LONG', `match of ${length} bytes before ${hex(offset)}, the chunk has room for ${room}`, { structure: 'XPRESS chunk', offset });
}

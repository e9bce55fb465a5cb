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
import { hex } from "../base/bytes.js";
import { corrupt } from "../errors.js";
import { copyMatch } from "./copy-match.js";
import { HuffmanCode } from "./huffman-code.js";
import { undoCallTranslation } from "./lzx-call-translation.js";
import { WordBits } from "./word-bits.js";
const VERBATIM = 1;
const ALIGNED = 2;
const UNCOMPRESSED = 3;
const BLOCK_SIZE_DEFAULT = 32_768;
const LITERALS = 256;
const SLOTS = 30;
const MAIN_SYMBOLS = LITERALS + 8 * SLOTS;
const LENGTH_SYMBOLS = 249;
const PRECODE_SYMBOLS = 20;
const LENGTH_MIN = 2;
const LENGTH_MORE = 7;
const RECENT_SLOTS = 3;
const ALIGNED_SLOT_MIN = 8;
/** Bits that follow each distance slot, and the distance they are added to. */
const SLOT_BITS = Uint8Array.from({ length: SLOTS }, (_, slot) => (slot < 4 ? 0 : (slot >> 1) - 1));
const SLOT_BASE = Int32Array.from({ length: SLOTS }, (_, slot) => slotBase(slot));
function slotBase(slot) {
    if (slot < RECENT_SLOTS)
        return 0;
    let base = 1;
    for (let below = RECENT_SLOTS; below < slot; below++)
        base += 1 << SLOT_BITS[below];
    return base;
}
// Decoding is synchronous, so one set of tables serves all calls.
const mainLengths = new Uint8Array(MAIN_SYMBOLS);
const lengthLengths = new Uint8Array(LENGTH_SYMBOLS);
const alignedLengths = new Uint8Array(8);
const precodeLengths = new Uint8Array(PRECODE_SYMBOLS);
const mainCode = new HuffmanCode(MAIN_SYMBOLS, 11);
const lengthCode = new HuffmanCode(LENGTH_SYMBOLS, 10);
const alignedCode = new HuffmanCode(8, 7);
const precode = new HuffmanCode(PRECODE_SYMBOLS, 8);
const recent = new Int32Array(RECENT_SLOTS);
const input = new WordBits();
/** Expands `source` to exactly `target.length` bytes. Throws `LZX_*` (kind corrupt), offsets counted in `source`. */
export function lzxDecompress(source, target) {
    input.open(source);
    recent.fill(1);
    mainLengths.fill(0);
    lengthLengths.fill(0);
    let out = 0;
    while (out < target.length) {
        const type = input.take(3);
        const size = input.take(1) === 1 ? BLOCK_SIZE_DEFAULT : input.take(16);
        if (size === 0 || out + size > target.length)
            throw badBlockSize(size, target.length - out);
        if (type === UNCOMPRESSED)
            copyBlock(source, target, out, size);
        else if (type === VERBATIM || type === ALIGNED) {
            readCodes(type);
            expandBlock(source, target, out, out + size, type === ALIGNED);
        }
        else
            throw badBlockType(type);
        if (input.overrun)
            throw truncated(source.length);
        out += size;
    }
    undoCallTranslation(target);
}
/** The bytes as they are, after the recent distances; bits start afresh behind them. */
function copyBlock(source, target, out, size) {
    let position = input.alignToWord();
    if (position + 4 * RECENT_SLOTS + size > source.length)
        throw truncated(source.length);
    for (let i = 0; i < RECENT_SLOTS; i++, position += 4) {
        const distance = source[position] | (source[position + 1] << 8) | (source[position + 2] << 16) | (source[position + 3] << 24);
        if (distance === 0)
            throw badRecent(position);
        recent[i] = distance;
    }
    for (let i = 0; i < size; i++)
        target[out + i] = source[position + i];
    input.seek(position + size + (size & 1));
}
/** Literals and matches up to `end`. The bit reader lives in local variables here: this loop is all the time LZX takes. */
function expandBlock(source, target, start, end, aligned) {
    const mainRoot = mainCode.root;
    const mainShift = 32 - mainCode.rootBits;
    const sourceEnd = source.length - 1; // a word needs two bytes
    let { position, bits, count, missing } = input;
    let out = start;
    while (out < end) {
        if (count < 16) {
            if (position < sourceEnd) {
                bits |= (source[position] | (source[position + 1] << 8)) << (16 - count);
                position += 2;
            }
            else
                missing += 16;
            count += 16;
        }
        const entry = mainRoot[bits >>> mainShift] || mainCode.decodeLong(bits >>> 16);
        if (entry === 0)
            throw badCode('main');
        bits <<= entry & 31;
        count -= entry & 31;
        const symbol = entry >>> 5;
        if (symbol < LITERALS) {
            target[out++] = symbol;
            continue;
        }
        input.position = position;
        input.bits = bits;
        input.count = count;
        input.missing = missing;
        const length = matchLength(symbol & 7);
        const distance = matchDistance((symbol - LITERALS) >>> 3, aligned);
        ({ position, bits, count, missing } = input);
        if (!(distance > 0 && distance <= out))
            throw badDistance(position, distance, out);
        if (out + length > end)
            throw tooLong(position, length, end - out);
        copyMatch(target, out, distance, length);
        out += length;
    }
    input.position = position;
    input.bits = bits;
    input.count = count;
    input.missing = missing;
}
function matchLength(header) {
    if (header < LENGTH_MORE)
        return header + LENGTH_MIN;
    const entry = input.takeCode(lengthCode);
    if (entry === 0)
        throw badCode('length');
    return LENGTH_MORE + LENGTH_MIN + (entry >>> 5);
}
/** A recent distance changes places with the most recent one; a new one moves the others down. */
function matchDistance(slot, aligned) {
    let distance;
    if (slot < RECENT_SLOTS) {
        distance = recent[slot];
        recent[slot] = recent[0];
    }
    else {
        const width = SLOT_BITS[slot];
        distance = SLOT_BASE[slot];
        if (aligned && slot >= ALIGNED_SLOT_MIN) {
            if (width > 3)
                distance += input.take(width - 3) << 3;
            const entry = input.takeCode(alignedCode);
            if (entry === 0)
                throw badCode('aligned');
            distance += entry >>> 5;
        }
        else if (width > 0)
            distance += input.take(width);
        recent[2] = recent[1];
        recent[1] = recent[0];
    }
    recent[0] = distance;
    return distance;
}
/** Code lengths of a verbatim or aligned block, and the decoding tables made of them. */
function readCodes(type) {
    if (type === ALIGNED) {
        for (let i = 0; i < 8; i++)
            alignedLengths[i] = input.take(3);
        if (!alignedCode.build(alignedLengths))
            throw badCode('aligned');
    }
    readLengths(mainLengths, 0, LITERALS);
    readLengths(mainLengths, LITERALS, MAIN_SYMBOLS);
    if (!mainCode.build(mainLengths))
        throw badCode('main');
    readLengths(lengthLengths, 0, LENGTH_SYMBOLS);
    if (!lengthCode.build(lengthLengths))
        throw badCode('length');
}
/** One run of code lengths: differences modulo 17 from the values at hand, under a small code of their own. */
function readLengths(lengths, start, end) {
    for (let i = 0; i < PRECODE_SYMBOLS; i++)
        precodeLengths[i] = input.take(4);
    if (!precode.build(precodeLengths))
        throw badCode('pre');
    let i = start;
    while (i < end) {
        const symbol = takePrecode();
        if (symbol < 17) {
            lengths[i] = (lengths[i] + 17 - symbol) % 17;
            i++;
            continue;
        }
        let run;
        let value = 0;
        if (symbol === 17)
            run = 4 + input.take(4);
        else if (symbol === 18)
            run = 20 + input.take(5);
        else {
            run = 4 + input.take(1);
            const difference = takePrecode();
            if (difference > 17)
                throw badCode('pre');
            value = (lengths[i] + 17 - difference) % 17;
        }
        if (i + run > end)
            throw badCode('pre');
        lengths.fill(value, i, i + run);
        i += run;
    }
}
function takePrecode() {
    const entry = input.takeCode(precode);
    if (entry === 0)
        throw badCode('pre');
    return entry >>> 5;
}
function badBlockType(type) {
    return corrupt('LZX_BLOCK_TYPE', `block type ${type} before ${hex(input.position)}, expected 1, 2 or 3`, {
        structure: 'LZX block header',
        offset: input.position,
    });
}
function badBlockSize(size, room) {
    return corrupt('LZX_BLOCK_SIZE', `block of ${size} bytes before ${hex(input.position)}, expected 1 to ${room}`, {
        structure: 'LZX block header',
        offset: input.position,
    });
}
function badCode(name) {
    return corrupt('LZX_CODE_INVALID', `lengths of the ${name} code before ${hex(input.position)} make no complete code`, {
        structure: 'LZX code lengths',
        offset: input.position,
    });
}
function badRecent(offset) {
    return corrupt('LZX_RECENT_DISTANCE', `recent distance of 0 at ${hex(offset)}`, {
        structure: 'LZX uncompressed block',
        offset,
    });
}
function badDistance(offset, distance, produced) {
    return corrupt('LZX_DISTANCE_TOO_LARGE', `match before ${hex(offset)} points ${distance} bytes back, the chunk has ${produced} so far`, { structure: 'LZX block', offset });
}
function tooLong(offset, length, room) {
    return corrupt('LZX_MATCH_TOO_LONG', `match of ${length} bytes before ${hex(offset)}, its block has room for ${room}`, {
        structure: 'LZX block',
        offset,
    });
}
function truncated(offset) {
    return corrupt('LZX_CHUNK_TRUNCATED', `the chunk ends at ${hex(offset)} before all of its content was made`, {
        structure: 'LZX chunk',
        offset,
    });
}

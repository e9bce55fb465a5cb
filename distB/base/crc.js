/**
 * 32-bit CRCs of reflected polynomials, slice-by-8: about 1 GB/s once warm.
 *
 * Structures that formats protect are mostly zeros at their end (64 KiB for two entries). Appending n zero bytes
 * multiplies the remainder by x^(8n), which takes log2(n) steps, so such an end costs next to nothing.
 */
import { isZero, lengthWithoutZeros } from "./bytes.js";
/** Shorter ends of zeros are not worth the multiplication. */
const ZEROS_MIN = 128;
const ENDS_MAX = 64;
/** The CRC of this polynomial (reflected), whose `seed` is a CRC returned earlier, to go on from; 0 to start. */
export function makeCrc(polynomial) {
    let tables;
    let powers;
    // A thousand images have the same few structures, which end alike.
    const ends = new Map();
    return (bytes, seed = 0) => {
        tables ??= buildTables(polynomial);
        const { length } = bytes;
        if (length < ZEROS_MIN)
            return ~divide(tables, bytes, length, ~seed) >>> 0;
        const known = ends.get(length);
        const used = known !== undefined && endsAt(bytes, known.used) ? known.used : lengthWithoutZeros(bytes);
        if (length - used < ZEROS_MIN)
            return ~divide(tables, bytes, length, ~seed) >>> 0;
        powers ??= buildPowers(polynomial);
        const factor = known?.used === used ? known.factor : powerOf(length - used, powers, polynomial);
        if (known?.used !== used && (known !== undefined || ends.size < ENDS_MAX))
            ends.set(length, { used, factor });
        return ~multiply(factor, divide(tables, bytes, used, ~seed), polynomial) >>> 0;
    };
}
/** Eight tables of 256: what a byte adds to the remainder when 0 to 7 more bytes follow it. */
function buildTables(polynomial) {
    const table = new Uint32Array(8 * 256);
    for (let half = 128, value = 1; half > 0; half >>>= 1) {
        value = value & 1 ? (value >>> 1) ^ polynomial : value >>> 1;
        for (let n = half; n < 256; n += 2 * half)
            table[n] = value ^ table[n - half];
    }
    for (let n = 256; n < table.length; n++) {
        const below = table[n - 256];
        table[n] = (below >>> 8) ^ table[below & 0xff];
    }
    return table;
}
/** x^8, x^16, x^32 ... modulo the polynomial: what 1, 2, 4 ... zero bytes multiply by. */
function buildPowers(polynomial) {
    const powers = new Uint32Array(32);
    powers[0] = 0x0080_0000;
    for (let i = 1; i < powers.length; i++)
        powers[i] = multiply(powers[i - 1], powers[i - 1], polynomial);
    return powers;
}
/** Product of two remainders; bit 31 is x^0. */
function multiply(a, b, polynomial) {
    let product = 0;
    for (let bit = 31, shifted = b; bit >= 0; bit--) {
        if ((a >>> bit) & 1)
            product ^= shifted;
        shifted = shifted & 1 ? (shifted >>> 1) ^ polynomial : shifted >>> 1;
    }
    return product;
}
/** What `count` zero bytes multiply a remainder by. */
function powerOf(count, powers, polynomial) {
    let result = 0x8000_0000; // one
    for (let rest = count, i = 0; rest > 0; rest = Math.floor(rest / 2), i++) {
        if (rest % 2 === 1)
            result = multiply(powers[i], result, polynomial);
    }
    return result;
}
/** The remainder of the first `length` bytes, continuing from one. */
function divide(t, bytes, length, remainder) {
    let crc = remainder;
    let i = 0;
    for (const end = length - 7; i < end; i += 8) {
        const low = crc ^ (bytes[i] | (bytes[i + 1] << 8) | (bytes[i + 2] << 16) | (bytes[i + 3] << 24));
        crc =
            t[0x700 + (low & 0xff)] ^
                t[0x600 + ((low >>> 8) & 0xff)] ^
                t[0x500 + ((low >>> 16) & 0xff)] ^
                t[0x400 + (low >>> 24)] ^
                t[0x300 + bytes[i + 4]] ^
                t[0x200 + bytes[i + 5]] ^
                t[0x100 + bytes[i + 6]] ^
                t[bytes[i + 7]];
    }
    for (; i < length; i++)
        crc = (crc >>> 8) ^ t[(crc ^ bytes[i]) & 0xff];
    return crc;
}
function endsAt(bytes, used) {
    return (used === 0 || bytes[used - 1] !== 0) && isZero(bytes, used);
}

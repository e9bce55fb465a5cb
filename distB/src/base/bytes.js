/**
 * Little-endian helpers over DataView and Uint8Array. Pure: no I/O, no node: imports.
 *
 * u64 policy: offsets, sizes and lengths are numbers. A value beyond 2^53-1 becomes NaN, so that every range test
 * written in the positive form (`offset + length <= size`) falls on the failing side by itself.
 * Opaque 64-bit values (sequence numbers, LSNs) are bigint.
 */
export const KIB = 1024;
export const MIB = 1024 * 1024;
export const GIB = 1024 * 1024 * 1024;
export const TIB = 1024 * 1024 * 1024 * 1024;
const HIGH_SAFE = 0x20_0000; // 2^53 / 2^32
/** A DataView on exactly these bytes (pooled Buffers start anywhere in their ArrayBuffer). */
export function viewOf(bytes) {
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
/** Writes ASCII text at this offset. */
export function setAscii(bytes, offset, text) {
    for (let i = 0; i < text.length; i++)
        bytes[offset + i] = text.charCodeAt(i);
}
/** Writes UTF-16LE text at this offset, as it is, without a terminator. */
export function setUtf16(view, offset, text) {
    for (let i = 0; i < text.length; i++)
        view.setUint16(offset + 2 * i, text.charCodeAt(i), true);
}
/** Unsigned 64-bit little-endian as a number; NaN beyond 2^53-1. */
export function getU64(view, offset) {
    const high = view.getUint32(offset + 4, true);
    return high < HIGH_SAFE ? high * 0x1_0000_0000 + view.getUint32(offset, true) : Number.NaN;
}
/** Writes a whole number from 0 to 2^53-1 as unsigned 64-bit little-endian. */
export function setU64(view, offset, value) {
    view.setUint32(offset, value % 0x1_0000_0000, true);
    view.setUint32(offset + 4, Math.floor(value / 0x1_0000_0000), true);
}
/** Signed 64-bit little-endian as a number; NaN outside ±2^53. */
export function getI64(view, offset) {
    const high = view.getInt32(offset + 4, true);
    return high >= -HIGH_SAFE && high < HIGH_SAFE ? high * 0x1_0000_0000 + view.getUint32(offset, true) : Number.NaN;
}
export function getU64Be(view, offset) {
    const high = view.getUint32(offset, false);
    return high < HIGH_SAFE ? high * 0x1_0000_0000 + view.getUint32(offset + 4, false) : Number.NaN;
}
/** True when the ASCII text stands at this offset. */
export function hasAscii(bytes, offset, text) {
    if (offset + text.length > bytes.length)
        return false;
    for (let i = 0; i < text.length; i++)
        if (bytes[offset + i] !== text.charCodeAt(i))
            return false;
    return true;
}
/** UTF-16LE text of `units` code units; unpaired surrogates are kept as they are. */
export function getUtf16(view, offset, units) {
    if (units > UNITS_FEW) {
        return Buffer.from(view.buffer, view.byteOffset + offset, 2 * units).toString('utf16le');
    }
    const codes = new Array(units);
    for (let i = 0; i < units; i++)
        codes[i] = view.getUint16(offset + 2 * i, true);
    return String.fromCharCode.apply(null, codes);
}
/** Up to here the platform's own decoder takes longer to call than the text to decode. */
const UNITS_FEW = 32;
export function isPowerOfTwo(value) {
    return value > 0 && Number.isSafeInteger(value) && Number.isInteger(Math.log2(value));
}
export function alignDown(value, unit) {
    return value - (value % unit);
}
export function alignUp(value, unit) {
    const rest = value % unit;
    return rest === 0 ? value : value + unit - rest;
}
/** True when every byte from `start` to `end` is zero. */
export function isZero(bytes, start = 0, end = bytes.length) {
    if (start < end && bytes[start] !== 0)
        return false; // most that is not zero says so at once
    // The C library compares several times faster than a loop here, and needs no warming up.
    for (let at = start; at < end; at += ZEROS.length) {
        const stop = Math.min(end, at + ZEROS.length);
        if (ZEROS.compare(bytes, at, stop, 0, stop - at) !== 0)
            return false;
    }
    return true;
}
const ZEROS = Buffer.alloc(64 * KIB);
/** Bytes up to the last that is not zero. */
export function lengthWithoutZeros(bytes) {
    let end = bytes.length;
    for (let step = 64 * KIB; step >= 64;) {
        if (end >= step && isZero(bytes, end - step, end))
            end -= step;
        else
            step >>>= 1;
    }
    while (end > 0 && bytes[end - 1] === 0)
        end--;
    return end;
}
/** True when both hold the same bytes. */
export function bytesEqual(a, b) {
    if (a.length !== b.length)
        return false;
    if (((a.byteOffset | b.byteOffset | a.length) & 3) === 0) {
        const left = new Uint32Array(a.buffer, a.byteOffset, a.length >>> 2);
        const right = new Uint32Array(b.buffer, b.byteOffset, b.length >>> 2);
        for (let i = 0; i < left.length; i++)
            if (left[i] !== right[i])
                return false;
        return true;
    }
    for (let i = 0; i < a.length; i++)
        if (a[i] !== b[i])
            return false;
    return true;
}
/** `0x1f00` style, for messages. */
export function hex(value) {
    return Number.isNaN(value) ? 'more than 2^53' : `0x${value.toString(16)}`;
}

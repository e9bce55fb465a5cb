/** Values of compressed rows: what row compression leaves out is put back, then the ordinary decoder reads them. */
import { decoderOf, fixedSize, XType } from "./column-type.js";
import { scaledText } from "./numbers.js";
import { scsuText } from "./scsu.js";
import { utf16Text } from "./text.js";
/** The value behind these bytes; none stand for zero or the empty string. Throws a RangeError for impossible bytes. */
export function expandValue(type, bytes) {
    switch (type.xtype) {
        case XType.bit:
            return bytes.length > 0 && bytes[0] !== 0;
        case XType.smallint:
        case XType.int:
        case XType.bigint:
        case XType.money:
        case XType.smallmoney:
        case XType.datetime:
            return decodeSized(type, biased(bytes, fixedSize(type)));
        case XType.real:
        case XType.float:
        case XType.smalldatetime:
            return decodeSized(type, padded(bytes, fixedSize(type), true));
        case XType.tinyint:
        case XType.date:
        case XType.time:
        case XType.datetime2:
        case XType.datetimeoffset:
        case XType.uniqueidentifier:
            return decodeSized(type, padded(bytes, fixedSize(type), false));
        case XType.rowversion:
            return padded(bytes, 8, true);
        case XType.decimal:
        case XType.numeric:
            return variableDecimal(bytes, type.scale);
        case XType.nvarchar:
        case XType.ntext:
            return unicodeText(bytes);
        case XType.nchar:
            return unicodeText(bytes).padEnd(type.length / 2, ' ');
        case XType.char:
            return String(decodeSized(type, bytes)).padEnd(type.length, ' ');
        case XType.binary:
            return padded(bytes, type.length, false);
        default:
            return decodeSized(type, bytes);
    }
}
function decodeSized(type, bytes) {
    return decoderOf(type)(bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0, bytes.length);
}
/** Big-endian of the least size, biased by half its range, to little-endian of the full size. */
function biased(bytes, size) {
    const target = new Uint8Array(size);
    const length = bytes.length;
    if (length > size)
        throw new RangeError(`${length} bytes are too many`);
    if (length === 0)
        return target;
    const top = bytes[0] ^ 0x80;
    for (let i = 0; i < length - 1; i++)
        target[i] = bytes[length - 1 - i];
    target[length - 1] = top;
    if (top >= 0x80)
        target.fill(0xff, length); // negative: the sign goes on
    return target;
}
/** Zero bytes that were left out, in front or behind. */
function padded(bytes, size, inFront) {
    if (bytes.length > size)
        throw new RangeError(`${bytes.length} bytes are too many`);
    const target = new Uint8Array(size);
    target.set(bytes, inFront ? size - bytes.length : 0);
    return target;
}
/** Of an even length it is UTF-16, of an odd one SCSU. */
function unicodeText(bytes) {
    return bytes.length % 2 === 0 ? utf16Text(bytes, 0, bytes.length) : scsuText(bytes);
}
/** Sign and exponent in one byte, then three decimal digits in each ten bits; the point stands behind the first digit. */
function variableDecimal(bytes, scale) {
    if (bytes.length === 0)
        return scaledText(false, '0', scale);
    const negative = bytes[0] < 0x80;
    const exponent = (bytes[0] & 0x7f) - 64;
    let digits = '';
    let bits = 0;
    let held = 0;
    for (let i = 1; i < bytes.length || held > 0; i++) {
        bits = (bits << 8) | (bytes[i] ?? 0);
        held += 8;
        if (held < 10)
            continue;
        held -= 10;
        const group = bits >>> held;
        if (group > 999)
            throw new RangeError('digits beyond 999 in a decimal');
        digits += String(group).padStart(3, '0');
        bits &= (1 << held) - 1;
        if (i >= bytes.length - 1 && bits === 0)
            break;
    }
    digits = digits.replace(/^0+/, '');
    // digits[0] has weight 10^exponent: bring the number to units of 10^-scale.
    const places = exponent + 1 + scale;
    const units = places <= 0 ? '0' : digits.slice(0, places).padEnd(places, '0');
    return scaledText(negative, units.replace(/^0+(?=\d)/, ''), scale);
}

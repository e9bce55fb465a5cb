/** Typed values inside binary XML, as XML Schema writes them. */
import { getGuid } from "../base/guid.js";
import { datetimeText, decodeDate, decodeDatetime2, decodeTime, smallDatetimeText, timeSize } from "./date-time.js";
import { decodeDecimal, moneyText, realNumber } from "./numbers.js";
import { codePageText } from "./text.js";
/** Windows code pages by number; others are read as windows-1252. */
const CODE_PAGES = {
    874: 'windows-874',
    932: 'shift_jis',
    936: 'gbk',
    949: 'euc-kr',
    950: 'big5',
    65001: 'utf-8',
};
const utf16 = (input) => input.text();
const codePage = (input) => {
    const size = input.multiByte();
    const at = input.take(size);
    if (size < 4)
        throw new RangeError('text without a code page in binary XML');
    const number = input.view.getUint32(at, true);
    const name = CODE_PAGES[number] ?? (number >= 1250 && number <= 1258 ? `windows-${number}` : 'windows-1252');
    return codePageText(input.bytes, at + 4, at + size, name);
};
const base64 = (input) => {
    const size = input.multiByte();
    const at = input.take(size);
    return Buffer.from(input.bytes.buffer, input.bytes.byteOffset + at, size).toString('base64');
};
const binHex = (input) => {
    const size = input.multiByte();
    const at = input.take(size);
    return Buffer.from(input.bytes.buffer, input.bytes.byteOffset + at, size)
        .toString('hex')
        .toUpperCase();
};
const decimal = (input) => {
    const size = input.multiByte();
    const at = input.take(size);
    if (size < 7)
        throw new RangeError('a decimal cut short in binary XML');
    return String(decodeDecimal(input.bytes[at + 1])(input.bytes, input.view, at + 2, at + size));
};
/** Scale, time, date, and where the token has one a time zone in minutes. */
function timed(kind, zone) {
    return (input) => {
        const scale = input.u8();
        if (scale > 7)
            throw new RangeError('a time of an unknown scale in binary XML');
        const size = timeSize(scale);
        const at = input.take(size + 3 + (zone ? 2 : 0));
        const { bytes, view } = input;
        const end = at + size + 3;
        const text = kind === 'date'
            ? decodeDate(bytes, view, at + size, end)
            : kind === 'time'
                ? decodeTime(scale)(bytes, view, at, end)
                : decodeDatetime2(scale)(bytes, view, at, end);
        return String(text).replace(' ', 'T') + (zone ? zoneText(view.getInt16(end, true)) : '');
    };
}
function zoneText(minutes) {
    if (minutes === 0)
        return 'Z';
    const two = (value) => String(Math.trunc(Math.abs(value))).padStart(2, '0');
    return `${minutes < 0 ? '-' : '+'}${two(minutes / 60)}:${two(minutes % 60)}`;
}
const plainDate = (input) => {
    const at = input.take(3);
    return String(decodeDate(input.bytes, input.view, at, at + 3));
};
const ATOMS = {
    1: (input) => String(input.view.getInt16(input.take(2), true)),
    2: (input) => String(input.view.getInt32(input.take(4), true)),
    3: (input) => String(realNumber(input.view.getFloat32(input.take(4), true))),
    4: (input) => String(input.view.getFloat64(input.take(8), true)),
    5: (input) => moneyText(input.view.getBigInt64(input.take(8), true)),
    6: (input) => String(input.u8()),
    7: (input) => String(input.u8()),
    8: (input) => String(input.view.getBigInt64(input.take(8), true)),
    9: (input) => getGuid(input.bytes, input.take(16)),
    10: decimal,
    11: decimal,
    12: base64,
    13: codePage,
    14: utf16,
    15: base64,
    16: codePage,
    17: utf16,
    18: (input) => {
        const at = input.take(8); // days first: the other order than in rows
        return datetimeText(input.view.getUint32(at + 4, true), input.view.getInt32(at, true)).replace(' ', 'T');
    },
    19: (input) => {
        const at = input.take(4);
        return smallDatetimeText(input.view.getUint16(at + 2, true), input.view.getUint16(at, true)).replace(' ', 'T');
    },
    20: (input) => moneyText(BigInt(input.view.getInt32(input.take(4), true))),
    22: codePage,
    23: base64,
    24: utf16,
    27: base64,
    122: timed('datetime', true),
    123: timed('time', true),
    124: timed('date', true),
    125: timed('time', false),
    126: timed('datetime', false),
    127: plainDate,
    132: binHex,
    133: base64,
    134: (input) => (input.u8() === 0 ? 'false' : 'true'),
    135: decimal,
    136: (input) => String(input.view.getInt8(input.take(1))),
    137: (input) => String(input.view.getUint16(input.take(2), true)),
    138: (input) => String(input.view.getUint32(input.take(4), true)),
    139: (input) => String(input.view.getBigUint64(input.take(8), true)),
    140: (input, nameText) => nameText(input.multiByte()),
};
export function isAtom(token) {
    return token in ATOMS;
}
export function atomText(input, token, nameText) {
    return ATOMS[token](input, nameText);
}

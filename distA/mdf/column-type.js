/** Types: their numbers in the catalog, their names, and how their values are decoded. */
import { getGuid } from "../base/guid.js";
import { readBinaryXml } from "./binary-xml.js";
import { decodeDate, decodeDatetime, decodeDatetime2, decodeDatetimeOffset, decodeSmallDatetime, decodeTime, timeSize, } from "./date-time.js";
import { decimalSize, decodeBigint, decodeDecimal, decodeMoney, decodeSmallMoney, realNumber } from "./numbers.js";
import { codePageOf, codePageText, utf16Text } from "./text.js";
export const XType = {
    image: 34,
    text: 35,
    uniqueidentifier: 36,
    date: 40,
    time: 41,
    datetime2: 42,
    datetimeoffset: 43,
    tinyint: 48,
    smallint: 52,
    int: 56,
    smalldatetime: 58,
    real: 59,
    money: 60,
    datetime: 61,
    float: 62,
    sql_variant: 98,
    ntext: 99,
    bit: 104,
    decimal: 106,
    numeric: 108,
    smallmoney: 122,
    bigint: 127,
    varbinary: 165,
    varchar: 167,
    binary: 173,
    char: 175,
    rowversion: 189,
    nvarchar: 231,
    nchar: 239,
    clr: 240,
    xml: 241,
};
const NAMES = new Map(Object.entries(XType).map(([name, number]) => [number, name]));
/** `ti` of sysrscols: the type in its low byte, what else there is to know above it. */
export function typeFromInfo(info, collation) {
    const xtype = info & 0xff;
    const high = info >>> 8;
    if (xtype === XType.decimal || xtype === XType.numeric)
        return { xtype, length: 0, precision: high & 0xff, scale: (high >>> 8) & 0xff, collation };
    if (xtype === XType.time || xtype === XType.datetime2 || xtype === XType.datetimeoffset)
        return { xtype, length: 0, precision: 0, scale: high & 0xff, collation };
    return { xtype, length: high & 0xffff, precision: 0, scale: 0, collation };
}
/** `nvarchar(128)`, `decimal(9,2)`, `datetime2(7)`. */
export function typeText(type) {
    const { xtype, length } = type;
    const name = NAMES.get(xtype) ?? `type ${xtype}`;
    switch (xtype) {
        case XType.decimal:
        case XType.numeric:
            return `${name}(${type.precision},${type.scale})`;
        case XType.time:
        case XType.datetime2:
        case XType.datetimeoffset:
            return `${name}(${type.scale})`;
        case XType.nvarchar:
        case XType.nchar:
            return `${name}(${length === 0 || length === 0xffff ? 'max' : length / 2})`;
        case XType.varchar:
        case XType.char:
        case XType.varbinary:
        case XType.binary:
            return `${name}(${length === 0 || length === 0xffff ? 'max' : length})`;
        default:
            return name;
    }
}
/** Bytes of a fixed-length value, or null where the length belongs to the column. */
export function fixedSize(type) {
    switch (type.xtype) {
        case XType.tinyint:
        case XType.bit:
            return 1;
        case XType.smallint:
            return 2;
        case XType.date:
            return 3;
        case XType.int:
        case XType.real:
        case XType.smalldatetime:
        case XType.smallmoney:
            return 4;
        case XType.bigint:
        case XType.float:
        case XType.money:
        case XType.datetime:
        case XType.rowversion:
            return 8;
        case XType.uniqueidentifier:
            return 16;
        case XType.decimal:
        case XType.numeric:
            return decimalSize(type.precision);
        case XType.time:
            return timeSize(type.scale);
        case XType.datetime2:
            return timeSize(type.scale) + 3;
        case XType.datetimeoffset:
            return timeSize(type.scale) + 5;
        default:
            return null;
    }
}
/** Text and images of the old kind: the row holds a pointer, never the value. */
export function isTextPointer(xtype) {
    return xtype === XType.text || xtype === XType.ntext || xtype === XType.image;
}
export function usesCodePage(xtype) {
    return xtype === XType.varchar || xtype === XType.char || xtype === XType.text;
}
export function isText(xtype) {
    return usesCodePage(xtype) || xtype === XType.nvarchar || xtype === XType.nchar || xtype === XType.ntext;
}
/** MAX values of some versions carry a byte in front. No other text has an odd number of bytes; what is encrypted has. */
const MAX_MARK = 0x21;
function decodeUtf16(isMax) {
    return (bytes, _view, start, end) => {
        if ((end - start) % 2 === 0)
            return utf16Text(bytes, start, end);
        if (isMax && bytes[start] === MAX_MARK)
            return utf16Text(bytes, start + 1, end);
        throw new RangeError(`${end - start} bytes are no UTF-16 (is the column under Always Encrypted?)`);
    };
}
const decodeBytes = (bytes, _view, start, end) => bytes.slice(start, end);
export function decoderOf(type) {
    const size = fixedSize(type);
    const decode = rawDecoderOf(type);
    if (size === null)
        return decode;
    return (bytes, view, start, end) => {
        if (end - start < size)
            throw new RangeError(`${end - start} bytes are too few for ${typeText(type)}`);
        return decode(bytes, view, start, start + size);
    };
}
function rawDecoderOf(type) {
    switch (type.xtype) {
        case XType.tinyint:
            return (bytes, _view, start) => bytes[start];
        case XType.bit:
            return (bytes, _view, start) => (bytes[start] & 1) === 1;
        case XType.smallint:
            return (_bytes, view, start) => view.getInt16(start, true);
        case XType.int:
            return (_bytes, view, start) => view.getInt32(start, true);
        case XType.bigint:
            return decodeBigint;
        case XType.real:
            return (_bytes, view, start) => realNumber(view.getFloat32(start, true));
        case XType.float:
            return (_bytes, view, start) => view.getFloat64(start, true);
        case XType.money:
            return decodeMoney;
        case XType.smallmoney:
            return decodeSmallMoney;
        case XType.decimal:
        case XType.numeric:
            return decodeDecimal(type.scale);
        case XType.datetime:
            return decodeDatetime;
        case XType.smalldatetime:
            return decodeSmallDatetime;
        case XType.date:
            return decodeDate;
        case XType.time:
            return decodeTime(type.scale);
        case XType.datetime2:
            return decodeDatetime2(type.scale);
        case XType.datetimeoffset:
            return decodeDatetimeOffset(type.scale);
        case XType.uniqueidentifier:
            return (bytes, _view, start) => getGuid(bytes, start);
        case XType.nvarchar:
        case XType.nchar:
        case XType.ntext:
            return decodeUtf16(type.length === 0 || type.length === 0xffff);
        case XType.varchar:
        case XType.char:
        case XType.text: {
            const codePage = codePageOf(type.collation).name;
            return (bytes, _view, start, end) => codePageText(bytes, start, end, codePage);
        }
        case XType.xml:
            return (bytes, _view, start, end) => readBinaryXml(bytes.subarray(start, end));
        case XType.sql_variant:
            return decodeVariant;
        default:
            return decodeBytes;
    }
}
/** u8 type, u8 version, then what the type needs to be read, then the value. */
const decodeVariant = (bytes, view, start, end) => {
    if (end - start < 2)
        throw new RangeError('a sql_variant without a type');
    const xtype = bytes[start];
    const at = start + 2;
    const plain = { xtype, length: 0, precision: 0, scale: 0, collation: 0 };
    switch (xtype) {
        case XType.decimal:
        case XType.numeric:
            return decoderOf({ ...plain, precision: bytes[at], scale: bytes[at + 1] })(bytes, view, at + 2, end);
        case XType.time:
        case XType.datetime2:
        case XType.datetimeoffset:
            return decoderOf({ ...plain, scale: bytes[at] })(bytes, view, at + 1, end);
        case XType.binary:
        case XType.varbinary:
            return decodeBytes(bytes, view, at + 2, end);
        case XType.char:
        case XType.varchar:
        case XType.nchar:
        case XType.nvarchar: {
            if (at + 6 > end)
                throw new RangeError('a sql_variant cut short');
            return decoderOf({ ...plain, collation: view.getUint32(at + 2, true) })(bytes, view, at + 6, end);
        }
        case XType.sql_variant:
            throw new RangeError('a sql_variant inside a sql_variant');
        default:
            return decoderOf(plain)(bytes, view, at, end);
    }
};

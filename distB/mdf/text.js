/**
 * Text: UTF-16 as stored, and single or double-byte text in the code page of its collation.
 *
 * A collation is a u32: SQL sort id in the top byte (0 for Windows collations), a locale index in the lowest, and flags
 * between them, one of which says UTF-8. Sort ids are documented; locale indexes are those that public probes of real
 * databases found (2017 to 2025) or that stand in real ones here. The rest is read as windows-1252 and reported.
 */
const SHORT = 24;
export function utf16Text(bytes, start, end) {
    if (end - start > 2 * SHORT)
        return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf16le');
    let text = '';
    for (let i = start; i + 1 < end; i += 2)
        text += String.fromCharCode(bytes[i] | (bytes[i + 1] << 8));
    return text;
}
/** From sort ids to the code pages of their languages. */
const SORT_PAGES = [
    [50, 75, 'windows-1252'],
    [80, 96, 'windows-1250'],
    [104, 108, 'windows-1251'],
    [112, 124, 'windows-1253'],
    [128, 130, 'windows-1254'],
    [136, 138, 'windows-1255'],
    [144, 146, 'windows-1256'],
    [152, 160, 'windows-1257'],
    [183, 186, 'windows-1252'],
    [192, 193, 'shift_jis'],
    [194, 195, 'euc-kr'],
    [196, 197, 'big5'],
    [198, 199, 'gbk'],
    [200, 200, 'shift_jis'],
    [201, 201, 'euc-kr'],
    [202, 202, 'big5'],
    [203, 203, 'gbk'],
    [204, 206, 'windows-874'],
];
/** From locale indexes to the code pages of their languages. */
const LOCALE_PAGES = new Map([
    [0x01, 'windows-1256'], // Arabic
    [0x03, 'big5'], // Chinese_Taiwan_Stroke
    [0x07, 'windows-1253'], // Greek
    [0x08, 'windows-1252'], // Latin1_General
    [0x0b, 'windows-1252'], // French
    [0x0c, 'windows-1255'], // Hebrew
    [0x10, 'shift_jis'], // Japanese
    [0x11, 'euc-kr'], // Korean_Wansung
    [0x13, 'windows-1250'], // Polish
    [0x15, 'windows-1251'], // Cyrillic_General
    [0x19, 'windows-874'], // Thai
    [0x1a, 'windows-1254'], // Turkish
    [0x1f, 'windows-1257'], // Lithuanian
    [0x20, 'windows-1258'], // Vietnamese
    [0x24, 'gbk'], // Chinese_PRC
    [0x28, 'windows-1252'], // Modern_Spanish
]);
const DEFAULT_PAGE = 'windows-1252';
/** Flags of a collation: text is UTF-8 (2019 and later); case does not matter. */
const FLAG_UTF8 = 0x100;
const FLAG_IGNORE_CASE = 0x1000;
export function codePageOf(collation) {
    const sortId = collation >>> 24;
    if (sortId !== 0) {
        const known = SORT_PAGES.find(([from, to]) => sortId >= from && sortId <= to);
        return { name: known?.[2] ?? DEFAULT_PAGE, certain: known !== undefined };
    }
    if ((collation & FLAG_UTF8) !== 0)
        return { name: 'utf-8', certain: true };
    const known = LOCALE_PAGES.get(collation & 0xff);
    return { name: known ?? DEFAULT_PAGE, certain: known !== undefined };
}
/** Binary collations too; false where the collation is not known. */
export function isCaseSensitive(collation) {
    return collation !== 0 && (collation & FLAG_IGNORE_CASE) === 0;
}
const decoders = new Map();
export function codePageText(bytes, start, end, codePage) {
    let ascii = true;
    for (let i = start; i < end; i++) {
        if (bytes[i] >= 0x80) {
            ascii = false;
            break;
        }
    }
    if (ascii && end - start <= SHORT) {
        let text = '';
        for (let i = start; i < end; i++)
            text += String.fromCharCode(bytes[i]);
        return text;
    }
    if (ascii)
        return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
    if (codePage === DEFAULT_PAGE)
        return windows1252(bytes, start, end);
    let decoder = decoders.get(codePage);
    if (decoder === undefined)
        decoders.set(codePage, (decoder = new TextDecoder(codePage, { ignoreBOM: true })));
    return decoder.decode(bytes.subarray(start, end));
}
/** What windows-1252 has between 0x80 and 0x9f; the rest is Latin-1. */
const BETWEEN = '\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178';
/** Node's own decoder reads it as Latin-1 in some versions. */
function windows1252(bytes, start, end) {
    const latin = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
    return latin.replace(/[\u0080-\u009f]/g, (char) => BETWEEN[char.charCodeAt(0) - 0x80]);
}

/**
 * Text: UTF-16 as stored, and single or double-byte text in the code page of its collation.
 *
 * A collation is a u32: SQL sort id in the top byte (0 for Windows collations), a locale index in the lowest. Sort ids
 * are documented; of locale indexes only a few are known, the rest is read as windows-1252 and reported.
 */

const SHORT = 24;

export function utf16Text(bytes: Uint8Array, start: number, end: number): string {
  if (end - start > 2 * SHORT)
    return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf16le');
  let text = '';
  for (let i = start; i + 1 < end; i += 2) text += String.fromCharCode(bytes[i]! | (bytes[i + 1]! << 8));
  return text;
}

/** From sort ids to the code pages of their languages. */
const SORT_PAGES: readonly (readonly [from: number, to: number, codePage: string])[] = [
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
/** Locale indexes seen in real databases together with their LCID: English, French, Spanish. */
const KNOWN_LOCALES: ReadonlySet<number> = new Set([0x08, 0x0b, 0x28]);
const DEFAULT_PAGE = 'windows-1252';

export type CodePage = { readonly name: string; readonly certain: boolean };

export function codePageOf(collation: number): CodePage {
  const sortId = collation >>> 24;
  if (sortId !== 0) {
    const known = SORT_PAGES.find(([from, to]) => sortId >= from && sortId <= to);
    return { name: known?.[2] ?? DEFAULT_PAGE, certain: known !== undefined };
  }
  return { name: DEFAULT_PAGE, certain: KNOWN_LOCALES.has(collation & 0xff) };
}

const decoders = new Map<string, InstanceType<typeof TextDecoder>>();

export function codePageText(bytes: Uint8Array, start: number, end: number, codePage: string): string {
  let ascii = true;
  for (let i = start; i < end; i++) {
    if (bytes[i]! >= 0x80) {
      ascii = false;
      break;
    }
  }
  if (ascii && end - start <= SHORT) {
    let text = '';
    for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i]!);
    return text;
  }
  if (ascii) return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
  if (codePage === DEFAULT_PAGE) return windows1252(bytes, start, end);
  let decoder = decoders.get(codePage);
  if (decoder === undefined) decoders.set(codePage, (decoder = new TextDecoder(codePage)));
  return decoder.decode(bytes.subarray(start, end));
}

/** What windows-1252 has between 0x80 and 0x9f; the rest is Latin-1. */
const BETWEEN =
  '\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178';

/** Node's own decoder reads it as Latin-1 in some versions. */
function windows1252(bytes: Uint8Array, start: number, end: number): string {
  const latin = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
  return latin.replace(/[\u0080-\u009f]/g, (char) => BETWEEN[char.charCodeAt(0) - 0x80]!);
}

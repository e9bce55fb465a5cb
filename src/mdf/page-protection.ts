/** How a page proves itself: a checksum, or the torn-page bits of SQL Server 2000; and the way back from the latter. */

import { PAGE, PAGE_SIZE } from './page.ts';

const FLAG_TORN = 0x0100;
const FLAG_CHECKSUM = 0x0200;
const SECTORS = 16;
const SECTOR_SIZE = 512;
const SECTOR_WORDS = 128;
const CHECKSUM_WORD = PAGE.tornBits / 4;
const PAGE_TYPES_MAX = 20;

/** `blank`: the page was never formatted. */
export type Protection = 'checksum' | 'torn-bits' | 'unprotected' | 'blank';
export type PageDefect = 'checksum' | 'torn' | 'wrong-id' | 'zeroed' | 'header';
export type PageVerdict = { readonly protection: Protection; readonly defect: PageDefect | null };

/** Verdicts are few and pages are many: one object for each kind. */
const SOUND: Readonly<Record<Protection, PageVerdict>> = {
  checksum: { protection: 'checksum', defect: null },
  'torn-bits': { protection: 'torn-bits', defect: null },
  unprotected: { protection: 'unprotected', defect: null },
  blank: { protection: 'blank', defect: null },
};
const BLANK: PageVerdict = { protection: 'blank', defect: 'zeroed' };

/** The checksum of the page at `at` in words. */
export type PageSum = (words: Uint32Array, at: number) => number;

/** XOR of the words of each sector, rotated into one; the checksum's own word is left out. */
export function pageChecksum(words: Uint32Array, at = 0): number {
  let sum = 0;
  for (let sector = 0; sector < SECTORS; sector++) {
    const end = at + SECTOR_WORDS;
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    for (; at < end; at += 8) {
      a ^= words[at]! ^ words[at + 4]!;
      b ^= words[at + 1]! ^ words[at + 5]!;
      c ^= words[at + 2]! ^ words[at + 6]!;
      d ^= words[at + 3]! ^ words[at + 7]!;
    }
    let value = a ^ b ^ c ^ d;
    if (sector === 0) value ^= words[end - SECTOR_WORDS + CHECKSUM_WORD]!;
    sum = ((sum << 1) | (sum >>> 31)) ^ value;
  }
  return sum >>> 0;
}

/**
 * Judges the page at `at` in `words`, which stands at `file`:`page`. Restores nothing. All-zero pages are `blank` with
 * defect `zeroed`: whether that is damage depends on whether the page is allocated.
 */
export function judgePage(
  words: Uint32Array,
  at: number,
  file: number,
  page: number,
  sum: PageSum = pageChecksum,
): PageVerdict {
  const type = (words[at]! >>> 8) & 0xff;
  const version = words[at]! & 0xff;
  if (version === 0 && type === 0) return isBlank(words, at) ? BLANK : { protection: 'blank', defect: 'header' };
  const flags = words[at + 1]! & 0xffff;
  if ((flags & FLAG_CHECKSUM) !== 0) {
    if (sum(words, at) !== words[at + CHECKSUM_WORD]) return { protection: 'checksum', defect: 'checksum' };
  } else if ((flags & FLAG_TORN) !== 0 && isTorn(words, at)) return { protection: 'torn-bits', defect: 'torn' };
  const protection =
    (flags & FLAG_CHECKSUM) !== 0 ? 'checksum' : (flags & FLAG_TORN) !== 0 ? 'torn-bits' : 'unprotected';
  if (words[at + PAGE.pageId / 4] !== page || (words[at + PAGE.fileId / 4]! & 0xffff) !== file)
    return { protection, defect: 'wrong-id' };
  if (version !== 1 || type === 0 || type > PAGE_TYPES_MAX) return { protection, defect: 'header' };
  return SOUND[protection];
}

function isBlank(words: Uint32Array, at: number): boolean {
  for (let i = at; i < at + PAGE_SIZE / 4; i++) if (words[i] !== 0) return false;
  return true;
}

function isTorn(words: Uint32Array, at: number): boolean {
  const signature = words[at + CHECKSUM_WORD]! & 3;
  for (let sector = 1; sector < SECTORS; sector++) {
    const last = words[at + (sector + 1) * SECTOR_WORDS - 1]! >>> 24;
    if ((last & 3) !== signature) return true;
  }
  return false;
}

/**
 * Puts back the two low bits of each sector's last byte, which torn-page detection had replaced: the last one belongs
 * to the first slot, so a page read without this is misread.
 */
export function restoreTornBits(bytes: Uint8Array, view: DataView): void {
  const flags = view.getUint16(PAGE.flagBits, true);
  if ((flags & FLAG_TORN) === 0 || (flags & FLAG_CHECKSUM) !== 0) return;
  const stored = view.getUint32(PAGE.tornBits, true);
  for (let sector = 1; sector < SECTORS; sector++) {
    const at = sector * SECTOR_SIZE + SECTOR_SIZE - 1;
    bytes[at] = (bytes[at]! & ~3) | ((stored >>> (2 * sector)) & 3);
  }
}

export function defectText(defect: PageDefect): string {
  const texts: Record<PageDefect, string> = {
    checksum: 'its checksum does not match',
    torn: 'its sectors are of different writes (torn page)',
    'wrong-id': 'its header names another page',
    zeroed: 'it is all zeros',
    header: 'its header is no page header',
  };
  return texts[defect];
}

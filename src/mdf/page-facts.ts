/**
 * What a pass over the pages of a file keeps of each: three words in a table that threads can share. Judging is what costs
 * and needs nothing but the page; whatever needs its neighbours (see page-census.ts) goes by these words.
 */

import { PAGE } from './page.ts';
import { judgePage, type PageDefect, type PageSum, type Protection } from './page-protection.ts';

/** Words of a page. `verdict` has the defect in its lowest byte (0: not judged yet), then protection, then page type. */
export const FACT = { verdict: 0, previous: 1, next: 2, SIZE: 3 } as const;

export type Defect = PageDefect | 'unreadable';

/** By the lowest byte of `verdict`. */
const DEFECTS: readonly (Defect | null)[] = [
  null, // not judged
  null,
  'checksum',
  'torn',
  'wrong-id',
  'zeroed',
  'header',
  'unreadable',
];
const NO_DEFECT = 1;
const PROTECTIONS: readonly Protection[] = ['blank', 'unprotected', 'torn-bits', 'checksum'];

/** Judges the page at `at` in `words`, which stands at `file`:`page`, into slot `slot` of `facts`. */
export function writeFacts(
  words: Uint32Array,
  at: number,
  file: number,
  page: number,
  facts: Uint32Array,
  slot: number,
  sum: PageSum,
): void {
  const { protection, defect } = judgePage(words, at, file, page, sum);
  const type = (words[at]! >>> 8) & 0xff;
  const base = FACT.SIZE * slot;
  facts[base + FACT.previous] = sameFile(words, at + PAGE.prevPage / 4, file);
  facts[base + FACT.next] = sameFile(words, at + PAGE.nextPage / 4, file);
  facts[base + FACT.verdict] =
    (defect === null ? NO_DEFECT : DEFECTS.indexOf(defect)) | (PROTECTIONS.indexOf(protection) << 8) | (type << 16);
}

export function writeUnreadable(facts: Uint32Array, slot: number): void {
  const base = FACT.SIZE * slot;
  facts[base + FACT.verdict] = DEFECTS.indexOf('unreadable');
  facts[base + FACT.previous] = facts[base + FACT.next] = 0;
}

/** False for a page that nobody has judged, and for one that could not be read. */
export function wasRead(facts: Uint32Array, slot: number): boolean {
  const verdict = facts[FACT.SIZE * slot + FACT.verdict]!;
  return verdict !== 0 && defectOf(verdict) !== 'unreadable';
}

export function defectOf(verdict: number): Defect | null {
  return DEFECTS[verdict & 0xff] ?? null;
}

export function protectionOf(verdict: number): Protection {
  return PROTECTIONS[(verdict >>> 8) & 0xff] ?? 'blank';
}

export function typeOf(verdict: number): number {
  return (verdict >>> 16) & 0xff;
}

/** A linked page of this file; 0 for none, and for one in another file. Addresses are u32 page, u16 file. */
function sameFile(words: Uint32Array, at: number, file: number): number {
  return (words[at + 1]! & 0xffff) === file ? words[at]! : 0;
}

/**
 * What a pass over the pages of a file keeps of each: three words in a table that threads can share. Judging is what costs
 * and needs nothing but the page; whatever needs its neighbours (see page-census.ts) goes by these words.
 */
import { PAGE } from "./page.js";
import { judgePage } from "./page-protection.js";
/** Words of a page. `verdict` has the defect in its lowest byte (0: not judged yet), then protection, then page type. */
export const FACT = { verdict: 0, previous: 1, next: 2, SIZE: 3 };
/** By the lowest byte of `verdict`. */
const DEFECTS = [
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
const PROTECTIONS = ['blank', 'unprotected', 'torn-bits', 'checksum'];
/** Judges the page at `at` in `words`, which stands at `file`:`page`, into slot `slot` of `facts`. */
export function writeFacts(words, at, file, page, facts, slot, sum) {
    const { protection, defect } = judgePage(words, at, file, page, sum);
    const type = (words[at] >>> 8) & 0xff;
    const base = FACT.SIZE * slot;
    facts[base + FACT.previous] = sameFile(words, at + PAGE.prevPage / 4, file);
    facts[base + FACT.next] = sameFile(words, at + PAGE.nextPage / 4, file);
    facts[base + FACT.verdict] =
        (defect === null ? NO_DEFECT : DEFECTS.indexOf(defect)) | (PROTECTIONS.indexOf(protection) << 8) | (type << 16);
}
export function writeUnreadable(facts, slot) {
    const base = FACT.SIZE * slot;
    facts[base + FACT.verdict] = DEFECTS.indexOf('unreadable');
    facts[base + FACT.previous] = facts[base + FACT.next] = 0;
}
/** False for a page that nobody has judged, and for one that could not be read. */
export function wasRead(facts, slot) {
    const verdict = facts[FACT.SIZE * slot + FACT.verdict];
    return verdict !== 0 && defectOf(verdict) !== 'unreadable';
}
export function defectOf(verdict) {
    return DEFECTS[verdict & 0xff] ?? null;
}
export function protectionOf(verdict) {
    return PROTECTIONS[(verdict >>> 8) & 0xff] ?? 'blank';
}
export function typeOf(verdict) {
    return (verdict >>> 16) & 0xff;
}
/** A linked page of this file; 0 for none, and for one in another file. Addresses are u32 page, u16 file. */
function sameFile(words, at, file) {
    return (words[at + 1] & 0xffff) === file ? words[at] : 0;
}

/**
 * What a pass over the pages of a file keeps of each: three words in a table that threads can share. Judging is what costs
 * and needs nothing but the page; whatever needs its neighbours (see page-census.ts) goes by these words.
 */
import { type PageDefect, type PageSum, type Protection } from './page-protection.ts';
/** Words of a page. `verdict` has the defect in its lowest byte (0: not judged yet), then protection, then page type. */
export declare const FACT: {
    readonly verdict: 0;
    readonly previous: 1;
    readonly next: 2;
    readonly SIZE: 3;
};
export type Defect = PageDefect | 'unreadable';
/** Judges the page at `at` in `words`, which stands at `file`:`page`, into slot `slot` of `facts`. */
export declare function writeFacts(words: Uint32Array, at: number, file: number, page: number, facts: Uint32Array, slot: number, sum: PageSum): void;
export declare function writeUnreadable(facts: Uint32Array, slot: number): void;
/** False for a page that nobody has judged, and for one that could not be read. */
export declare function wasRead(facts: Uint32Array, slot: number): boolean;
export declare function defectOf(verdict: number): Defect | null;
export declare function protectionOf(verdict: number): Protection;
export declare function typeOf(verdict: number): number;

/**
 * One pass over the pages of a data file, in order, in bounded memory: every allocated page proves itself, allocation
 * maps are held against each other, and neighbours in a chain must name each other.
 *
 * The maps come by in time: a PFS page stands before the pages it covers, a GAM page before its extents.
 */

import { GAM_EXTENTS, GAM_INTERVAL, PFS, PFS_INTERVAL, pfsPageOf } from './allocation.ts';
import { EXTENT_PAGES, HEADER_SIZE, PAGE, PAGE_SIZE, PageType } from './page.ts';
import { judgePage, type PageDefect } from './page-protection.ts';

const WORDS = PAGE_SIZE / 4;
const PFS_ENTRIES = HEADER_SIZE + 4;
/** The GAM bitmap: slot 1 of its page, behind 4 bytes of record header. */
const GAM_BITS = 194;
const GAM_PAGE = 2;
const BAD_RANGES_MAX = 10_000;
/** Links whose other end has not come by yet. */
const LINKS_MAX = 65_536;

export type BadRange = {
  readonly file: number;
  readonly page: number;
  count: number;
  readonly defect: PageDefect | 'unreadable';
};
export type LinkDefect = { readonly from: number; readonly to: number };

export type PageCounts = {
  /** Pages of the file. */
  total: number;
  allocated: number;
  checksum: number;
  tornBits: number;
  unprotected: number;
  bad: number;
  /** Allocated by the PFS page while the GAM page calls their extent free. */
  gamMismatches: number;
  /** Neighbours that do not name each other. */
  linkMismatches: number;
};

export class PageCensus {
  readonly file: number;
  readonly counts: PageCounts = {
    total: 0,
    allocated: 0,
    checksum: 0,
    tornBits: 0,
    unprotected: 0,
    bad: 0,
    gamMismatches: 0,
    linkMismatches: 0,
  };
  /** Allocated pages that are bad, neighbours of one defect together. */
  readonly bad: BadRange[] = [];
  readonly links: LinkDefect[] = [];
  /** PFS entries of the interval at hand; null where its page is bad: then every page counts as allocated. */
  #pfs: Uint8Array | null = null;
  #gam: Uint8Array | null = null;
  /** Page to the page that must name it as previous; and as next. */
  readonly #expectPrevious = new Map<number, number>();
  readonly #expectNext = new Map<number, number>();

  constructor(file = 1) {
    this.file = file;
  }

  /** The next pages. `words` holds whole pages; the first is number `first`. Pages must come in order. */
  feed(words: Uint32Array, first: number): void {
    const count = Math.floor(words.length / WORDS);
    for (let i = 0; i < count; i++) this.#page(words, i * WORDS, first + i);
  }

  /** Pages that could not be read. */
  unreadable(first: number, count: number): void {
    for (let page = first; page < first + count; page++) {
      this.counts.total++;
      if (page === pfsPageOf(page)) this.#pfs = null;
      if (page % GAM_INTERVAL === (page < GAM_INTERVAL ? GAM_PAGE : 0)) this.#gam = null;
      if (this.#allocated(page)) this.#markBad(page, 'unreadable');
    }
  }

  /** Pages that the last PFS page calls allocated and that are beyond the end of the file. */
  get missing(): number {
    if (this.#pfs === null) return 0;
    let missing = 0;
    for (let page = this.counts.total; page % PFS_INTERVAL !== 0; page++) if (this.#allocated(page)) missing++;
    return missing;
  }

  #page(words: Uint32Array, at: number, page: number): void {
    const { counts } = this;
    counts.total++;
    const isPfs = page === pfsPageOf(page);
    const isGam = page % GAM_INTERVAL === (page < GAM_INTERVAL ? GAM_PAGE : 0) && page !== 0;
    if (isPfs || isGam) this.#readMap(words, at, page, isPfs, isGam);
    if (!this.#allocated(page)) return;
    counts.allocated++;
    const { protection, defect } = judgePage(words, at, this.file, page);
    if (defect !== null) {
      this.#markBad(page, defect);
      return;
    }
    if (protection === 'checksum') counts.checksum++;
    else if (protection === 'torn-bits') counts.tornBits++;
    else counts.unprotected++;
    const type = (words[at]! >>> 8) & 0xff;
    if (this.#gam !== null && page >= EXTENT_PAGES) this.#compareGam(page);
    if (type === PageType.data || type === PageType.index) this.#link(words, at, page);
  }

  #readMap(words: Uint32Array, at: number, page: number, isPfs: boolean, isGam: boolean): void {
    const sound = judgePage(words, at, this.file, page).defect === null;
    const type = (words[at]! >>> 8) & 0xff;
    const bytes = new Uint8Array(words.buffer, words.byteOffset + 4 * at, PAGE_SIZE);
    if (isPfs) this.#pfs = sound && type === PageType.pfs ? bytes.slice(PFS_ENTRIES, PFS_ENTRIES + PFS_INTERVAL) : null;
    else if (isGam)
      this.#gam = sound && type === PageType.gam ? bytes.slice(GAM_BITS, GAM_BITS + GAM_EXTENTS / 8) : null;
  }

  #allocated(page: number): boolean {
    return page === 0 || this.#pfs === null || (this.#pfs[page % PFS_INTERVAL]! & PFS.allocated) !== 0;
  }

  #compareGam(page: number): void {
    const extent = Math.floor((page % GAM_INTERVAL) / EXTENT_PAGES);
    const free = (this.#gam![extent >> 3]! & (1 << (extent & 7))) !== 0;
    if (free) this.counts.gamMismatches++;
  }

  #link(words: Uint32Array, at: number, page: number): void {
    const previous = this.#sameFile(words, at, PAGE.prevPage);
    const next = this.#sameFile(words, at, PAGE.nextPage);
    this.#settle(this.#expectPrevious, page, previous);
    this.#settle(this.#expectNext, page, next);
    if (next > page && this.#expectPrevious.size < LINKS_MAX) this.#expectPrevious.set(next, page);
    if (previous > page && this.#expectNext.size < LINKS_MAX) this.#expectNext.set(previous, page);
  }

  #settle(expected: Map<number, number>, page: number, found: number): void {
    const wanted = expected.get(page);
    if (wanted === undefined) return;
    expected.delete(page);
    if (wanted === found) return;
    this.counts.linkMismatches++;
    if (this.links.length < BAD_RANGES_MAX) this.links.push({ from: wanted, to: page });
  }

  /** A linked page of this file; 0 for none, and for one in another file. */
  #sameFile(words: Uint32Array, at: number, offset: number): number {
    return (words[at + offset / 4 + 1]! & 0xffff) === this.file ? words[at + offset / 4]! : 0;
  }

  #markBad(page: number, defect: BadRange['defect']): void {
    this.counts.bad++;
    const last = this.bad.at(-1);
    if (last !== undefined && last.defect === defect && last.page + last.count === page) last.count++;
    else if (this.bad.length < BAD_RANGES_MAX) this.bad.push({ file: this.file, page, count: 1, defect });
  }
}

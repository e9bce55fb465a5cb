/**
 * Which pages belong to whom. PFS pages say of every page whether it is allocated; the IAM chain of an allocation unit
 * says which pages are its own, across extents and files.
 */

import type { ErrorCode } from '../error-codes.ts';
import { corrupt, StorageError } from '../errors.ts';
import {
  addressKey,
  addressText,
  EXTENT_PAGES,
  getPageAddress,
  HEADER_SIZE,
  isNone,
  type Page,
  type PageAddress,
  PageType,
} from './page.ts';
import type { PageReader } from './page-reader.ts';
import type { OnDamage } from './record.ts';

export const PFS_INTERVAL = 8088;
const PFS_ENTRIES = HEADER_SIZE + 4;
/** PFS pages held: 64 cover 4 GiB. */
const INTERVALS_MAX = 64;
export const PFS = { fullness: 0x07, ghosts: 0x08, iam: 0x10, mixed: 0x20, allocated: 0x40 } as const;

export const GAM_EXTENTS = 63_904;
export const GAM_INTERVAL = GAM_EXTENTS * EXTENT_PAGES;

const IAM = { startPage: 40, singlePages: 46 } as const;
const IAM_SINGLE_PAGES = 8;
const ADDRESS_SIZE = 6;
/** The second record of GAM, SGAM, DCM, BCM and IAM pages: u16 status, u16 length, then one bit per extent. */
const BITMAP_HEADER = 4;

/** Number of the PFS page that covers this page. */
function pfsPageOf(page: number): number {
  const base = page - (page % PFS_INTERVAL);
  return base === 0 ? 1 : base;
}

export class Allocation {
  readonly #pages: PageReader;
  readonly #onDamage: OnDamage;
  /** PFS entries by interval; null where the PFS page is lost. */
  readonly #intervals = new Map<number, Uint8Array | null>();
  /** The one that was asked for last: passes over a file ask for it page by page. */
  #lastKey = -1;
  #last: Uint8Array | null = null;

  constructor(pages: PageReader, onDamage: OnDamage) {
    this.#pages = pages;
    this.#onDamage = onDamage;
  }

  /** The PFS byte of a page, or null where the PFS page is lost. */
  pfs(file: number, page: number): number | null {
    const entries = this.#interval(file, page);
    return entries === null ? null : (entries[page % PFS_INTERVAL] ?? 0);
  }

  /** Where the PFS page is lost every page may be allocated. */
  isAllocated(file: number, page: number): boolean {
    const byte = this.pfs(file, page);
    return byte === null || (byte & PFS.allocated) !== 0;
  }

  /** Allocated, and no allocation map itself. */
  mayHoldRows(file: number, page: number): boolean {
    const byte = this.pfs(file, page);
    return byte === null || (byte & (PFS.allocated | PFS.iam)) === PFS.allocated;
  }

  #interval(file: number, page: number): Uint8Array | null {
    const number = pfsPageOf(page);
    const key = addressKey(file, number);
    if (key === this.#lastKey) return this.#last;
    let entries = this.#intervals.get(key);
    if (entries === undefined) {
      entries = this.#readPfs(file, number);
      if (this.#intervals.size >= INTERVALS_MAX) this.#intervals.delete(this.#intervals.keys().next().value!);
      this.#intervals.set(key, entries);
    }
    this.#lastKey = key;
    this.#last = entries;
    return entries;
  }

  #readPfs(file: number, number: number): Uint8Array | null {
    try {
      const page = this.#pages.page(file, number);
      if (page.type !== PageType.pfs) {
        throw corrupt('MDF_PFS_TYPE', `${page.place} should be a PFS page and is of type ${page.type}`, {
          image: this.#pages.name,
          structure: page.place,
        });
      }
      return page.bytes.slice(PFS_ENTRIES, PFS_ENTRIES + PFS_INTERVAL);
    } catch (error) {
      if (!StorageError.isDamage(error)) throw error;
      this.#onDamage(error);
      return null;
    }
  }

  /**
   * Every page of an allocation unit, IAM pages left out, each once. Damage ends or thins the list and is told (as a finding
   * of the database, unless the caller wants to know); the generator returns whether the chain was whole.
   */
  *pagesOf(firstIam: PageAddress, onDamage: OnDamage = this.#onDamage): Generator<PageAddress, boolean> {
    const seen = new Set<number>();
    for (let at = firstIam; !isNone(at); ) {
      const key = addressKey(at.file, at.page);
      if (seen.has(key)) {
        onDamage(this.#bad(at, 'MDF_IAM_LOOP', 'leads back to an earlier page of its chain'));
        return false;
      }
      seen.add(key);
      let page: Page;
      try {
        page = this.#pages.page(at.file, at.page);
        if (page.type !== PageType.iam) throw this.#bad(at, 'MDF_IAM_TYPE', `is of type ${page.type}`);
        yield* this.#pagesOfIam(page, onDamage);
      } catch (error) {
        if (!StorageError.isDamage(error)) throw error;
        onDamage(error);
        return false;
      }
      at = page.next;
    }
    return true;
  }

  *#pagesOfIam(iam: Page, onDamage: OnDamage): Generator<PageAddress> {
    const { view } = iam;
    const header = iam.recordOffset(0);
    const bitmap = iam.recordOffset(1);
    const address = { file: iam.file, page: iam.number };
    if (header <= 0 || bitmap <= 0 || header + IAM.singlePages + IAM_SINGLE_PAGES * ADDRESS_SIZE > iam.recordsEnd)
      throw this.#bad(address, 'MDF_IAM_RECORD', 'lacks its records');
    const singles = header + IAM.singlePages;
    for (let i = 0; i < IAM_SINGLE_PAGES; i++) {
      const single = getPageAddress(view, singles + i * ADDRESS_SIZE);
      if (isNone(single)) continue;
      if (!this.#pages.fileIds.includes(single.file)) onDamage(this.#elsewhere(single, address));
      else if (!this.#pages.has(single)) onDamage(this.#beyond(single.file, single.page));
      else if (this.isAllocated(single.file, single.page)) yield single;
    }
    const start = getPageAddress(view, header + IAM.startPage);
    if (!this.#pages.fileIds.includes(start.file)) return onDamage(this.#elsewhere(start, address));
    yield* this.#extents(iam, bitmap + BITMAP_HEADER, start, onDamage);
  }

  *#extents(iam: Page, bits: number, start: PageAddress, onDamage: OnDamage): Generator<PageAddress> {
    const pageCount = this.#pages.pageCount(start.file);
    const bytes = Math.min(GAM_EXTENTS / 8, iam.recordsEnd - bits);
    for (let i = 0; i < bytes; i++) {
      const byte = iam.bytes[bits + i]!;
      if (byte === 0) continue;
      for (let bit = 0; bit < 8; bit++) {
        if ((byte & (1 << bit)) === 0) continue;
        const first = start.page + (i * 8 + bit) * EXTENT_PAGES;
        if (first >= pageCount) return onDamage(this.#beyond(start.file, first));
        const last = Math.min(first + EXTENT_PAGES, pageCount);
        for (let page = first; page < last; page++)
          if (this.isAllocated(start.file, page)) yield { file: start.file, page };
      }
    }
  }

  #beyond(file: number, page: number): StorageError {
    return corrupt('MDF_PAGE_OUTSIDE', `pages from ${addressText({ file, page })} on lie beyond the end of the file`, {
      image: this.#pages.name,
      structure: 'IAM page',
      hint: 'the copy is cut short',
    });
  }

  #elsewhere(start: PageAddress, iam: PageAddress): StorageError {
    return corrupt(
      'MDF_FILE_MISSING',
      `IAM page ${addressText(iam)} names pages of file ${start.file}, which is not at hand`,
      {
        image: this.#pages.name,
        structure: `page ${addressText(iam)}`,
        hint: 'put the secondary files (.ndf) beside the .mdf under their own names, or give them with --file',
      },
    );
  }

  #bad(at: PageAddress, code: ErrorCode, what: string): StorageError {
    return corrupt(code, `IAM page ${addressText(at)} ${what}`, {
      image: this.#pages.name,
      structure: `page ${addressText(at)}`,
    });
  }
}

/**
 * Pages on demand, extent by extent, from the files of a database. At most EXTENTS_MAX extents are held, whatever the
 * database's size. A page is judged when it comes in; a bad one is refused unless the caller can live with it.
 */

import type { DefectOf } from '../error-codes.ts';
import { corrupt, StorageError } from '../errors.ts';
import type { AddressMap } from '../map/address-map.ts';
import { readMap } from '../map/read-map.ts';
import { addressKey, addressText, EXTENT_PAGES, PAGE_SIZE, Page, type PageAddress } from './page.ts';
import { defectText, judgePage, type PageVerdict, restoreTornBits } from './page-protection.ts';

const EXTENT_SIZE = EXTENT_PAGES * PAGE_SIZE;
/** 4 MiB. */
const EXTENTS_MAX = 64;

type Slot = { page: Page | null; verdict: PageVerdict | null; error: StorageError | null };
type Extent = { readonly words: Uint32Array; readonly bytes: Uint8Array; readonly slots: readonly Slot[] };

export class PageReader {
  readonly name: string;
  readonly #files: ReadonlyMap<number, AddressMap>;
  readonly #extents = new Map<number, Extent>();

  /** Files by file id: 1 is the primary. */
  constructor(files: ReadonlyMap<number, AddressMap>, name: string) {
    this.#files = files;
    this.name = name;
  }

  get fileIds(): readonly number[] {
    return [...this.#files.keys()];
  }

  /** Whole pages of this file; 0 for a file that is not here. */
  pageCount(file: number): number {
    return Math.floor((this.#files.get(file)?.size ?? 0) / PAGE_SIZE);
  }

  has(address: PageAddress): boolean {
    return address.page < this.pageCount(address.file);
  }

  /** The page, which proves itself. Throws a StorageError for one that is missing, unreadable or bad. */
  page(file: number, number: number): Page {
    const slot = this.#slot(file, number);
    if (slot.error !== null) throw slot.error;
    const defect = slot.verdict?.defect ?? null;
    if (defect !== null) throw this.#bad(slot.page!, slot.verdict!);
    return slot.page!;
  }

  /** The page as it is, with what is wrong with it. Throws only for a page that is missing or unreadable. */
  suspect(file: number, number: number): { readonly page: Page; readonly error: StorageError | null } {
    const slot = this.#slot(file, number);
    if (slot.error !== null) throw slot.error;
    return { page: slot.page!, error: slot.verdict!.defect === null ? null : this.#bad(slot.page!, slot.verdict!) };
  }

  /** What the page's header says it belongs to, sound or not; null for one that cannot be read. */
  allocationUnitId(file: number, number: number): bigint | null {
    const { page } = this.#slot(file, number);
    return page?.allocationUnitId ?? null;
  }

  #slot(file: number, number: number): Slot {
    if (!(number < this.pageCount(file))) throw this.#missing(file, number);
    const index = Math.floor(number / EXTENT_PAGES);
    const key = addressKey(file, index);
    let extent = this.#extents.get(key);
    if (extent === undefined) {
      extent = this.#readExtent(this.#files.get(file)!, index);
      if (this.#extents.size >= EXTENTS_MAX) this.#extents.delete(this.#extents.keys().next().value!);
    } else this.#extents.delete(key);
    this.#extents.set(key, extent); // last used, last evicted
    const slot = extent.slots[number - index * EXTENT_PAGES]!;
    if (slot.verdict === null && slot.error === null) this.#judge(extent, slot, file, number);
    return slot;
  }

  #readExtent(map: AddressMap, index: number): Extent {
    const bytes = new Uint8Array(EXTENT_SIZE);
    const start = index * EXTENT_SIZE;
    const slots: Slot[] = Array.from({ length: EXTENT_PAGES }, () => ({ page: null, verdict: null, error: null }));
    try {
      readMap(map, start, bytes);
    } catch (error) {
      if (!StorageError.isDamage(error)) throw error;
      // One bad sector costs its page, not its neighbours.
      for (const [i, slot] of slots.entries()) {
        try {
          readMap(map, start + i * PAGE_SIZE, bytes.subarray(i * PAGE_SIZE, (i + 1) * PAGE_SIZE));
        } catch (damage) {
          if (!StorageError.isDamage(damage)) throw damage;
          slot.error = damage;
        }
      }
    }
    return { bytes, words: new Uint32Array(bytes.buffer), slots };
  }

  #judge(extent: Extent, slot: Slot, file: number, number: number): void {
    const at = (number % EXTENT_PAGES) * PAGE_SIZE;
    slot.verdict = judgePage(extent.words, at / 4, file, number);
    slot.page = new Page(file, number, extent.bytes.subarray(at, at + PAGE_SIZE));
    restoreTornBits(slot.page.bytes, slot.page.view);
  }

  #bad(page: Page, verdict: PageVerdict): StorageError {
    const defect = verdict.defect!;
    const code = `MDF_PAGE_${defect.toUpperCase().replace('-', '_') as DefectOf<'MDF_PAGE'>}` as const;
    return corrupt(code, `${page.place} of ${this.name} is damaged: ${defectText(defect)}`, {
      image: this.name,
      structure: page.place,
      offset: page.number * PAGE_SIZE,
      hint: '`pitvault check` tells all bad pages and the tables they hit; another recovery point may have this one whole',
    });
  }

  #missing(file: number, number: number): StorageError {
    const place = `page ${addressText({ file, page: number })}`;
    const known = this.#files.has(file);
    return corrupt(
      known ? 'MDF_PAGE_OUTSIDE' : 'MDF_FILE_MISSING',
      known
        ? `${place} lies beyond the end of ${this.name}`
        : `${place} is in file ${file} of the database, which is not at hand`,
      {
        image: this.name,
        structure: place,
        offset: number * PAGE_SIZE,
        hint: known
          ? 'the copy is cut short'
          : 'put the secondary files (.ndf) beside the .mdf under their own names, or give them with --file',
      },
    );
  }
}

/**
 * Values outside their row: text and images, MAX types, and columns that overflowed. The row holds a root or a pointer to
 * one; nodes lead to fragments on text pages, which are laid end to end.
 */

import { corrupt, type StorageError, unsupported } from '../errors.ts';
import { addressText, getPageAddress, type Page, PageType, type RowAddress } from './page.ts';
import type { PageReader } from './page-reader.ts';

/** A larger value is refused, so that one row cannot take all memory. */
const VALUE_MAX = 32 * 1024 * 1024;
const DEPTH_MAX = 16;

const LobType = {
  smallRoot: 0,
  internal: 2,
  data: 3,
  largeRootOld: 4,
  largeRoot: 5,
  nothing: 8,
} as const;

const FRAGMENT_HEADER = 14;
const POINTER_SIZE = 16;
const INLINE_HEADER = 12;
const SHORT_LINK = 12;
const LONG_LINK = 16;

/** First byte of a complex column: what kind of root it is. */
export const Complex = { backPointer: 1, overflow: 2, inlineRoot: 4, sparseVector: 5 } as const;

type Link = { readonly end: number; readonly at: RowAddress };

export class LobReader {
  readonly #pages: PageReader;

  constructor(pages: PageReader) {
    this.#pages = pages;
  }

  /** Follows a text pointer: u64 timestamp, then the root's address. Null for a value that is NULL. */
  readPointer(view: DataView, start: number, end: number): Uint8Array | null {
    if (end - start !== POINTER_SIZE) throw this.#bad(`a text pointer of ${end - start} bytes`);
    const root = getRowAddress(view, start + 8);
    if (root.page === 0 && root.file === 0) return null;
    return new LobWalk(this.#pages).readRoot(root);
  }

  /** Follows the links of a root that stands in the row. */
  readInline(bytes: Uint8Array, view: DataView, start: number, end: number): Uint8Array {
    // Some roots carry one more byte in front.
    const from = (end - start - INLINE_HEADER) % SHORT_LINK === 1 ? start + 1 : start;
    const kind = bytes[from];
    if (kind !== Complex.overflow && kind !== Complex.inlineRoot) throw this.#bad(`a complex column of kind ${kind}`);
    const count = Math.floor((end - from - INLINE_HEADER) / SHORT_LINK);
    if (count < 1) throw this.#bad('a root without links');
    const links: Link[] = [];
    for (let i = 0; i < count; i++) {
      const at = from + INLINE_HEADER + i * SHORT_LINK;
      links.push({ end: view.getUint32(at, true), at: getRowAddress(view, at + 4) });
    }
    return new LobWalk(this.#pages).readLinks(links);
  }

  #bad(what: string): StorageError {
    return corrupt('MDF_LOB_ROOT', `${what} in a row`, { image: this.#pages.name, structure: 'LOB root' });
  }
}

/** Page, file, slot: 8 bytes. */
function getRowAddress(view: DataView, offset: number): RowAddress {
  return { ...getPageAddress(view, offset), slot: view.getUint16(offset + 6, true) };
}

/** One value on its way: where it goes, how far it is, what it has seen. */
class LobWalk {
  readonly #pages: PageReader;
  readonly #seen = new Set<string>();
  #target = new Uint8Array(0);
  #done = 0;
  #blobId: bigint | null = null;

  constructor(pages: PageReader) {
    this.#pages = pages;
  }

  readRoot(root: RowAddress): Uint8Array | null {
    const { page, at, length } = this.#record(root);
    const type = page.view.getUint16(at + 12, true);
    if (type === LobType.nothing) return null;
    if (type === LobType.smallRoot) {
      const size = page.view.getUint16(at + 14, true);
      if (20 + size > Math.max(length, 20)) throw this.#bad(page, root, 'a small root longer than its record');
      return page.bytes.slice(at + 20, at + 20 + size);
    }
    if (type === LobType.data) return page.bytes.slice(at + FRAGMENT_HEADER, at + length);
    return this.readLinks(this.#links(page, at, length, type, root));
  }

  readLinks(links: readonly Link[]): Uint8Array {
    const size = links.at(-1)!.end;
    if (!(size <= VALUE_MAX)) {
      throw unsupported('MDF_VALUE_TOO_LARGE', `a value of ${size} bytes is more than is read into memory`, {
        image: this.#pages.name,
        structure: 'LOB',
      });
    }
    this.#target = new Uint8Array(size);
    this.#follow(links, 0);
    if (this.#done !== size) throw this.#short(size);
    return this.#target;
  }

  #follow(links: readonly Link[], depth: number): void {
    for (const link of links) {
      const { page, at, length } = this.#record(link.at);
      this.#checkBlobId(page, at, link.at);
      const type = page.view.getUint16(at + 12, true);
      if (type === LobType.data) this.#append(page.bytes.subarray(at + FRAGMENT_HEADER, at + length), page, link.at);
      else {
        const key = `${addressText(link.at)}:${link.at.slot}`;
        if (depth >= DEPTH_MAX || this.#seen.has(key)) throw this.#bad(page, link.at, 'a node that leads to itself');
        this.#seen.add(key);
        this.#follow(this.#links(page, at, length, type, link.at), depth + 1);
      }
    }
  }

  #append(fragment: Uint8Array, page: Page, at: RowAddress): void {
    if (fragment.length === 0 || this.#done + fragment.length > this.#target.length)
      throw this.#bad(page, at, 'a fragment that does not fit the value');
    this.#target.set(fragment, this.#done);
    this.#done += fragment.length;
  }

  #links(page: Page, at: number, length: number, type: number, address: RowAddress): Link[] {
    const { view } = page;
    const long = type === LobType.internal;
    if (!long && type !== LobType.largeRoot && type !== LobType.largeRootOld)
      throw this.#bad(page, address, `a record of type ${type}`);
    const count = view.getUint16(at + 16, true);
    const start = at + (long ? 20 : 24);
    const size = long ? LONG_LINK : SHORT_LINK;
    if (count === 0 || start + count * size > at + length) throw this.#bad(page, address, `a node of ${count} links`);
    const links: Link[] = [];
    for (let i = 0; i < count; i++) {
      const link = start + i * size;
      const end = long ? Number(view.getBigUint64(link, true)) : view.getUint32(link, true);
      links.push({ end, at: getRowAddress(view, link + (long ? 8 : 4)) });
    }
    return links;
  }

  #record(address: RowAddress): { page: Page; at: number; length: number } {
    const page = this.#pages.page(address.file, address.page);
    if (page.type !== PageType.textMix && page.type !== PageType.textTree)
      throw this.#bad(page, address, 'no text page');
    const at = page.recordOffset(address.slot);
    if (at <= 0 || at + FRAGMENT_HEADER > page.recordsEnd) throw this.#bad(page, address, 'an empty slot');
    const length = page.view.getUint16(at + 2, true);
    if (length < FRAGMENT_HEADER || at + length > page.recordsEnd)
      throw this.#bad(page, address, `a record of ${length} bytes`);
    return { page, at, length };
  }

  #checkBlobId(page: Page, at: number, address: RowAddress): void {
    const id = page.view.getBigUint64(at + 4, true);
    this.#blobId ??= id;
    if (id !== this.#blobId) throw this.#bad(page, address, 'a fragment of another value');
  }

  #short(size: number): StorageError {
    return corrupt('MDF_LOB_SHORT', `a value of ${size} bytes has fragments for ${this.#done} only`, {
      image: this.#pages.name,
      structure: 'LOB',
    });
  }

  #bad(page: Page, address: RowAddress, what: string): StorageError {
    return corrupt('MDF_LOB_NODE', `a value leads to ${what} (slot ${addressText(address)}:${address.slot})`, {
      image: this.#pages.name,
      structure: page.place,
      offset: page.number * page.bytes.length,
    });
  }
}

/**
 * A small page cache in front of a ByteFile. Metadata reads (BAT pages, file records, index blocks) are a few KiB each
 * and cluster; without it a directory walk would pay one system call per record.
 *
 * Invariants:
 * 1. At most PAGES_MAX pages of PAGE_SIZE are held over all files of one PageCache, whatever the image's size.
 * 2. Reads of DIRECT_SIZE and more go past the cache and leave it as it is: payload never evicts metadata.
 */

import type { ByteFile } from './byte-file.ts';

const PAGE_SIZE = 16 * 1024;
const PAGES_MAX = 256; // 4 MiB
const DIRECT_SIZE = 8 * 1024;

/** Least recently used pages over many files; keys are `file number * 2^32 + page`, so lookups make no strings. */
export class PageCache {
  readonly #pages = new Map<number, Uint8Array>();
  #files = 0;

  /** Wraps a file; closing the wrapper closes the file. */
  open(file: ByteFile): ByteFile {
    return new CachedFile(file, this, this.#files++);
  }

  /** @internal The page's bytes (short at the end of the file). */
  page(file: ByteFile, number: number, page: number): Uint8Array {
    const key = number * 0x1_0000_0000 + page;
    const hit = this.#pages.get(key);
    if (hit !== undefined) {
      this.#pages.delete(key);
      this.#pages.set(key, hit);
      return hit;
    }
    let bytes: Uint8Array = new Uint8Array(PAGE_SIZE);
    const count = file.read(page * PAGE_SIZE, bytes);
    if (count < PAGE_SIZE) bytes = bytes.subarray(0, count);
    if (this.#pages.size >= PAGES_MAX) this.#pages.delete(this.#pages.keys().next().value!);
    this.#pages.set(key, bytes);
    return bytes;
  }

  /** @internal Pages of a closed file are of no use to anybody. */
  forget(number: number): void {
    for (const key of this.#pages.keys()) {
      if (Math.floor(key / 0x1_0000_0000) === number) this.#pages.delete(key);
    }
  }
}

class CachedFile implements ByteFile {
  readonly name: string;
  readonly size: number;
  readonly identity: string;
  readonly path: string | null;
  readonly #file: ByteFile;
  readonly #cache: PageCache;
  readonly #number: number;

  constructor(file: ByteFile, cache: PageCache, number: number) {
    this.name = file.name;
    this.size = file.size;
    this.identity = file.identity;
    this.path = file.path;
    this.#file = file;
    this.#cache = cache;
    this.#number = number;
  }

  read(offset: number, target: Uint8Array): number {
    if (target.length >= DIRECT_SIZE) return this.#file.read(offset, target);
    let done = 0;
    while (done < target.length) {
      const at = offset + done;
      const index = Math.floor(at / PAGE_SIZE);
      const page = this.#cache.page(this.#file, this.#number, index);
      const start = at - index * PAGE_SIZE;
      const part = page.subarray(start, Math.min(page.length, start + target.length - done));
      if (part.length === 0) break;
      target.set(part, done);
      done += part.length;
    }
    return done;
  }

  close(): void {
    this.#cache.forget(this.#number);
    this.#file.close();
  }
}

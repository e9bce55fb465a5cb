/** Test doubles of ByteFile: one that counts, one that fails. */

import { StorageError } from '../../src/errors.ts';
import type { ByteFile } from '../../src/io/byte-file.ts';

export type ReadRange = { readonly offset: number; readonly length: number };

/** Passes reads on and remembers each of them. Has no path, so that no other thread reads behind its back. */
export class CountingFile implements ByteFile {
  readonly name: string;
  readonly identity: string;
  readonly path = null;
  readonly reads: ReadRange[] = [];
  closed = 0;
  readonly #file: ByteFile;

  constructor(file: ByteFile) {
    this.#file = file;
    this.name = file.name;
    this.identity = file.identity;
  }

  get size(): number {
    return this.#file.size;
  }

  read(offset: number, target: Uint8Array): number {
    const length = this.#file.read(offset, target);
    this.reads.push({ offset, length });
    return length;
  }

  close(): void {
    this.closed++;
    this.#file.close();
  }

  /** How often each byte of a range was read: [least, most]. */
  coverage(offset: number, length: number): [number, number] {
    const counts = new Uint16Array(length);
    for (const read of this.reads) {
      const start = Math.max(offset, read.offset);
      const end = Math.min(offset + length, read.offset + read.length);
      for (let at = start; at < end; at++) counts[at - offset]!++;
    }
    return counts.reduce(
      ([least, most], count) => [Math.min(least, count), Math.max(most, count)],
      [Number.POSITIVE_INFINITY, 0],
    );
  }
}

/** Fails the read with this number (0-based), and every read of a byte in a bad range. */
export class FaultyFile implements ByteFile {
  readonly name: string;
  readonly identity: string;
  readonly path = null;
  reads = 0;
  failAt: number;
  readonly bad: ReadRange[];
  closed = 0;
  readonly #file: ByteFile;

  constructor(file: ByteFile, options: { failAt?: number; bad?: ReadRange[] } = {}) {
    this.#file = file;
    this.name = file.name;
    this.identity = file.identity;
    this.failAt = options.failAt ?? -1;
    this.bad = options.bad ?? [];
  }

  get size(): number {
    return this.#file.size;
  }

  read(offset: number, target: Uint8Array): number {
    const hit = this.bad.some((range) => offset < range.offset + range.length && range.offset < offset + target.length);
    if (this.reads++ === this.failAt || hit) {
      throw new StorageError('io', 'EIO', 'i/o error, read', { image: this.name, structure: 'file', offset });
    }
    return this.#file.read(offset, target);
  }

  close(): void {
    this.closed++;
    this.#file.close();
  }
}

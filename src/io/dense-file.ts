/**
 * A file whose storage is all taken: what grows it is written with zeros. Windows attaches no virtual disk from a sparse
 * file, and a file that gets holes on a mounted NTFS is one.
 */

import type { WritableFile } from './file-store.ts';

const ZEROS = new Uint8Array(2 ** 20);

export class DenseFile implements WritableFile {
  readonly name: string;
  readonly identity: string;
  readonly path: string | null;
  readonly #file: WritableFile;

  constructor(file: WritableFile) {
    this.#file = file;
    this.name = file.name;
    this.identity = file.identity;
    this.path = file.path;
  }

  get size(): number {
    return this.#file.size;
  }

  read(offset: number, target: Uint8Array): number {
    return this.#file.read(offset, target);
  }

  write(offset: number, bytes: Uint8Array): void {
    if (offset > this.size) this.truncate(offset);
    this.#file.write(offset, bytes);
  }

  truncate(size: number): void {
    for (let at = this.size; at < size; at += ZEROS.length) {
      this.#file.write(at, ZEROS.subarray(0, Math.min(ZEROS.length, size - at)));
    }
    if (size < this.size) this.#file.truncate(size);
  }

  flush(): void {
    this.#file.flush();
  }

  close(): void {
    this.#file.close();
  }
}

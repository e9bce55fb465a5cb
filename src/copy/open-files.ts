/** Descriptors of the files that leaves name, for reads that do not go through a ByteFile. Opened when first needed. */

import { closeSync, openSync } from 'node:fs';
import type { ByteFile } from '../io/byte-file.ts';
import type { HostFile } from '../io/host-files.ts';

export class OpenFiles {
  readonly #open = new Map<ByteFile, HostFile>();

  /** Null for a file that only its object can read. */
  of(file: ByteFile): HostFile | null {
    if (file.path === null) return null;
    let open = this.#open.get(file);
    if (open === undefined) {
      open = { fd: openSync(file.path, 'r'), path: file.path };
      this.#open.set(file, open);
    }
    return open;
  }

  [Symbol.dispose](): void {
    this.close();
  }

  close(): void {
    for (const { fd } of this.#open.values()) closeSync(fd);
    this.#open.clear();
  }
}

/** Descriptors of the files that leaves name, for reads that do not go through a ByteFile. Opened when first needed. */

import { closeSync } from 'node:fs';
import type { ByteFile } from '../io/byte-file.ts';
import type { HostFile } from '../io/host-files.ts';
import { openSame } from '../io/open-same.ts';

export class OpenFiles {
  readonly #open = new Map<ByteFile, HostFile | null>();

  /** Null for a file that only its object can read: one without a path, or whose path leads elsewhere by now. */
  of(file: ByteFile): HostFile | null {
    if (file.path === null) return null;
    let open = this.#open.get(file);
    if (open === undefined) {
      open = reopen(file, file.path);
      this.#open.set(file, open);
    }
    return open;
  }

  [Symbol.dispose](): void {
    this.close();
  }

  close(): void {
    for (const open of this.#open.values()) if (open !== null) closeSync(open.fd);
    this.#open.clear();
  }
}

function reopen({ identity }: ByteFile, path: string): HostFile | null {
  try {
    const fd = openSame(path, identity);
    return fd === null ? null : { fd, path };
  } catch {
    return null; // gone: what has it open reads on
  }
}

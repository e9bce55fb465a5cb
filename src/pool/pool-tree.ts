/** Where a pool's folders are: on the host's file systems, or in a zip. The scanner sees only this port. */

import { readdirSync, type Stats, statSync } from 'node:fs';
import { sep } from 'node:path';
import type { ZipArchive } from '../image/zip-archive.ts';

export type TreeEntry = {
  readonly name: string;
  readonly directory: boolean;
  /** Bytes; 0 for folders. */
  readonly size: number;
  readonly modifiedMs: number;
  /** Of a file of this host: when anything of it was changed last, which nobody can set. */
  readonly changedMs?: number;
  readonly link?: boolean;
  /** A pipe, a socket or a character device: nothing that can be read as a file. */
  readonly special?: boolean;
  /** Of a folder: equal for two names of one. */
  readonly identity?: string | undefined;
  /** Reading it means unpacking all of it first. */
  readonly packed?: boolean;
};

export interface PoolTree {
  /** Entries of a folder, sorted by name. Throws when it cannot be read. */
  list(folder: string): TreeEntry[];
  join(folder: string, name: string): string;
  /** The locator under which openImage finds this file. */
  locator(path: string): string;
}

export const hostTree: PoolTree = {
  list(folder) {
    const entries: TreeEntry[] = [];
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const stat = statSync(hostTree.join(folder, entry.name), { throwIfNoEntry: false });
      if (stat === undefined) continue; // a dangling link holds nothing
      entries.push({
        name: entry.name,
        directory: stat.isDirectory(),
        size: stat.isDirectory() ? 0 : stat.size,
        modifiedMs: stat.mtimeMs,
        changedMs: stat.ctimeMs,
        link: entry.isSymbolicLink(),
        special: stat.isFIFO() || stat.isSocket() || stat.isCharacterDevice(),
        identity: stat.isDirectory() ? identityOf(stat) : undefined,
      });
    }
    return entries.sort(byName);
  },
  // Both are as the system gives them: nothing in them is to be resolved.
  join: (folder, name) => (folder.endsWith(sep) ? folder + name : folder + sep + name),
  locator: (path) => path,
};

/** Undefined where the file system gives no numbers. */
export function identityOf({ dev, ino }: Stats): string | undefined {
  return ino === 0 ? undefined : `${dev}:${ino}`;
}

/** The members of an archive as folders. The root is the empty path. */
export class ZipTree implements PoolTree {
  readonly #folders = new Map<string, Map<string, TreeEntry>>();
  readonly #archive: ZipArchive;

  constructor(archive: ZipArchive) {
    this.#archive = archive;
    this.#folders.set('', new Map());
    for (const member of archive.members) {
      const parts = member.path.split('/');
      const isFolder = parts.at(-1) === '';
      if (isFolder) parts.pop();
      let folder = '';
      for (const [index, name] of parts.entries()) {
        const directory = isFolder || index < parts.length - 1;
        const entries = this.#folders.get(folder)!;
        const known = entries.get(name);
        if (known === undefined || index === parts.length - 1) {
          entries.set(name, {
            name,
            directory,
            size: directory ? 0 : member.size,
            modifiedMs: member.modifiedMs,
            packed: !member.stored,
          });
        }
        folder = this.join(folder, name);
        if (directory && !this.#folders.has(folder)) this.#folders.set(folder, new Map());
      }
    }
  }

  list(folder: string): TreeEntry[] {
    return [...(this.#folders.get(folder)?.values() ?? [])].sort(byName);
  }

  join(folder: string, name: string): string {
    return folder === '' ? name : `${folder}/${name}`;
  }

  locator(path: string): string {
    return `${this.#archive.name}::${path}`;
  }
}

function byName(a: TreeEntry, b: TreeEntry): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

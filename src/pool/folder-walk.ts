/** The folders of a pool, down to those that hold disks: each once, whatever names and links lead to it. */

import { asStorageError, type Finding } from '../errors.ts';
import { isImageName } from '../image/source.ts';
import { guidOfNext } from '../replica/layout.ts';
import { DISK_NAME, FOLDER_DEPTH_MAX, SYSTEM_FOLDER } from './layout.ts';
import type { PoolTree, TreeEntry } from './pool-tree.ts';

const OTHER_IMAGES_MAX = 6;

export type Folder = {
  readonly path: string;
  readonly name: string;
  readonly parent: string;
  readonly parentName: string;
  /** Name of the folder two above: the server, when this folder is a point. */
  readonly serverName: string;
  readonly modifiedMs: number;
  readonly identity?: string | undefined;
  readonly entries: readonly TreeEntry[];
};

export class FolderWalk {
  readonly findings: Finding[] = [];
  readonly unreadable = new Set<string>();
  /** Images that are no `disk0.vhdx`: named when there is no pool. */
  readonly otherImages: string[] = [];
  /** Disks of first backups that were interrupted, or are under way: next-<guid>.vhdx of pitvault's. */
  readonly unfinished: string[] = [];
  /** Folders by identity, and the path under which each was met. */
  readonly #seen = new Map<string, string>();

  /** The folder and those below it, down to the disks. */
  below(tree: PoolTree, root: Omit<Folder, 'entries'>): Folder[] {
    const folders: Folder[] = [];
    const pending = [{ folder: root, depth: 0 }];
    const links: typeof pending = []; // later: a folder's own name says more than that of a link to it
    for (let next = pending.pop(); next !== undefined; next = pending.pop() ?? links.shift()) {
      if (this.#isSeen(next.folder)) continue;
      const folder: Folder = { ...next.folder, entries: this.#list(tree, next.folder.path) };
      folders.push(folder);
      for (const { name, directory } of folder.entries) {
        if (!directory && guidOfNext(name) !== null) this.unfinished.push(tree.join(folder.path, name));
        else if (!directory && isImageName(name) && this.otherImages.length < OTHER_IMAGES_MAX)
          this.otherImages.push(tree.join(folder.path, name));
      }
      if (next.depth >= FOLDER_DEPTH_MAX || hasDisk(folder)) continue;
      for (const entry of folder.entries.toReversed()) {
        if (!entry.directory || SYSTEM_FOLDER.test(entry.name)) continue;
        (entry.link === true ? links : pending).push({
          folder: {
            path: tree.join(folder.path, entry.name),
            name: entry.name,
            parent: folder.path,
            parentName: folder.name,
            serverName: folder.parentName,
            modifiedMs: entry.modifiedMs,
            identity: entry.identity,
          },
          depth: next.depth + 1,
        });
      }
    }
    return folders;
  }

  /** One folder under two names, by a link or because it was given twice, counts once. */
  #isSeen({ path, identity }: Omit<Folder, 'entries'>): boolean {
    if (identity === undefined) return false;
    const first = this.#seen.get(identity);
    if (first === undefined) {
      this.#seen.set(identity, path);
      return false;
    }
    const message = `${path} is the same folder as ${first}, which counts`;
    this.findings.push({ severity: 'info', code: 'POOL_SAME_FOLDER', message, at: { image: path } });
    return true;
  }

  #list(tree: PoolTree, path: string): readonly TreeEntry[] {
    try {
      return tree.list(path);
    } catch (error) {
      const base = asStorageError(error);
      this.unreadable.add(path);
      this.findings.push({
        severity: 'warning',
        code: 'POOL_FOLDER_UNREADABLE',
        message: `cannot list ${path}: ${base.message}${base.hint === undefined ? '' : `; ${base.hint}`}`,
        at: { image: path },
      });
      return [];
    }
  }
}

export function hasDisk(folder: Folder): boolean {
  return folder.entries.some((entry) => !entry.directory && DISK_NAME.test(entry.name));
}

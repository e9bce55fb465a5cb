/** The folders of a pool, down to those that hold disks: each once, whatever names and links lead to it. */

import { join } from 'node:path';
import { asStorageError, type Finding } from '../errors.ts';
import { isImageName } from '../image/source.ts';
import { guidOfNext } from '../replica/layout.ts';
import { DISK_NAME, FOLDER_DEPTH_MAX, SYSTEM_FOLDER } from './layout.ts';
import type { PoolTree, TreeEntry } from './pool-tree.ts';

/** Of a finding: what lies below that folder is not known. */
export const FOLDER_UNREADABLE = 'POOL_FOLDER_UNREADABLE';
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

/** Told of each container as soon as its folders are read: they need not be kept. */
export type OnContainer = (container: Folder, folders: readonly Folder[]) => void;

type Found = Omit<Folder, 'entries'>;
type Walk = { readonly tree: PoolTree; readonly links: Pending[]; readonly rest: Folder[]; readonly tell: OnContainer };
type Pending = { readonly folder: Found; readonly depth: number };

export class FolderWalk {
  readonly findings: Finding[] = [];
  readonly unreadable = new Set<string>();
  /** Images that are no `disk0.vhdx`: named when there is no pool. */
  readonly otherImages: string[] = [];
  /** Disks of first backups that were interrupted, or are under way: next-<guid>.vhdx of pitvault's. */
  readonly unfinished: string[] = [];
  readonly #seen = new SeenFolders();

  /**
   * Walks the folder and those below it, down to the disks. A folder that holds folders with disks is a container, and is
   * told with them; the others are the result.
   */
  below(tree: PoolTree, root: Found, tell: OnContainer): Folder[] {
    const walk: Walk = { tree, links: [], rest: [], tell };
    this.#visit(walk, { folder: root, depth: 0 });
    // Later: a folder's own name says more than that of a link to it.
    for (let next = walk.links.shift(); next !== undefined; next = walk.links.shift()) this.#visit(walk, next);
    return walk.rest;
  }

  /** The folder, when its role is not known by itself: it is for its parent to say. */
  #enter(walk: Walk, { folder: found, depth }: Pending): Folder | null {
    if (this.#isSeen(found)) return null;
    const { tree } = walk;
    const folder: Folder = { ...found, entries: this.#list(tree, found.path) };
    for (const { name, directory } of folder.entries) {
      if (!directory && guidOfNext(name) !== null) this.unfinished.push(tree.join(folder.path, name));
      else if (!directory && isImageName(name) && this.otherImages.length < OTHER_IMAGES_MAX)
        this.otherImages.push(tree.join(folder.path, name));
    }
    if (depth >= FOLDER_DEPTH_MAX || hasDisk(folder)) return folder;
    const folders = this.#enterAll(walk, folder, depth + 1);
    if (folders.some(hasDisk)) {
      walk.tell(folder, folders);
      return null;
    }
    walk.rest.push(...folders);
    return folder;
  }

  #visit(walk: Walk, pending: Pending): void {
    const folder = this.#enter(walk, pending);
    if (folder !== null) walk.rest.push(folder);
  }

  /** The folders in a folder, but for links and for those that turned out to be containers. */
  #enterAll(walk: Walk, { path, name, parentName, entries }: Folder, depth: number): Folder[] {
    const folders: Folder[] = [];
    for (const entry of entries) {
      if (!entry.directory || SYSTEM_FOLDER.test(entry.name)) continue;
      const { modifiedMs, identity } = entry;
      const names = { name: entry.name, parent: path, parentName: name, serverName: parentName };
      const next = { folder: { path: walk.tree.join(path, entry.name), ...names, modifiedMs, identity }, depth };
      if (entry.link === true) walk.links.push(next);
      else {
        const folder = this.#enter(walk, next);
        if (folder !== null) folders.push(folder);
      }
    }
    return folders;
  }

  /** One folder under two names, by a link or because it was given twice, counts once. */
  #isSeen({ path, name, parent, identity }: Found): boolean {
    if (identity === undefined) return false;
    const first = this.#seen.add(identity, parent, name);
    if (first === null) return false;
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
        code: FOLDER_UNREADABLE,
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

/** Folders by identity. Of many folders the paths would take most of the memory: kept are the parent's, which they share, and the name. */
class SeenFolders {
  readonly #places = new Map<string, number>();
  readonly #parents: string[] = [];
  readonly #names: string[] = [];

  /** Null when it is new; else the path under which it was met first. */
  add(identity: string, parent: string, name: string): string | null {
    const place = this.#places.get(identity);
    if (place !== undefined) return join(this.#parents[place]!, this.#names[place]!);
    this.#places.set(identity, this.#names.length);
    this.#parents.push(parent);
    this.#names.push(name);
    return null;
  }
}

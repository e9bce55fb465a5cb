/**
 * Node numbers that say by themselves what they stand for: a file record of a volume, or a folder of the tree. So nothing
 * has to be remembered for the kernel, but for what is met where its record does not lead: a further name of a link, of which the
 * kernel keeps one target for a number, and a directory in a second folder, from whose links one level more or less would be
 * gone up. Either would lead elsewhere, or out of the mount. So each such place has a number of its own.
 */

import { corrupt, StorageError, unsupported } from '../../errors.ts';
import type { FileEntry, FileSystem } from '../../filesystem/file-system.ts';
import type { ServedFolder, ServedTree, ServedVolume } from '../served-tree.ts';
import type { Attributes } from './abi.ts';

export type EntryNode = Node & { readonly kind: 'entry' };

export type Node =
  | { readonly kind: 'folder'; readonly folder: ServedFolder }
  | {
      readonly kind: 'entry';
      readonly volume: number;
      readonly fileSystem: FileSystem;
      readonly entry: FileEntry;
      readonly isRoot: boolean;
      /** That of its place, where it is not its record's. */
      readonly number?: number;
    };

const MODE = { directory: 0o040555, file: 0o100444, link: 0o120777 } as const;
const ATTRIBUTE_DIRECTORY = 0x10;
const UNSET_BEFORE_MS = -11_000_000_000_000;

/** Records of a volume, of which NTFS has 2^32 at most: so the number of a node in the millionth volume is still exact. */
const RECORDS = 2 ** 33;
/** From here on are places, in the order in which they were met. */
const PLACES = 2 ** 32;
/** So many are remembered; each is a few hundred bytes. */
const PLACES_MAX = 65_536;

/** Volumes count from 1; below RECORDS are the folders of the tree. A number that no record can have stands for none. */
export function nodeNumber(volume: number, id: number): number {
  return volume * RECORDS + Math.min(id, RECORDS - 1);
}

/** Entries kept at hand; each is a few hundred bytes. */
const ENTRIES_MAX = 4096;

export class Nodes {
  readonly #tree: ServedTree;
  readonly #entries = new Map<number, EntryNode>();
  /** What was met where its record does not lead, and where that stands in the list: by volume and path. */
  readonly #places: FileEntry[] = [];
  readonly #placeNumbers = new Map<string, number>();

  constructor(tree: ServedTree) {
    this.#tree = tree;
  }

  /** The node of this number, or null where it stands for nothing. Synchronous unless a volume has to be opened. */
  node(number: number): Node | null | Promise<Node | null> {
    if (number < RECORDS) return this.#rootOrFolder(number);
    const volume = Math.floor(number / RECORDS);
    const fileSystem = this.#tree.fileSystem(volume);
    // One that was closed meanwhile, to make room for others, and is open again knows nothing of what it had given.
    const known = this.#entries.get(number);
    if (known?.fileSystem === fileSystem) return known;
    if (fileSystem instanceof Promise) return fileSystem.then((opened) => this.#entry(volume, opened, number));
    return this.#entry(volume, fileSystem, number);
  }

  /** A file system was closed: whatever is asked for in it is found in the one opened next. */
  forget(closed: FileSystem): void {
    for (const [number, { fileSystem }] of this.#entries) if (fileSystem === closed) this.#entries.delete(number);
  }

  #rootOrFolder(id: number): Node | null | Promise<Node | null> {
    const { root } = this.#tree;
    if (root.kind === 'volume') return id === 1 ? this.volumeRoot(root) : null;
    const folder = this.#tree.folder(id);
    return folder === null ? null : { kind: 'folder', folder };
  }

  #entry(volume: number, fileSystem: FileSystem, number: number): Node | null {
    const id = number % RECORDS;
    const entry = id < PLACES ? fileSystem.entry(id) : (this.#places[id - PLACES] ?? null);
    return entry === null ? null : this.of(volume, fileSystem, entry, number);
  }

  /** The root directory of a volume in the tree. */
  volumeRoot(volume: ServedVolume): Node | null | Promise<Node | null> {
    const open = (fileSystem: FileSystem): Node | null => {
      const entry = fileSystem.lookup('/');
      return entry === null ? null : { kind: 'entry', volume: volume.id, fileSystem, entry, isRoot: true };
    };
    const fileSystem = this.#tree.fileSystem(volume.id);
    return fileSystem instanceof Promise ? fileSystem.then(open) : open(fileSystem);
  }

  /** The node of an entry, remembered: it is likely to be asked for next. */
  of(volume: number, fileSystem: FileSystem, entry: FileEntry, number = nodeNumber(volume, entry.id)): Node {
    const node: EntryNode = { kind: 'entry', volume, fileSystem, entry, isRoot: entry.path === '/', number };
    // The oldest makes room: the others are those of the listing that is being gone through.
    if (this.#entries.size >= ENTRIES_MAX) this.#entries.delete(this.#entries.keys().next().value!);
    this.#entries.set(number, node);
    return node;
  }

  /** The node of what was found in a directory. Throws FUSE_LINK_NAMES, FUSE_DIRECTORY_LOOP. */
  found(volume: number, fileSystem: FileSystem, entry: FileEntry): Node {
    const number = this.numberOf(volume, fileSystem, entry);
    if (number !== null) return this.of(volume, fileSystem, entry, number);
    const { path } = entry;
    if (isInItself(fileSystem, entry)) throw corrupt('FUSE_DIRECTORY_LOOP', `${path}: this directory is in itself`, {});
    throw unsupported('FUSE_LINK_NAMES', `${path}: more than ${PLACES_MAX} names lead elsewhere than their records`);
  }

  /** The number under which the kernel is to know it, met under this path; null for what cannot be had there. */
  numberOf(volume: number, fileSystem: FileSystem, entry: FileEntry): number | null {
    const isAnywhere = !isLink(entry) && !isDirectory(entry);
    if (isAnywhere || homeOf(fileSystem, entry) === entry.path) return nodeNumber(volume, entry.id);
    const key = `${volume}:${entry.path}`;
    let place = this.#placeNumbers.get(key);
    if (place === undefined) {
      place = this.#places.length;
      if (place === PLACES_MAX || isInItself(fileSystem, entry)) return null;
      this.#placeNumbers.set(key, place);
      this.#places.push(entry);
    }
    return nodeNumber(volume, PLACES + place);
  }

  attributes(node: Node): Attributes {
    if (node.kind === 'folder') return folderAttributes(node.folder.id, node.folder.modifiedMs);
    const attributes = entryAttributes(node.volume, node.entry, node.number);
    const isTreeRoot = node.isRoot && this.#tree.root.kind === 'volume';
    return isTreeRoot ? { ...attributes, node: 1 } : attributes;
  }
}

/** True for a directory that is met below itself: whoever goes in would never come to an end. */
function isInItself(fileSystem: FileSystem, { id, kind, path }: FileEntry): boolean {
  if (kind !== 'directory') return false;
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
    if (fileSystem.lookup(path.slice(0, end))?.id === id) return true;
  }
  return false;
}

/** The path that the record of an entry leads to, or null. */
function homeOf(fileSystem: FileSystem, { id }: FileEntry): string | null {
  try {
    return fileSystem.entry(id)?.path ?? null;
  } catch (error) {
    if (!StorageError.isDamage(error)) throw error;
    return null; // of a folder above it the record is lost
  }
}

export function folderAttributes(id: number, modifiedMs: number): Attributes {
  const time = { accessedMs: modifiedMs, modifiedMs, changedMs: modifiedMs };
  return { node: id, size: 0, ...time, mode: MODE.directory, links: 1 };
}

export function entryAttributes(volume: number, entry: FileEntry, number = nodeNumber(volume, entry.id)): Attributes {
  return {
    node: number,
    size: isDirectory(entry) ? 0 : entry.size,
    accessedMs: setTime(entry.accessedMs),
    modifiedMs: setTime(entry.modifiedMs),
    changedMs: setTime(entry.changedMs),
    mode: modeOf(entry),
    links: isDirectory(entry) ? 1 : Math.max(1, entry.links),
  };
}

function setTime(ms: number): number {
  return ms > UNSET_BEFORE_MS ? ms : 0;
}

export function isDirectory(entry: FileEntry): boolean {
  return entry.kind === 'directory';
}

export function isLink(entry: FileEntry): boolean {
  return (entry.kind === 'symlink' || entry.kind === 'junction') && entry.target !== undefined;
}

/** A reparse point of another kind on a directory is one nobody can enter here: an empty directory. */
export function modeOf(entry: FileEntry): number {
  if (isDirectory(entry)) return MODE.directory;
  if (isLink(entry)) return MODE.link;
  return entry.kind !== 'file' && (entry.attributes & ATTRIBUTE_DIRECTORY) !== 0 ? MODE.directory : MODE.file;
}

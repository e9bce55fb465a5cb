/**
 * Directories in the pieces the kernel asks for. Listings are walked, not held: each reader of a directory has a walk of
 * its own, which goes on where the last piece ended, or within it. A piece elsewhere is walked to from the start.
 *
 * The kernel always asks for attributes of what it lists, and `find` never does: to read the records of all files for it
 * would be most of its time. So a listing carries the attributes of folders and links alone, until somebody looks a file up
 * (`filesAreUsed`). Then the kernel is told to forget the listings that were given without, and the next LISTINGS_FULL
 * carry everything; whoever goes on using files renews that. A listing has the same entries and positions either way.
 */

import { StorageError } from '../../errors.ts';
import type { FileSystem } from '../../filesystem/file-system.ts';
import { toHostName } from '../host-names.ts';
import type { ServedFolder, ServedVolume } from '../served-tree.ts';
import { type Attributes, direntSize, ENTRY_OUT, encodeDirent, encodeEntry, type Owner } from './abi.ts';
import {
  type EntryNode,
  entryAttributes,
  folderAttributes,
  modeOf,
  type Node,
  type Nodes,
  nodeNumber,
} from './nodes.ts';

/** Null where attributes would cost a record, or the opening of a volume: whoever wants them looks it up. */
type Item = {
  readonly name: Uint8Array;
  readonly node: number;
  readonly mode: number;
  readonly attributes: Attributes | null;
};
type Listing = {
  readonly key: number;
  /** Whose entries they are; null for folders of the tree. */
  readonly fileSystem: FileSystem | null;
  readonly items: Iterator<Item>;
  readonly isFull: boolean;
  /** Items of the last piece, and one that did not fit; the first has this position. */
  window: Item[];
  start: number;
};

const LISTINGS_MAX = 16;
const LISTINGS_FULL = 64;
/** Folders remembered as listed without attributes; files in others are looked up one by one. */
const BARE_MAX = 16_384;
/** `.` and `..` */
const DOTS = 2;
const NONE: readonly number[] = [];

export class DirectoryReader {
  readonly #nodes: Nodes;
  readonly #owner: Owner;
  /** The one used last comes last. */
  #listings: Listing[] = [];
  /** Numbers of folders whose files the kernel has by name only. */
  readonly #bare = new Set<number>();
  /** Listings still to be given with all attributes. */
  #full = 0;

  constructor(nodes: Nodes, owner: Owner) {
    this.#nodes = nodes;
    this.#owner = owner;
  }

  /** Whoever goes on with a listing in it walks there anew. */
  forget(closed: FileSystem): void {
    this.#listings = this.#listings.filter(({ fileSystem }) => fileSystem !== closed);
  }

  /** Somebody wants more of files than their names. Returns the numbers of the folders to be listed anew. */
  filesAreUsed(): readonly number[] {
    this.#full = LISTINGS_FULL;
    if (this.#bare.size === 0) return NONE;
    const bare = [...this.#bare];
    this.#bare.clear();
    return bare;
  }

  /** Fills `out` from `at` on with at most `size` bytes of entries from `position` on; returns the bytes used. */
  async read(node: Node, position: number, plus: boolean, out: DataView, at: number, size: number): Promise<number> {
    const own = this.#nodes.attributes(node);
    const head = plus ? ENTRY_OUT.SIZE : 0; // all zero where an entry has no attributes
    const bytes = new Uint8Array(out.buffer, out.byteOffset, out.byteLength);
    bytes.fill(0, at, at + size);
    let used = 0;
    for (let dot = position; dot < DOTS; dot++) {
      used += head + encodeDirent(out, bytes, at + used + head, own, dot + 1, Buffer.from(dot === 0 ? '.' : '..'));
    }
    const isFull = plus && this.#full > 0;
    if (position === 0 && isFull) this.#full--;
    else if (position === 0 && plus && this.#bare.size < BARE_MAX) this.#bare.add(own.node);
    const listing = await this.#at(node, own.node, Math.max(0, position - DOTS), isFull);
    for (let index = 0; ; index++) {
      const item = listing.window[index] ?? this.#next(listing, index > 0);
      if (item === null) return used;
      const length = head + direntSize(item.name.length);
      if (used + length > size) return used;
      if (plus && item.attributes !== null) encodeEntry(out, at + used, item.attributes, this.#owner);
      encodeDirent(out, bytes, at + used + head, item, listing.start + index + 1 + DOTS, item.name);
      used += length;
    }
  }

  /** The next item, which joins the window. Damage ends the piece where something is in it (`isBegun`), and is told for the next. */
  #next(listing: Listing, isBegun: boolean): Item | null {
    try {
      return next(listing);
    } catch (error) {
      this.#listings = this.#listings.filter((other) => other !== listing); // walked on, it would seem to end here
      if (isBegun && StorageError.is(error)) return null;
      throw error;
    }
  }

  /** A listing of the directory that has come to this position, where its window starts. One that has attributes goes on having them. */
  async #at(node: Node, key: number, position: number, isFull: boolean): Promise<Listing> {
    const fileSystem = node.kind === 'folder' ? null : node.fileSystem;
    const isUsable = (listing: Listing): boolean =>
      listing.key === key &&
      listing.fileSystem === fileSystem &&
      (listing.isFull || !isFull) &&
      listing.start <= position &&
      position <= listing.start + listing.window.length;
    let listing = this.#listings.findLast(isUsable);
    if (listing === undefined) {
      listing = { key, fileSystem, items: await this.#itemsOf(node, isFull), isFull, window: [], start: 0 };
      while (listing.start + listing.window.length < position && next(listing) !== null) forget(listing, 1);
    } else forget(listing, position - listing.start);
    this.#listings = [...this.#listings.filter((other) => other !== listing), listing].slice(-LISTINGS_MAX);
    return listing;
  }

  async #itemsOf(node: Node, isFull: boolean): Promise<Iterator<Item>> {
    if (node.kind === 'folder') return (await node.folder.children()).map(itemOfChild)[Symbol.iterator]();
    if (node.entry.kind !== 'directory') return [][Symbol.iterator]();
    return itemsIn(this.#nodes, node, isFull);
  }
}

function next(listing: Listing): Item | null {
  const { done, value } = listing.items.next();
  if (done === true) return null;
  listing.window.push(value);
  return value;
}

/** Whoever asked for these has gone on. */
function forget(listing: Listing, count: number): void {
  listing.window.splice(0, count);
  listing.start += count;
}

function* itemsIn(
  nodes: Nodes,
  { volume, fileSystem, entry: folder }: EntryNode,
  isFull: boolean,
): Generator<Item, undefined> {
  for (const entry of fileSystem.list(folder, { namesOnly: isFull ? false : 'files', complete: true })) {
    const number = nodes.numberOf(volume, fileSystem, entry);
    const isKnown = number !== null && (isFull || entry.kind !== 'file');
    const attributes = isKnown ? entryAttributes(volume, entry, number) : null;
    const node = number ?? nodeNumber(volume, entry.id);
    yield { name: toHostName(entry.name), node, mode: modeOf(entry), attributes };
  }
}

/** A volume is opened when somebody goes into it, not when it is listed. */
function itemOfChild(child: ServedFolder | ServedVolume): Item {
  const name = toHostName(child.name);
  const attributes = folderAttributes(child.id, child.modifiedMs);
  if (child.kind === 'folder') return { name, node: attributes.node, mode: attributes.mode, attributes };
  return { name, node: nodeNumber(child.id, 0), mode: attributes.mode, attributes: null };
}

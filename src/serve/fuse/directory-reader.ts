/**
 * Directories in the pieces the kernel asks for. Listings are walked, not held: the position of the last piece is kept,
 * and a piece that does not follow on it walks from the start.
 *
 * The kernel always asks for attributes of what it lists, and `find` never does: to read the records of all files for it
 * would be most of its time. So a listing carries the attributes of folders and links alone, until somebody looks a file up
 * (`filesAreUsed`). Then the kernel is told to forget the listings that were given without, and the next LISTINGS_FULL
 * carry everything; whoever goes on using files renews that. A listing has the same entries and positions either way.
 */

import type { FileEntry } from '../../filesystem/file-system.ts';
import { toHostName } from '../host-names.ts';
import type { ServedFolder, ServedVolume } from '../served-tree.ts';
import { type Attributes, direntSize, ENTRY_OUT, encodeDirent, encodeEntry, type Owner } from './abi.ts';
import { entryAttributes, folderAttributes, modeOf, type Node, type Nodes, nodeNumber } from './nodes.ts';

/** Null where attributes would cost a record, or the opening of a volume: whoever wants them looks it up. */
type Item = {
  readonly name: Uint8Array;
  readonly node: number;
  readonly mode: number;
  readonly attributes: Attributes | null;
};
type Listing = { readonly items: Iterator<Item>; readonly isFull: boolean; position: number; held: Item | null };

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
  readonly #listings = new Map<number, Listing>();
  /** Numbers of folders whose files the kernel has by name only. */
  readonly #bare = new Set<number>();
  /** Listings still to be given with all attributes. */
  #full = 0;

  constructor(nodes: Nodes, owner: Owner) {
    this.#nodes = nodes;
    this.#owner = owner;
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
    for (;;) {
      const item = listing.held ?? next(listing);
      listing.held = null;
      if (item === null) return used;
      const length = head + direntSize(item.name.length);
      if (used + length > size) {
        listing.held = item;
        return used;
      }
      listing.position++;
      if (plus && item.attributes !== null) encodeEntry(out, at + used, item.attributes, this.#owner);
      encodeDirent(out, bytes, at + used + head, item, listing.position + DOTS, item.name);
      used += length;
    }
  }

  /** The listing of a directory, walked to this position. One that has attributes goes on having them. */
  async #at(node: Node, key: number, position: number, isFull: boolean): Promise<Listing> {
    let listing = this.#listings.get(key);
    this.#listings.delete(key);
    if (listing === undefined || listing.position > position || (isFull && !listing.isFull)) {
      listing = { items: await itemsOf(node, isFull), isFull, position: 0, held: null };
    }
    this.#listings.set(key, listing);
    for (const other of this.#listings.keys()) {
      if (this.#listings.size <= LISTINGS_MAX) break;
      this.#listings.delete(other);
    }
    while (listing.position < position) {
      const item = listing.held ?? next(listing);
      listing.held = null;
      if (item === null) break;
      listing.position++;
    }
    return listing;
  }
}

function next(listing: Listing): Item | null {
  const { done, value } = listing.items.next();
  return done === true ? null : value;
}

async function itemsOf(node: Node, isFull: boolean): Promise<Iterator<Item>> {
  if (node.kind === 'folder') return (await node.folder.children()).map(itemOfChild)[Symbol.iterator]();
  if (node.entry.kind !== 'directory') return [][Symbol.iterator]();
  return itemsIn(node.volume, node.fileSystem.list(node.entry, { namesOnly: isFull ? false : 'files' }), isFull);
}

function* itemsIn(volume: number, entries: Iterable<FileEntry>, isFull: boolean): Generator<Item, undefined> {
  for (const entry of entries) {
    const isKnown = isFull || entry.kind !== 'file';
    const attributes = isKnown ? entryAttributes(volume, entry) : null;
    yield { name: toHostName(entry.name), node: nodeNumber(volume, entry.id), mode: modeOf(entry), attributes };
  }
}

/** A volume is opened when somebody goes into it, not when it is listed. */
function itemOfChild(child: ServedFolder | ServedVolume): Item {
  const name = toHostName(child.name);
  const attributes = folderAttributes(child.id, child.modifiedMs);
  if (child.kind === 'folder') return { name, node: attributes.node, mode: attributes.mode, attributes };
  return { name, node: nodeNumber(child.id, 0), mode: attributes.mode, attributes: null };
}

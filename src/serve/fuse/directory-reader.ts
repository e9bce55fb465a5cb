/**
 * Directories in the pieces the kernel asks for. Listings are walked, not held: the position of the last piece is kept,
 * and a piece that does not follow on it walks from the start.
 */

import type { FileEntry } from '../../filesystem/file-system.ts';
import { toHostName } from '../host-names.ts';
import type { ServedFolder, ServedVolume } from '../served-tree.ts';
import { type Attributes, direntSize, ENTRY_OUT, encodeDirent, encodeEntry, type Owner } from './abi.ts';
import { entryAttributes, folderAttributes, type Node, type Nodes } from './nodes.ts';

/** `known` is false where attributes would cost the opening of a volume: whoever wants them looks it up. */
type Item = { readonly name: Uint8Array; readonly attributes: Attributes; readonly known: boolean };
type Listing = { readonly items: Iterator<Item>; position: number; held: Item | null };

const LISTINGS_MAX = 16;
/** `.` and `..` */
const DOTS = 2;

export class DirectoryReader {
  readonly #nodes: Nodes;
  readonly #owner: Owner;
  readonly #listings = new Map<string, Listing>();

  constructor(nodes: Nodes, owner: Owner) {
    this.#nodes = nodes;
    this.#owner = owner;
  }

  /** Fills `out` from `at` on with at most `size` bytes of entries from `position` on; returns the bytes used. */
  async read(node: Node, position: number, plus: boolean, out: DataView, at: number, size: number): Promise<number> {
    const own = this.#nodes.attributes(node);
    let used = 0;
    for (let dot = position; dot < DOTS; dot++) {
      const entry = plus ? encodeEntry(out, at + used, null, this.#owner) : 0;
      used += entry + encodeDirent(out, at + used + entry, own, dot + 1, Buffer.from(dot === 0 ? '.' : '..'));
    }
    const listing = await this.#at(node, Math.max(0, position - DOTS));
    for (;;) {
      const item = listing.held ?? next(listing);
      listing.held = null;
      if (item === null) return used;
      const length = (plus ? ENTRY_OUT.SIZE : 0) + direntSize(item.name.length);
      if (used + length > size) {
        listing.held = item;
        return used;
      }
      listing.position++;
      const head = plus ? encodeEntry(out, at + used, item.known ? item.attributes : null, this.#owner) : 0;
      encodeDirent(out, at + used + head, item.attributes, listing.position + DOTS, item.name);
      used += length;
    }
  }

  /** The listing of a directory, walked to this position. */
  async #at(node: Node, position: number): Promise<Listing> {
    const key = node.kind === 'folder' ? `folder ${node.folder.id}` : `${node.volume}/${node.entry.id}`;
    let listing = this.#listings.get(key);
    this.#listings.delete(key);
    if (listing === undefined || listing.position > position) {
      listing = { items: await itemsOf(node), position: 0, held: null };
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

async function itemsOf(node: Node): Promise<Iterator<Item>> {
  if (node.kind === 'folder') return (await node.folder.children()).map(itemOfChild)[Symbol.iterator]();
  if (node.entry.kind !== 'directory') return [][Symbol.iterator]();
  return itemsIn(node.volume, node.fileSystem.list(node.entry));
}

function* itemsIn(volume: number, entries: Iterable<FileEntry>): Generator<Item, undefined> {
  for (const entry of entries) {
    yield { name: toHostName(entry.name), attributes: entryAttributes(volume, entry), known: true };
  }
}

/** A volume is opened when somebody goes into it, not when it is listed. */
function itemOfChild(child: ServedFolder | ServedVolume): Item {
  const name = toHostName(child.name);
  const attributes = folderAttributes(child.id, child.modifiedMs);
  if (child.kind === 'folder') return { name, attributes, known: true };
  return { name, attributes: { ...attributes, nodeHigh: child.id * 0x1_0000 }, known: false };
}

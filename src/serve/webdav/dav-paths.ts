/** From the path of a URL to what the tree has there, and back. */

import { createHash } from 'node:crypto';
import type { FileEntry, FileSystem } from '../../filesystem/file-system.ts';
import { childByName } from '../child-by-name.ts';
import { fromHostName, toHostName } from '../host-names.ts';
import type { HeldVolume, ServedFolder, ServedTree } from '../served-tree.ts';

export type Resource =
  | { readonly kind: 'folder'; readonly folder: ServedFolder }
  /** `state`: which state of which volume it is, as a part of entity tags. */
  | { readonly kind: 'entry'; readonly state: string; readonly fileSystem: FileSystem; readonly entry: FileEntry };

/** What stands before the path where a client sends the whole URL, with the host. */
export const ORIGIN = /^https?:\/\/(?<host>[^/?#]*)/i;

/** The names of a URL's path, each in the forms it may have in a volume; null for what is no such path. */
export function namesOf(url: string): string[][] | null {
  const path = url.replace(ORIGIN, '');
  const names: string[][] = [];
  for (const part of path.split('?')[0]!.split('/')) {
    if (part === '') continue;
    const bytes = percentDecoded(part);
    if (bytes === null || bytes.includes(0) || bytes.includes(0x2f)) return null;
    const forms = fromHostName(bytes);
    if (forms[0] === '.' || forms[0] === '..') return null;
    names.push(forms);
  }
  return names;
}

function percentDecoded(text: string): Uint8Array | null {
  const bytes: number[] = [];
  const raw = Buffer.from(text);
  for (let at = 0; at < raw.length; at++) {
    if (raw[at] !== 0x25) {
      bytes.push(raw[at]!);
      continue;
    }
    const digits = raw.toString('latin1', at + 1, at + 3);
    if (!/^[0-9a-f]{2}$/i.test(digits)) return null;
    bytes.push(Number.parseInt(digits, 16));
    at += 2;
  }
  return Uint8Array.from(bytes);
}

const PLAIN = /[A-Za-z0-9._~-]/;

/** A name as part of a URL. */
export function urlName(name: string): string {
  let text = '';
  for (const byte of toHostName(name)) {
    const character = String.fromCharCode(byte);
    text += PLAIN.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return text;
}

/** Runs `work` with what stands at these names, or null; a volume stays open until it has ended. */
export async function withResource(
  tree: ServedTree,
  names: readonly (readonly string[])[],
  work: (resource: Resource | null) => Promise<void>,
): Promise<void> {
  let at = tree.root;
  let depth = 0;
  while (at.kind === 'folder') {
    if (depth === names.length) return work({ kind: 'folder', folder: at });
    const children = await at.children();
    const next = children.find((child) => names[depth]!.includes(child.name));
    if (next === undefined) return work(null);
    at = next;
    depth++;
  }
  using held = await tree.hold(at.id);
  const { fileSystem } = held;
  const entry = entryAt(fileSystem, names.slice(depth));
  await work(entry === null ? null : { kind: 'entry', state: stateOf(at.id, held), fileSystem, entry });
}

/** A database that was written since may have the size and the times it had: the state of its volume tells them apart. */
function stateOf(volume: number, { identity }: HeldVolume): string {
  if (identity === null) return String(volume);
  return `${volume}-${createHash('sha256').update(identity).digest('hex').slice(0, 12)}`;
}

function entryAt(fileSystem: FileSystem, names: readonly (readonly string[])[]): FileEntry | null {
  let entry = fileSystem.lookup('/');
  for (const forms of names) {
    const directory: FileEntry | null = entry;
    if (directory === null || directory.kind !== 'directory') return null;
    entry = childByName(fileSystem, directory, forms);
  }
  return entry !== null && isLink(entry) ? null : entry;
}

export type Item = {
  readonly name: string;
  readonly isFolder: boolean;
  readonly size: number;
  readonly modifiedMs: number;
  readonly createdMs: number;
  readonly tag: string;
};

export function itemOf(resource: Resource): Item {
  if (resource.kind === 'folder') return folderItem(resource.folder);
  return entryItem(resource.state, resource.entry);
}

/** They are left out, also when they are asked for: WebDAV has none. */
function isLink({ kind }: FileEntry): boolean {
  return kind === 'symlink' || kind === 'junction';
}

/** What a folder holds, in its own order, without links. Throws NTFS_NAMES_LOST at the end where some may be missing. */
export async function itemsIn(resource: Resource): Promise<Iterable<Item>> {
  if (resource.kind === 'folder') return (await resource.folder.children()).map(folderItem);
  return entryItems(resource.state, resource.fileSystem.list(resource.entry, { complete: true }));
}

function* entryItems(state: string, entries: Iterable<FileEntry>): Generator<Item> {
  for (const entry of entries) {
    if (!isLink(entry)) yield entryItem(state, entry);
  }
}

function folderItem({ name, modifiedMs }: { readonly name: string; readonly modifiedMs: number }): Item {
  return { name, isFolder: true, size: 0, modifiedMs, createdMs: modifiedMs, tag: '' };
}

function entryItem(state: string, entry: FileEntry): Item {
  const { name, size, modifiedMs, createdMs, id, sequence } = entry;
  const tag = `"${state}-${id}-${sequence}-${size}-${Math.floor(modifiedMs)}"`;
  return { name, isFolder: entry.kind === 'directory', size, modifiedMs, createdMs, tag };
}

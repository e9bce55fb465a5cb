/**
 * Where the parent of a differencing disk may be on this host. Locators hold Windows paths of the machine that made
 * them: `.\base.vhdx`, `D:\VMs\base.vhdx`, `\\?\Volume{...}\VMs\base.vhdx`, `\\server\share\base.vhdx`. The files have
 * been moved since, more often than not, and this host may not be Windows.
 *
 * 1. Looked at are only: the place a locator names, that place with the drive or volume taken to be one of the folders
 *    above the child, the child's own folder (and, where it is reached by a link, the one in which it really lies), and
 *    folders the user names. No folder is searched below its first level, except along a locator's own folders.
 * 2. Names are matched exactly, else without regard to case and Unicode composition, as Windows would.
 * 3. Every place is a guess. What is found counts only once its identity has been verified.
 */

import { readdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, parse, resolve } from 'node:path';

const COMPONENTS_MAX = 64;
const FOLDER_ENTRIES_MAX = 4096;
const IMAGE_NAME = /\.a?vhdx?$/i;

export type ParentSearch = {
  /** Folder of the child on this host; null when the child is no file of its own (in an archive, in another image). */
  readonly childFolder: string | null;
  readonly searchFolders: readonly string[];
};

/** Regular files that a locator's path may mean, best guess first, each once. */
export function* placesOf(search: ParentSearch, path: string): Generator<string> {
  const seen = new Set<string>();
  for (const { base, components } of guesses(search, path)) {
    const found = findFile(base, components);
    if (found === null || seen.has(found)) continue;
    seen.add(found);
    yield found;
  }
}

/** Image files in the child's folder and in the folders the user names, for a search by identity. */
export function* imagesBeside(search: ParentSearch, isImage = isVirtualDisk): Generator<string> {
  const folders = search.childFolder === null ? search.searchFolders : [search.childFolder, ...search.searchFolders];
  for (const folder of new Set(folders.map((one) => resolve(one)))) {
    const names = namesIn(folder).filter(isImage);
    for (const name of names.sort().slice(0, FOLDER_ENTRIES_MAX)) {
      const file = join(folder, name);
      if (isFile(file)) yield file;
    }
  }
}

/** The folder in which the file really lies; null where that is not to be known. */
export function realFolder(path: string | null): string | null {
  if (path === null) return null;
  try {
    return dirname(realpathSync(path));
  } catch {
    return null; // it was open a moment ago: nothing is to be found beside what has gone
  }
}

function isVirtualDisk(name: string): boolean {
  return IMAGE_NAME.test(name);
}

type Guess = { readonly base: string; readonly components: readonly string[] };

function* guesses(search: ParentSearch, path: string): Generator<Guess> {
  if (path === '' || path.includes('\0')) return;
  const { rooted, components } = splitWindowsPath(path);
  if (components.length === 0 || components.length > COMPONENTS_MAX) return;
  const { childFolder, searchFolders } = search;
  if (!rooted) {
    if (childFolder !== null) yield { base: childFolder, components };
  } else {
    yield* asNamed(path, components);
    // The drive may be mounted at any folder above the child (not at the root: that is this host's own tree).
    for (const above of foldersAbove(childFolder)) yield { base: above, components };
  }
  const below = components.filter((component) => component !== '..');
  const folders = childFolder === null ? searchFolders : [childFolder, ...searchFolders];
  for (let start = 0; start < below.length; start++) {
    for (const base of folders) yield { base, components: below.slice(start) };
  }
}

/** A rooted path taken at its word, where this host can: on Windows, or when it is a path of this host. */
function* asNamed(path: string, components: readonly string[]): Generator<Guess> {
  if (process.platform === 'win32') yield { base: parse(path).root, components };
  else if (/^\/(?!\/)/.test(path)) yield { base: '/', components };
}

/** `\\?\`, `\\.\` and `\??\`, then a drive, a volume, or server and share: all of it is where the path starts. */
const PREFIX = /^(?:[\\/]{2}[?.][\\/]|[\\/]\?\?[\\/])?(?:[A-Za-z]:|Volume\{[^}]*\}|UNC[\\/]+[^\\/]+[\\/]+[^\\/]+)?/i;
const SHARE = /^[\\/]{2}[^\\/?.][^\\/]*[\\/]+[^\\/]+/;

/** Components of a Windows path without its drive, volume or share; `.` left out, `..` kept where it leads up. */
export function splitWindowsPath(path: string): { readonly rooted: boolean; readonly components: string[] } {
  const text = path.startsWith('file://') ? decodeUrl(path.slice('file://'.length)) : path;
  const prefix = (SHARE.exec(text) ?? PREFIX.exec(text))?.[0] ?? '';
  const rest = text.slice(prefix.length);
  const rooted = prefix !== '' || /^[\\/]/.test(rest);
  const components: string[] = [];
  for (const component of rest.split(/[\\/]+/)) {
    if (component === '' || component === '.') continue;
    if (component === '..' && components.length > 0 && components.at(-1) !== '..') components.pop();
    else if (component !== '..' || !rooted) components.push(component);
  }
  return { rooted, components };
}

/** A `file://` URL's path; what is no valid escape is left as it is. */
function decodeUrl(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** The folders above this one, nearest first, without the root. */
function foldersAbove(folder: string | null): string[] {
  const folders: string[] = [];
  if (folder === null) return folders;
  const { root } = parse(resolve(folder));
  for (let above = resolve(folder); above !== root; above = dirname(above)) folders.push(above);
  return folders;
}

/** The regular file at the end of these components, or null. */
function findFile(base: string, components: readonly string[]): string | null {
  let place = resolve(base);
  for (const component of components) {
    const next = component === '..' ? dirname(place) : findName(place, component);
    if (next === null) return null;
    place = next;
  }
  return isFile(place) ? place : null;
}

function findName(folder: string, name: string): string | null {
  const exact = join(folder, name);
  if (exists(exact)) return exact;
  const match = foldedNames(folder).get(fold(name));
  return match === undefined ? null : join(folder, match);
}

type Listing = { readonly modifiedMs: number; readonly names: ReadonlyMap<string, string> };

const LISTINGS_MAX = 32;
/** A folder that changed this recently may change again without another time of change. */
const SETTLED_MS = 2000;
const listings = new Map<string, Listing>();

/**
 * Names in the folder by their folded form. Children of one pool whose parents are lost have the same folders above them:
 * those are listed once as long as they stay as they are, not a thousand times.
 */
function foldedNames(folder: string): ReadonlyMap<string, string> {
  const modifiedMs = modifiedAt(folder);
  const known = listings.get(folder);
  if (known !== undefined && known.modifiedMs === modifiedMs) return known.names;
  const names = new Map<string, string>();
  for (const name of namesIn(folder)) if (!names.has(fold(name))) names.set(fold(name), name);
  listings.delete(folder);
  if (modifiedMs === null || Date.now() - modifiedMs < SETTLED_MS) return names;
  if (listings.size >= LISTINGS_MAX) listings.delete(listings.keys().next().value!);
  listings.set(folder, { modifiedMs, names });
  return names;
}

function modifiedAt(folder: string): number | null {
  try {
    return statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? null;
  } catch {
    return null;
  }
}

function fold(name: string): string {
  return name.normalize('NFC').toUpperCase();
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // no folder, or one that may not be read: nothing is found there, and the report says what was tried
  }
}

function exists(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}

/** Regular files only: a locator that leads to a pipe or a device must not make the reader wait or touch it. */
function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
  } catch {
    return false;
  }
}

/**
 * Parents of differencing disks: from what a child says of its parent to that parent, open and verified.
 *
 * 1. A parent is accepted when it carries one of the identities the child names (DataWriteGuid, UniqueId), wherever it
 *    was found: first at the paths the child names, then by identity among the images in its folder and in folders the
 *    user gives. With `ignoreIdentity`, when none does, the first disk at one of those paths is taken, loudly.
 * 2. A candidate's identity is read first, so a wrong one costs a few reads.
 * 3. No file is twice in a chain (compared by device and inode), and no chain is deeper than DEPTH_MAX.
 * 4. A candidate that does not become the parent is closed; when the chain cannot be opened, all of it is.
 */

import { dirname, resolve } from 'node:path';
import {
  type DiskImage,
  finding,
  type OpenDiskOptions,
  type OpenParent,
  PARENT_LATER,
  type ParentRequest,
} from '../disk/disk-image.ts';
import type { ErrorCode } from '../error-codes.ts';
import { corrupt, type Finding, notFound, StorageError, unsupported } from '../errors.ts';
import type { ByteFile, OpenFile } from '../io/byte-file.ts';
import type { AddressMap } from '../map/address-map.ts';
import { FileMap } from '../map/maps.ts';
import { chooseFooter } from '../vhd/footer.ts';
import { isVhd, VhdFile } from '../vhd/vhd-file.ts';
import { isVhdx, readDataWriteGuid, VhdxFile } from '../vhdx/vhdx-file.ts';
import { imagesBeside, type ParentSearch, placesOf, realFolder } from './parent-search.ts';

export const DEPTH_MAX = 1024;
const TRIED_MAX = 24;

/** Opens the disk in these bytes, whatever its format; refuses what is no disk. */
export type OpenDisk = (container: AddressMap, options: OpenDiskOptions) => DiskImage;

export type ParentHost = {
  /** Where the child is, or null when it is no file of its own: then only `searchFolders` can hold a parent. */
  readonly childPath: string | null;
  readonly searchFolders: readonly string[];
  /** Read over a parent of another identity when there is no right one. */
  readonly ignoreIdentity: boolean;
  /** Its files stay open as long as the chain; whoever passes it closes them. */
  readonly openFile: OpenFile;
  /** Receives what is worth telling of how parents were found. */
  readonly findings: Finding[];
  readonly openDisk?: OpenDisk;
  /** Whoever knows where parents are says so, and nothing is searched; null: it does not know this one. */
  readonly findParent?: (request: ParentRequest) => { readonly file: ByteFile; readonly path: string } | null;
};

/**
 * What a format's reader is given to open parents with. The whole chain is opened by one call, in two loops: down, asking
 * each disk for its parent, and back up, handing each disk its open parent. Nested calls would need a stack frame for
 * every reader of the chain, and a legal chain is deep enough to run out of them.
 */
export function makeOpenParent(host: ParentHost): OpenParent {
  return (request) => {
    const links: OpenLink[] = [];
    try {
      const base = openBase(host, request, links);
      return openUpwards(host, request, links, base);
    } catch (error) {
      for (const { file } of links) file.close();
      throw error;
    }
  };
}

/** A disk of the chain and the one it is the parent of. */
type Link = {
  readonly path: string | null;
  /** The file's identity; null for a first child that is no file of its own. */
  readonly identity: string | null;
  readonly child: Link | null;
};

type OpenLink = Link & { readonly path: string; readonly file: ByteFile; readonly container: AddressMap };

/** Finds parent after parent, adding each to `links`, down to the disk that has none, which is returned open. */
function openBase(host: ParentHost, first: ParentRequest, links: OpenLink[]): DiskImage {
  let child: Link = { path: host.childPath, identity: firstIdentity(host), child: null };
  for (let request = first; ; ) {
    if (links.length >= DEPTH_MAX) {
      throw unsupported('CHAIN_TOO_DEEP', `more than ${DEPTH_MAX} disks, each the parent of the next`, {
        image: request.child,
      });
    }
    const { file, path } = host.findParent?.(request) ?? new Search(host, child, request).find();
    const link: OpenLink = { path, identity: file.identity, child, file, container: new FileMap(file) };
    links.push(link);
    const opened = openOrAsk(host, link);
    if ('resolve' in opened) return opened;
    request = opened;
    child = link;
  }
}

function openUpwards(host: ParentHost, first: ParentRequest, links: readonly OpenLink[], base: DiskImage): DiskImage {
  const openDisk = host.openDisk ?? openContainer;
  let parent = base;
  for (let i = links.length - 2; i >= 0; i--) {
    const { container, path } = links[i]!;
    const below = parent;
    const openParent: OpenParent = (request) => requireSectorSize(below, request);
    parent = openDisk(container, { name: path, openParent });
  }
  return requireSectorSize(parent, first);
}

function requireSectorSize(parent: DiskImage, { child, logicalSectorSize }: ParentRequest): DiskImage {
  if (parent.logicalSectorSize === logicalSectorSize) return parent;
  throw corrupt(
    'PARENT_SECTOR_SIZE',
    `logical sector size: ${child} has ${logicalSectorSize}, its parent ${parent.name} has ${parent.logicalSectorSize}`,
    { image: child },
  );
}

/** The disk, when it has no parent; else what it says of its parent. */
function openOrAsk(host: ParentHost, { container, path }: OpenLink): DiskImage | ParentRequest {
  const asked: { request?: ParentRequest } = {};
  const openParent: OpenParent = (request) => {
    asked.request = request;
    throw PARENT_LATER;
  };
  try {
    return (host.openDisk ?? openContainer)(container, { name: path, openParent });
  } catch (error) {
    if (error === PARENT_LATER && asked.request !== undefined) return asked.request;
    throw error;
  }
}

type Tried = { readonly place: string; readonly reason: string };
type Found = { readonly path: string; readonly file: ByteFile };

/** The search for the parent of one disk. */
class Search {
  readonly #host: ParentHost;
  readonly #child: Link;
  readonly #request: ParentRequest;
  readonly #places: ParentSearch;
  readonly #tried: Tried[] = [];
  readonly #seen = new Set<string>();
  /** The first disk met at a place the child names that is none of its parents. */
  #other: string | null = null;
  #cycle = false;

  constructor(host: ParentHost, child: Link, request: ParentRequest) {
    this.#host = host;
    this.#child = child;
    this.#request = request;
    this.#places = {
      childFolder: child.path === null ? null : dirname(resolve(child.path)),
      searchFolders: host.searchFolders,
    };
  }

  /** The file of the parent. Throws what was tried when there is none. */
  find(): Found {
    const found = this.#findFrom(this.#places);
    if (found !== null) return found;
    // A child that was reached by a link has its parents where it really is.
    const folder = realFolder(this.#child.path);
    const isLinked = folder !== null && folder !== this.#places.childFolder;
    const foundThere = isLinked ? this.#findFrom({ childFolder: folder, searchFolders: [] }) : null;
    if (foundThere !== null) return foundThere;
    if (this.#host.ignoreIdentity && this.#other !== null) return this.#takeOther(this.#other);
    throw this.#notFound();
  }

  #findFrom(search: ParentSearch): Found | null {
    for (const { key, path } of this.#request.candidates) {
      const named = `${key} ${JSON.stringify(path)}`;
      let there = false;
      for (const place of placesOf(search, path)) {
        there = true;
        const found = this.#try(place, `${named} -> ${place}`, true);
        if (found !== null) return found;
      }
      if (!there && search === this.#places) this.#reject(named, 'no such file here');
    }
    for (const place of imagesBeside(search)) {
      const found = this.#try(place, place, false);
      if (found === null) continue;
      this.#tell('info', 'PARENT_FOUND_BY_IDENTITY', `its parent was found by identity: ${place}`);
      return found;
    }
    return null;
  }

  /** The file, when it is the parent, else null, noting why it is not. */
  #try(path: string, place: string, isNamed: boolean): Found | null {
    if (this.#seen.has(path)) return null;
    this.#seen.add(path);
    let file: ByteFile;
    try {
      file = this.#host.openFile(path);
    } catch (error) {
      if (!StorageError.isDamage(error)) throw error;
      return this.#reject(place, error.message);
    }
    try {
      const reason = this.#judge(file, path, isNamed);
      if (reason === null) return { path, file };
      file.close();
      return this.#reject(place, reason);
    } catch (error) {
      file.close();
      throw error;
    }
  }

  /** Why this file is not the parent, or null when it is. */
  #judge(file: ByteFile, path: string, isNamed: boolean): string | null {
    const { format, identities } = this.#request;
    const identity = identityOf(format, new FileMap(file));
    if (identity === null) return `is no readable ${format}`;
    const matches = identities.includes(identity);
    if (this.#isInChain(file.identity)) {
      this.#cycle ||= matches;
      return 'is the disk itself, or one that differs from it';
    }
    if (matches) return null;
    if (isNamed) this.#other ??= path;
    return `has identity ${identity}`;
  }

  #reject(place: string, reason: string): null {
    if (this.#tried.length < TRIED_MAX) this.#tried.push({ place, reason });
    return null;
  }

  #takeOther(path: string): Found {
    const expected = this.#request.identities.join(' or ') || 'unknown';
    const message = `its parent's identity has to be ${expected}; ${path} has another and is read as its parent all the same: what comes out may be wrong`;
    this.#tell('warning', 'PARENT_IDENTITY_IGNORED', message);
    return { path, file: this.#host.openFile(path) };
  }

  #isInChain(identity: string): boolean {
    for (let link: Link | null = this.#child; link !== null; link = link.child) {
      if (link.identity === identity) return true;
    }
    return false;
  }

  #notFound(): StorageError {
    const { child, identities } = this.#request;
    const tried = this.#tried.map(({ place, reason }) => `${place}: ${reason}`).join('; ');
    const wanted = identities.length === 0 ? 'it names no identity' : `identity ${identities.join(' or ')}`;
    const report = `the parent of ${child} was not found (${wanted}); tried: ${tried || 'nothing, it names no path'}`;
    if (this.#cycle) return corrupt('CHAIN_CYCLE', `${child} differs from itself: ${report}`, { image: child });
    if (this.#other !== null) {
      return corrupt('PARENT_IDENTITY_MISMATCH', report, {
        image: child,
        hint: 'the parent was changed or replaced; find the right one, or read over the wrong one with --ignore-parent-id',
      });
    }
    return notFound('PARENT_NOT_FOUND', report, {
      image: child,
      hint: 'put the parent beside the child, or name its folder with --search',
    });
  }

  #tell(severity: Finding['severity'], code: ErrorCode, message: string): void {
    const { child } = this.#request;
    this.#host.findings.push(finding(severity, { code, message: `${child}: ${message}`, at: { image: child } }));
  }
}

/** Identity of the first child's file, asked of the same opener as the parents', so that both are named alike. */
function firstIdentity({ childPath, openFile }: ParentHost): string | null {
  if (childPath === null) return null;
  const file = openFile(childPath);
  file.close();
  return file.identity;
}

/** The identity that children name, or null when these bytes are no readable disk of the format. */
function identityOf(format: ParentRequest['format'], container: AddressMap): string | null {
  if (format === 'vhdx') return readDataWriteGuid(container);
  try {
    return isVhd(container) ? chooseFooter(container, '').footer.uniqueId : null;
  } catch (error) {
    if (StorageError.isDamage(error)) return null;
    throw error;
  }
}

/** The disk in a file that has to be one. */
export function openContainer(container: AddressMap, options: OpenDiskOptions): DiskImage {
  return isVhdx(container) ? VhdxFile.open(container, options) : VhdFile.open(container, options);
}

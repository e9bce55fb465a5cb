/**
 * Parents of differencing disks: from what a child says of its parent to that parent, open and verified.
 *
 * 1. A parent is accepted when it carries one of the identities the child names (DataWriteGuid, UniqueId), wherever it
 *    was found: first at the paths the child names, then by identity among the images in its folder and in folders the
 *    user gives. With `ignoreIdentity`, when none does, the first disk at one of those paths is taken, loudly.
 * 2. The identity is read before the candidate's own parents are looked for, so a wrong candidate costs two reads.
 * 3. No file is twice in a chain (compared by device and inode), and no chain is deeper than DEPTH_MAX.
 * 4. A candidate that does not become the parent is closed.
 */

import { dirname, resolve } from 'node:path';
import {
  type DiskImage,
  finding,
  type OpenDiskOptions,
  type OpenParent,
  type ParentRequest,
} from '../disk/disk-image.ts';
import { corrupt, type Finding, notFound, StorageError, unsupported } from '../errors.ts';
import type { ByteFile, OpenFile } from '../io/byte-file.ts';
import type { AddressMap } from '../map/address-map.ts';
import { FileMap } from '../map/maps.ts';
import { chooseFooter } from '../vhd/footer.ts';
import { isVhd, VhdFile } from '../vhd/vhd-file.ts';
import { isVhdx, readDataWriteGuid, VhdxFile } from '../vhdx/vhdx-file.ts';
import { imagesBeside, type ParentSearch, placesOf } from './parent-search.ts';

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
};

/** What a format's reader is given to open parents with; the parents' parents are opened the same way. */
export function makeOpenParent(host: ParentHost): OpenParent {
  return (request) => {
    const first: Link = { path: host.childPath, identity: firstIdentity(host), depth: 0, child: null };
    return new Search(host, first, request).open();
  };
}

/** A disk of the chain and the one it is the parent of. */
type Link = {
  readonly path: string | null;
  /** The file's identity; null for a first child that is no file of its own. */
  readonly identity: string | null;
  readonly depth: number;
  readonly child: Link | null;
};

type Tried = { readonly place: string; readonly reason: string };

/** The search for the parent of one disk. */
class Search {
  readonly #host: ParentHost;
  readonly #child: Link;
  readonly #request: ParentRequest;
  readonly #places: ParentSearch;
  readonly #tried: Tried[] = [];
  readonly #seen = new Set<string>();
  #otherIdentity: string | null = null;
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

  open(): DiskImage {
    if (this.#child.depth >= DEPTH_MAX) {
      throw unsupported('CHAIN_TOO_DEEP', `more than ${DEPTH_MAX} disks differ from one another`, {
        image: this.#request.child,
      });
    }
    for (const { key, path } of this.#request.candidates) {
      let found = false;
      for (const place of placesOf(this.#places, path)) {
        found = true;
        const parent = this.#try(place, `${key} ${JSON.stringify(path)} -> ${place}`);
        if (parent !== null) return parent;
      }
      if (!found) this.#tried.push({ place: `${key} ${JSON.stringify(path)}`, reason: 'no such file here' });
    }
    for (const place of imagesBeside(this.#places)) {
      const parent = this.#try(place, place);
      if (parent === null) continue;
      this.#tell('info', 'PARENT_FOUND_BY_IDENTITY', `its parent was found by identity: ${place}`);
      return parent;
    }
    if (this.#host.ignoreIdentity && this.#otherIdentity !== null) return this.#openOther(this.#otherIdentity);
    throw this.#notFound();
  }

  /** The parent in this file, or null, noting why it is not. */
  #try(path: string, place: string): DiskImage | null {
    if (this.#seen.has(path)) return null;
    this.#seen.add(path);
    let file: ByteFile;
    try {
      file = this.#host.openFile(path);
    } catch (error) {
      if (!StorageError.is(error)) throw error;
      return this.#reject(place, error.message);
    }
    try {
      if (this.#isInChain(file.identity)) {
        this.#cycle = true;
        return this.#reject(place, 'is the child itself, or a disk that differs from it', file);
      }
      const identity = identityOf(this.#request.format, new FileMap(file));
      if (identity === null) return this.#reject(place, `is no readable ${this.#request.format}`, file);
      if (this.#request.identities.includes(identity)) return this.#openDisk(file, path);
      this.#otherIdentity ??= path;
      return this.#reject(place, `has identity ${identity}`, file);
    } catch (error) {
      file.close();
      throw error;
    }
  }

  #reject(place: string, reason: string, file?: ByteFile): null {
    file?.close();
    if (this.#tried.length < TRIED_MAX) this.#tried.push({ place, reason });
    return null;
  }

  #openDisk(file: ByteFile, path: string): DiskImage {
    const link: Link = { path, identity: file.identity, depth: this.#child.depth + 1, child: this.#child };
    const openParent: OpenParent = (request) => new Search(this.#host, link, request).open();
    return (this.#host.openDisk ?? openContainer)(new FileMap(file), { name: path, openParent });
  }

  #openOther(path: string): DiskImage {
    const file = this.#host.openFile(path);
    try {
      const expected = this.#request.identities.join(' or ') || 'none';
      this.#tell(
        'warning',
        'PARENT_IDENTITY_IGNORED',
        `its parent has to be ${expected}; ${path} is not, and is read as its parent all the same: what comes out may be wrong`,
      );
      return this.#openDisk(file, path);
    } catch (error) {
      file.close();
      throw error;
    }
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
    if (this.#cycle && this.#otherIdentity === null) {
      return corrupt('CHAIN_CYCLE', `${child} differs from itself: ${report}`, { image: child });
    }
    if (this.#otherIdentity !== null) {
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

  #tell(severity: Finding['severity'], code: string, message: string): void {
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
    if (StorageError.is(error)) return null;
    throw error;
  }
}

function openContainer(container: AddressMap, options: OpenDiskOptions): DiskImage {
  return isVhdx(container) ? VhdxFile.open(container, options) : VhdFile.open(container, options);
}

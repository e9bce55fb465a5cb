/**
 * Locators: text that names bytes. `A` is a file on disk; `A::B` is path B inside image or zip A, as deep as needed:
 * `pool.zip::dpm01/…/disk0.vhdx::/inner.vhdx`. Whatever the depth, the result is one address map down to files on disk.
 */

import { basename } from 'node:path';
import {
  corrupt,
  type Finding,
  invalidArgument,
  notFound,
  StorageError,
  throwIfCancelled,
  unsupported,
} from '../errors.ts';
import type { ByteFile, OpenFile } from '../io/byte-file.ts';
import { PageCache } from '../io/cached-file.ts';
import { DiskFile, identityOf } from '../io/disk-file.ts';
import type { HostFiles } from '../io/host-files.ts';
import type { AddressMap } from '../map/address-map.ts';
import { FileMap } from '../map/maps.ts';
import { readBytes } from '../map/read-map.ts';
import { isZipHead, type Unpacked, ZipArchive } from './zip-archive.ts';
import { withoutEmptyParts } from './zip-names.ts';

export type OpenOptions = {
  /** Folders in which a missing parent of a differencing disk is searched by its identity. */
  readonly searchFolders?: readonly string[] | undefined;
  /** Read a child over a parent whose identity does not match; what comes out may be wrong, and is marked so. */
  readonly ignoreParentIdentity?: boolean | undefined;
  /** Read a VHDX without its log where that cannot be replayed; what comes out may be wrong, and is marked so. */
  readonly ignoreDamagedLog?: boolean | undefined;
  /** Locators of images whose volumes may hold the diff areas of shadow copies. */
  readonly diffAreas?: readonly string[] | undefined;
  /** Locators of the other disks of a dynamic disk's group; those in its own folder are found without. */
  readonly disks?: readonly string[] | undefined;
  /** Folder for members of compressed archives. */
  readonly tempFolder?: string | undefined;
  /** The platform's locks: leases in pools that pitvault keeps are judged better with them. */
  readonly locks?: Pick<HostFiles, 'lock'> | undefined;
  /** Folder in which a pool keeps what it found out for the next time; none: nothing is kept. */
  readonly cache?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number, what: string) => void) | undefined;
  /** Opens input files; tests replace it to count or fail reads. */
  readonly openFile?: OpenFile | undefined;
};

/** Opening reads synchronously: where much is opened in a row, signals get their turn so often. */
const PAUSE_MS = 50;

/** What one open image or pool holds open, and how it opens more. */
export class OpenContext {
  readonly options: OpenOptions;
  readonly openFile: OpenFile;
  readonly findings: Finding[] = [];
  readonly #closers: (() => void)[] = [];
  readonly #names = new Map<string, string>();
  readonly #zips = new Map<string, Promise<ZipArchive>>();
  readonly #cache: PageCache;
  readonly #outer: OpenContext | undefined;
  readonly #identities = new Set<string>();
  readonly #adopted: OpenContext[] = [];
  #pausedMs = performance.now();

  /** Within `outer` (a pool), archives and the page cache are shared, so a member is unpacked once for all points. */
  constructor(options: OpenOptions = {}, outer?: OpenContext) {
    this.options = options;
    this.#outer = outer;
    this.#cache = outer === undefined ? new PageCache() : outer.#cache;
    const names = outer === undefined ? this.#names : outer.#names;
    const open: OpenFile = options.openFile ?? ((path, name) => new DiskFile(path, name));
    this.openFile = (path) => {
      const file = this.#cache.open(open(path, names.get(path)));
      this.#identities.add(file.identity);
      this.onClose(() => file.close());
      return file;
    };
  }

  onClose(close: () => void): void {
    this.#closers.push(close);
  }

  /** Before one of many is opened. Throws where the work was cancelled. */
  async pause(): Promise<void> {
    const { signal } = this.options;
    throwIfCancelled(signal);
    if (signal === undefined || performance.now() - this.#pausedMs < PAUSE_MS) return;
    await new Promise(setImmediate);
    this.#pausedMs = performance.now();
    throwIfCancelled(signal);
  }

  /** Opens an archive once, however many members are asked of it. */
  zip(path: string): Promise<ZipArchive> {
    if (this.#outer !== undefined) return this.#outer.zip(path);
    let zip = this.#zips.get(path);
    if (zip === undefined) {
      const { tempFolder, signal, onProgress } = this.options;
      const onUnpacked = (hostPath: string, member: string): void => {
        this.#names.set(hostPath, `${path}::${member}`);
      };
      zip = ZipArchive.open(path, { openFile: this.openFile, onUnpacked, tempFolder, signal, onProgress });
      this.#zips.set(path, zip);
      zip.then(
        (archive) => this.onClose(() => archive.close()),
        () => this.#zips.delete(path),
      );
    }
    return zip;
  }

  /** True when this file, by whatever name, is one of those that were opened here. */
  reads(path: string): boolean {
    const identity = identityOf(path);
    if (identity === null) return false;
    return this.#holds(identity) || this.#outer?.reads(path) === true;
  }

  #holds(identity: string): boolean {
    return this.#identities.has(identity) || this.#adopted.some((inner) => inner.#holds(identity));
  }

  /** What `inner` holds open is this one's from now on. */
  adopt(inner: OpenContext): void {
    this.#adopted.push(inner);
    this.onClose(() => inner.close());
  }

  close(): void {
    for (const close of this.#closers.splice(0).reverse()) close();
  }
}

/** Bytes that were found: `hostPath` is set when they are a whole file on disk, whose folder can hold parents. */
export type Source = {
  readonly map: AddressMap;
  readonly name: string;
  readonly hostPath: string | null;
  /** For a member of an archive: what is to be told of its names. */
  readonly findings?: readonly Finding[] | undefined;
  /** For a member of an archive: puts its fellow images beside it on disk, so that it can find its parents there. */
  readonly unpackFellows?: () => Promise<Unpacked>;
};

/** Opens a path inside an image; the image layer passes itself here so that locators can nest. */
export type OpenInside = (container: Source, path: string, context: OpenContext) => Promise<AddressMap>;

export function splitLocator(locator: string): string[] {
  return locator.split('::');
}

/** Resolves a locator to bytes. A zip that holds a single image stands for that image. */
export async function openSource(locator: string, context: OpenContext, openInside: OpenInside): Promise<Source> {
  const [first, ...inner] = splitLocator(locator);
  if (first === undefined || first === '') throw invalidArgument('LOCATOR_EMPTY', 'an empty path names no image');
  const file = context.openFile(first);
  let source: Source = { map: new FileMap(file), name: first, hostPath: first };
  if (isArchive(file, first)) {
    const archive = await context.zip(first);
    for (const finding of archive.findings) if (!context.findings.includes(finding)) context.findings.push(finding);
    const member = withoutEmptyParts(inner.shift() ?? onlyImage(archive));
    source = {
      map: await archive.openMember(member),
      name: `${first}::${member}`,
      hostPath: null,
      findings: archive.findings,
      unpackFellows: () => archive.unpackTogether(member, isImageName),
    };
  } else if (ZIP_NAME.test(first)) throw noZip(first);
  for (const path of inner) {
    if (source.map.size >= 4 && isZipHead(readBytes(source.map, 0, 4))) throw zipInside(source.name);
    const map = await openInside(source, path, context);
    source = { map, name: `${source.name}::${path}`, hostPath: null, findings: source.findings };
  }
  return source;
}

const ZIP_NAME = /\.zip$/i;

/** A start that cannot be read is for those to judge who have a second copy of theirs; archives have none. */
function isArchive(file: ByteFile, name: string): boolean {
  try {
    return ZipArchive.isZip(file);
  } catch (error) {
    if (!StorageError.is(error) || error.kind !== 'io' || ZIP_NAME.test(name)) throw error;
    return false;
  }
}

const IMAGE_NAME = /\.(a?vhdx?|raw|img|dd|bin|iso)$/i;

export function isImageName(name: string): boolean {
  return IMAGE_NAME.test(basename(name));
}

/** As with a VHDX that is none: never read as something else. */
function noZip(name: string): StorageError {
  return corrupt('ZIP_SIGNATURE_MISSING', `${name} is not a zip archive: it does not start as one`, {
    image: name,
    structure: 'local file header',
    offset: 0,
    hint: 'the copy may be incomplete (compare sizes); what unpacks itself is to be unpacked first; a raw image is read as .img or .raw',
  });
}

function zipInside(name: string): StorageError {
  return unsupported('ZIP_INSIDE', `${name} is a zip archive itself: archives are read as files on disk only`, {
    image: name,
    hint: 'get it out first (pitvault recover or cat, or unpack the outer archive), then name it by itself',
  });
}

function onlyImage(archive: ZipArchive): string {
  const images = archive.members.filter((member) => isImageName(member.path));
  if (images.length === 1) return images[0]!.path;
  const list = images.slice(0, 6).map((member) => `${archive.name}::${member.path}`);
  if (images.length === 0) {
    const hint = archive.findings.length === 0 ? undefined : archive.findings.map(({ message }) => message).join('; ');
    throw notFound('ZIP_NO_IMAGE', `${archive.name} holds no disk image`, { image: archive.name, hint });
  }
  throw new StorageError('conflict', 'ZIP_SEVERAL_IMAGES', `${archive.name} holds ${images.length} images`, {
    image: archive.name,
    hint: `name one: ${list.join(', ')}${images.length > list.length ? ', ...' : ''}; a pool in a zip works with scan and recover`,
  });
}

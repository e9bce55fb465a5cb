/**
 * A FileStore in memory that models a disk losing power.
 *
 * 1. Bytes of a file and its size are volatile until `flush`. Each 512-byte sector written since then is, after a cut,
 *    what it durably was or any of the versions written to it: sectors are lost, kept, reordered and torn apart freely.
 * 2. Names (create, link, rename, unlink, folders) are volatile until `syncFolder` of the folder that holds the name
 *    (a rename: the new one). Each is lost or kept on its own, in order; a rename is one step.
 * 3. `operations` counts writes, size changes, flushes and folder operations. A cut before number N plus a choice of
 *    what was kept is one durable image: `survivor` makes the store that is found afterwards. A write cut in its middle
 *    is a cut behind it with some of its sectors lost, and a flush cut in its middle is a cut before it.
 * 4. Where `tearsWithin` says so, a sector in flight is found cut inside: new bytes up to some place, old ones behind
 *    it. For structures that are made for that: headers and log entries, whose checksums tell.
 * 5. Injected faults: operation N fails with EIO or ENOSPC, a write after half of its sectors.
 *
 * Pages of 4 KiB are immutable once stored, so that images share them and hash each of them once.
 */

import { createHash } from 'node:crypto';
import { notFound, StorageError } from '../../src/errors.ts';
import type { ByteFile } from '../../src/io/byte-file.ts';
import type { FileStore, StoreEntry, WritableFile } from '../../src/io/file-store.ts';
import { GapClone } from '../../src/io/gap-clone.ts';
import type { Random } from './random.ts';

const SECTOR = 512;
const PAGE = 4096;
const SECTORS_IN_PAGE = PAGE / SECTOR;
const ZERO_PAGE = new Uint8Array(PAGE);

export type OperationKind =
  | 'write'
  | 'truncate'
  | 'flush'
  | 'create'
  | 'link'
  | 'rename'
  | 'unlink'
  | 'makeFolder'
  | 'removeFolder'
  | 'syncFolder'
  | 'clone';

export type Operation = { readonly number: number; readonly kind: OperationKind; readonly path: string };

/** Thrown by the operation before which the power goes, and by everything after it. No StorageError: nobody handles it. */
export class PowerCut extends Error {
  constructor(operation: number) {
    super(`power cut before operation ${operation}`);
  }
}

/** What survives of everything that was not flushed. */
export type Survival =
  | { readonly kind: 'all' }
  | { readonly kind: 'none' }
  /** Each operation whole or not at all. */
  | { readonly kind: 'operations'; readonly random: Random; readonly share: number }
  /** Each sector for itself. */
  | { readonly kind: 'sectors'; readonly random: Random }
  /** The same, and cut inside where sectors may be. */
  | { readonly kind: 'bytes'; readonly random: Random }
  /** Everything before a random operation, that one torn, nothing behind it. */
  | { readonly kind: 'prefix'; readonly random: Random };

type Version = { readonly operation: number; readonly bytes: Uint8Array };
type SizeVersion = { readonly operation: number; readonly size: number };

class Inode {
  readonly id: number;
  /** Open ones. */
  handles = 0;
  size = 0;
  readonly pages = new Map<number, Uint8Array>();
  durableSize = 0;
  readonly durablePages = new Map<number, Uint8Array>();
  /** Versions of each sector since the last flush, oldest first. */
  readonly versions = new Map<number, Version[]>();
  readonly sizes: SizeVersion[] = [];

  constructor(id: number) {
    this.id = id;
  }

  read(offset: number, target: Uint8Array): number {
    const length = Math.max(0, Math.min(target.length, this.size - offset));
    for (let done = 0; done < length; ) {
      const at = offset + done;
      const inPage = at % PAGE;
      const part = Math.min(length - done, PAGE - inPage);
      const page = this.pages.get((at - inPage) / PAGE);
      if (page === undefined) target.fill(0, done, done + part);
      else target.set(page.subarray(inPage, inPage + part), done);
      done += part;
    }
    return length;
  }

  write(offset: number, bytes: Uint8Array, operation: number): void {
    for (let done = 0; done < bytes.length; ) {
      const at = offset + done;
      const inPage = at % PAGE;
      const part = Math.min(bytes.length - done, PAGE - inPage);
      this.#replace((at - inPage) / PAGE, inPage, bytes.subarray(done, done + part), operation);
      done += part;
    }
    if (offset + bytes.length > this.size) this.#resize(offset + bytes.length, operation);
  }

  truncate(size: number, operation: number): void {
    if (size < this.size) {
      for (const page of [...this.pages.keys()]) {
        const from = Math.max(0, size - page * PAGE);
        if (from < PAGE) this.#replace(page, from, ZERO_PAGE.subarray(from), operation);
      }
    }
    this.#resize(size, operation);
  }

  #resize(size: number, operation: number): void {
    this.size = size;
    this.sizes.push({ operation, size });
  }

  #replace(index: number, inPage: number, bytes: Uint8Array, operation: number): void {
    const page = new Uint8Array(this.pages.get(index) ?? ZERO_PAGE);
    page.set(bytes, inPage);
    this.pages.set(index, page);
    const first = Math.floor(inPage / SECTOR);
    const end = Math.ceil((inPage + bytes.length) / SECTOR);
    for (let i = first; i < end; i++) {
      const sector = index * SECTORS_IN_PAGE + i;
      const version = { operation, bytes: page.subarray(i * SECTOR, (i + 1) * SECTOR) };
      const known = this.versions.get(sector);
      if (known === undefined) this.versions.set(sector, [version]);
      else known.push(version);
    }
  }

  flush(): void {
    for (const sector of this.versions.keys()) {
      const page = Math.floor(sector / SECTORS_IN_PAGE);
      const bytes = this.pages.get(page);
      if (bytes === undefined) this.durablePages.delete(page);
      else this.durablePages.set(page, bytes);
    }
    this.durableSize = this.size;
    this.versions.clear();
    this.sizes.length = 0;
  }

  /** The file as it is found after a cut. */
  survivor(choose: Chooser): Inode {
    const found = new Inode(this.id);
    found.size = choose.size(this.durableSize, this.sizes);
    for (const [page, bytes] of this.durablePages) found.pages.set(page, bytes);
    for (const [sector, versions] of this.versions) {
      const kept = choose.sector(versions);
      if (kept === null) continue;
      const index = Math.floor(sector / SECTORS_IN_PAGE);
      let page = found.pages.get(index);
      if (page === undefined || page === this.durablePages.get(index)) {
        page = new Uint8Array(page ?? ZERO_PAGE);
        found.pages.set(index, page);
      }
      const at = (sector % SECTORS_IN_PAGE) * SECTOR;
      page.set(kept.subarray(0, choose.cutWithin(sector, page.subarray(at, at + SECTOR), kept)), at);
    }
    for (const page of [...found.pages.keys()]) found.#cut(page);
    found.durableSize = found.size;
    for (const [page, bytes] of found.pages) found.durablePages.set(page, bytes);
    return found;
  }

  /** Bytes past the end of the file are gone. */
  #cut(page: number): void {
    const from = this.size - page * PAGE;
    if (from >= PAGE) return;
    if (from <= 0) {
      this.pages.delete(page);
      return;
    }
    const bytes = this.pages.get(page)!;
    if (Buffer.compare(bytes.subarray(from), ZERO_PAGE.subarray(from)) === 0) return; // shared, and hashed, as it is
    this.pages.set(page, new Uint8Array(bytes).fill(0, from));
  }
}

/** Decides what is kept, the same way for bytes, sizes and names. */
class Chooser {
  readonly #survival: Survival;
  readonly #operations = new Map<number, boolean>();
  readonly #cut: number;
  readonly #tearsWithin: (offset: number) => boolean;

  constructor(survival: Survival, first: number, end: number, tearsWithin: (offset: number) => boolean) {
    this.#survival = survival;
    this.#tearsWithin = tearsWithin;
    this.#cut = survival.kind === 'prefix' ? first + survival.random.below(Math.max(1, end - first)) : 0;
  }

  keeps(operation: number): boolean {
    const survival = this.#survival;
    if (survival.kind === 'all') return true;
    if (survival.kind === 'none') return false;
    if (survival.kind === 'sectors' || survival.kind === 'bytes') return survival.random.below(2) === 1;
    if (survival.kind === 'prefix') {
      return operation < this.#cut || (operation === this.#cut && survival.random.below(2) === 1);
    }
    let kept = this.#operations.get(operation);
    if (kept === undefined) {
      kept = survival.random.below(1000) < survival.share * 1000;
      this.#operations.set(operation, kept);
    }
    return kept;
  }

  /** The version of a sector that is found, or null for what it durably was. */
  sector(versions: readonly Version[]): Uint8Array | null {
    for (let i = versions.length - 1; i >= 0; i--) if (this.keeps(versions[i]!.operation)) return versions[i]!.bytes;
    return null;
  }

  /** How many bytes of a kept sector are new: all, or up to a place between two that differ. */
  cutWithin(sector: number, before: Uint8Array, after: Uint8Array): number {
    const survival = this.#survival;
    if (survival.kind !== 'bytes' || !this.#tearsWithin(sector * SECTOR)) return SECTOR;
    const first = after.findIndex((byte, i) => byte !== before[i]);
    if (first < 0 || survival.random.below(4) === 0) return SECTOR;
    const last = after.findLastIndex((byte, i) => byte !== before[i]);
    return first + 1 + survival.random.below(Math.max(1, last - first));
  }

  size(durable: number, sizes: readonly SizeVersion[]): number {
    for (let i = sizes.length - 1; i >= 0; i--) if (this.keeps(sizes[i]!.operation)) return sizes[i]!.size;
    return durable;
  }
}

type Node = Inode | 'folder';

/** A change of names that is not durable yet. */
type NameChange = {
  readonly operation: number;
  readonly folder: string;
  readonly path: string;
  /** What the name leads to from now on; null: it is gone. */
  readonly node: Node | null;
  /** The old name of a rename. */
  readonly from?: string;
};

export type Fault = { readonly operation: number; readonly code: 'EIO' | 'ENOSPC' };

export class SimulatedStore implements FileStore {
  /** Operations begun so far. */
  operations = 0;
  /** The power goes before the operation of this number. */
  cutBefore = Number.POSITIVE_INFINITY;
  fault: Fault | null = null;
  /** Called before each operation, when everything before it has been done: the moment of a possible cut. */
  beforeOperation: ((operation: Operation) => void) | null = null;
  /** True for a flush or syncFolder that is to do nothing: what a missing one would leave. */
  ignoresFlush: ((operation: Operation) => boolean) | null = null;
  /** False: as on FAT and many network mounts. */
  hasLinks = true;
  /** False: as on Windows, where a name that leads to an open file cannot be given to another. */
  replacesOpenFiles = true;
  /** Offsets of files where a sector in flight may be found cut inside; nowhere unless set. */
  tearsWithin: (offset: number) => boolean = () => false;
  #dead = false;
  #inodes = 0;
  readonly #names = new Map<string, Node>([['/', 'folder']]);
  readonly #durableNames = new Map<string, Node>([['/', 'folder']]);
  readonly #changes: NameChange[] = [];
  /** Files with anything that is not durable, in any folder or in none. */
  readonly #touched = new Set<Inode>();

  // --- FileStore ------------------------------------------------------------------------------------------------

  open(path: string): ByteFile {
    return new SimulatedFile(this, path, this.#file(path));
  }

  openWritable(path: string): WritableFile {
    return new SimulatedFile(this, path, this.#file(path));
  }

  create(path: string): WritableFile {
    this.#requireFree(path);
    const operation = this.step('create', path);
    const inode = new Inode(this.#inodes++);
    this.#change({ operation, folder: folderOf(path), path, node: inode });
    return new SimulatedFile(this, path, inode);
  }

  list(folder: string): StoreEntry[] {
    this.#alive();
    const prefix = folder === '/' ? '/' : `${folder}/`;
    return [...this.#names]
      .filter(([path]) => path !== '/' && path.startsWith(prefix) && !path.slice(prefix.length).includes('/'))
      .map(
        ([path, node]): StoreEntry => ({
          name: path.slice(prefix.length),
          kind: node === 'folder' ? 'folder' : 'file',
        }),
      )
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  exists(path: string): boolean {
    this.#alive();
    return this.#names.has(path);
  }

  makeFolder(path: string): void {
    this.#requireFree(path);
    const operation = this.step('makeFolder', path);
    this.#change({ operation, folder: folderOf(path), path, node: 'folder' });
  }

  removeFolder(path: string): void {
    if (this.#names.get(path) !== 'folder') throw notFound('ENOENT', `${path}: no such folder`, { image: path });
    if (this.list(path).length > 0) throw new StorageError('io', 'ENOTEMPTY', `${path}: not empty`, { image: path });
    const operation = this.step('removeFolder', path);
    this.#change({ operation, folder: folderOf(path), path, node: null });
  }

  link(existing: string, path: string): void {
    const node = this.#file(existing);
    this.#requireFree(path);
    if (!this.hasLinks) throw new StorageError('unsupported', 'STORE_NO_LINKS', `${path}: no hard links here`);
    const operation = this.step('link', path);
    this.#change({ operation, folder: folderOf(path), path, node });
  }

  rename(from: string, to: string): void {
    const node = this.#names.get(from);
    if (node === undefined) throw notFound('ENOENT', `${from}: no such file`, { image: from });
    this.#requireFolder(to);
    const replaced = this.#names.get(to);
    if (!this.replacesOpenFiles && replaced instanceof Inode && replaced.handles > 0) {
      throw new StorageError('io', 'EPERM', `${to}: in use, not to be replaced`, { image: to });
    }
    if (node === 'folder' && this.list(from).length > 0) throw new Error('the model renames empty folders only');
    const operation = this.step('rename', to);
    this.#change({ operation, folder: folderOf(to), path: to, node, from });
  }

  unlink(path: string): void {
    this.#file(path);
    const operation = this.step('unlink', path);
    this.#change({ operation, folder: folderOf(path), path, node: null });
  }

  syncFolder(path: string): void {
    if (this.#names.get(path) !== 'folder') throw notFound('ENOENT', `${path}: no such folder`, { image: path });
    const number = this.step('syncFolder', path);
    if (this.ignoresFlush?.({ number, kind: 'syncFolder', path }) === true) return;
    const waiting = this.#changes.splice(0);
    for (const change of waiting) {
      if (change.folder === path) apply(this.#durableNames, change);
      else if (
        !waiting.some(
          (later) => later.folder === path && later.from === change.path && later.operation > change.operation,
        )
      ) {
        this.#changes.push(change);
      }
    }
  }

  clone(from: string, to: string): boolean {
    const source = this.#file(from);
    this.#requireFree(to);
    const operation = this.step('clone', to);
    const inode = new Inode(this.#inodes++);
    for (const [page, bytes] of source.pages) inode.write(page * PAGE, bytes, operation);
    inode.truncate(source.size, operation);
    this.#touched.add(inode);
    this.#change({ operation, folder: folderOf(to), path: to, node: inode });
    return true;
  }

  /** Sharing a range is writing it: it may be lost in parts, as the sectors of a write may. */
  openClone(from: string, to: string): WritableFile {
    const base = this.open(from);
    const file = this.create(to);
    const share = (offset: number, length: number): boolean => {
      const bytes = new Uint8Array(length);
      base.read(offset, bytes);
      file.write(offset, bytes);
      return true;
    };
    return new GapClone({ file, base, unit: PAGE, share });
  }

  // --- After a cut ----------------------------------------------------------------------------------------------

  /** The store that is found when the power goes now. */
  survivor(survival: Survival): SimulatedStore {
    const first = this.#firstVolatile();
    const choose = new Chooser(survival, first, this.operations, this.tearsWithin);
    const found = new SimulatedStore();
    found.#inodes = this.#inodes;
    found.tearsWithin = this.tearsWithin;
    const names = new Map(this.#durableNames);
    for (const change of this.#changes) if (choose.keeps(change.operation)) apply(names, change);
    const inodes = new Map<Inode, Inode>();
    for (const path of [...names.keys()].sort()) {
      const node = names.get(path)!;
      if (path !== '/' && found.#names.get(folderOf(path)) !== 'folder') continue; // its folder was lost
      let kept: Node = node;
      if (node !== 'folder') {
        kept = inodes.get(node) ?? node.survivor(choose);
        inodes.set(node, kept);
      }
      found.#names.set(path, kept);
      found.#durableNames.set(path, kept);
    }
    return found;
  }

  /** Whether a cut now leaves more than one image. */
  get isVolatile(): boolean {
    return this.#changes.length > 0 || this.#touched.size > 0;
  }

  /**
   * What a cut at this moment can leave: everything kept, nothing kept, and `count` seeded choices between them. A
   * store with nothing volatile has one image only.
   */
  *survivors(random: Random, count: number): Generator<SimulatedStore> {
    yield this.survivor({ kind: 'all' });
    if (!this.isVolatile) return;
    yield this.survivor({ kind: 'none' });
    const shares = [0.5, 0.1, 0.9];
    for (let i = 0; i < count; i++) {
      if (i % 4 === 0) yield this.survivor({ kind: 'operations', random, share: random.pick(shares) });
      else if (i % 4 === 1) yield this.survivor({ kind: 'sectors', random });
      else if (i % 4 === 2) yield this.survivor({ kind: 'bytes', random });
      else yield this.survivor({ kind: 'prefix', random });
    }
  }

  /** A hash of all names, sizes and bytes: equal for equal images. */
  imageHash(): string {
    const parts: string[] = [];
    for (const path of [...this.#names.keys()].sort()) {
      const node = this.#names.get(path)!;
      parts.push(node === 'folder' ? `${path}/` : `${path}:${node.size}:${hashPages(node.pages)}`);
    }
    return parts.join('\n');
  }

  /** A hash of a file's size and bytes: equal for equal files. */
  fileHash(path: string): string {
    const { size, pages } = this.#file(path);
    return `${size}:${hashPages(pages)}`;
  }

  // --- For the files --------------------------------------------------------------------------------------------

  /** Counts an operation, and fails it when it is to fail. */
  step(kind: OperationKind, path: string): number {
    this.#alive();
    const number = this.operations++;
    this.beforeOperation?.({ number, kind, path });
    if (number >= this.cutBefore) {
      this.#dead = true;
      throw new PowerCut(number);
    }
    if (kind !== 'write' && this.fault?.operation === number) throw failure(this.fault.code, path);
    return number;
  }

  read(inode: Inode, offset: number, target: Uint8Array): number {
    this.#alive();
    return inode.read(offset, target);
  }

  write(inode: Inode, path: string, offset: number, bytes: Uint8Array): void {
    const number = this.step('write', path);
    const fails = this.fault?.operation === number;
    const length = fails ? Math.floor(bytes.length / 2 / SECTOR) * SECTOR : bytes.length;
    this.#touched.add(inode);
    inode.write(offset, bytes.subarray(0, length), number);
    if (fails) throw failure(this.fault!.code, path, offset + length);
  }

  truncate(inode: Inode, path: string, size: number): void {
    const number = this.step('truncate', path);
    this.#touched.add(inode);
    inode.truncate(size, number);
  }

  flush(inode: Inode, path: string): void {
    const number = this.step('flush', path);
    if (this.ignoresFlush?.({ number, kind: 'flush', path }) === true) return;
    inode.flush();
    this.#touched.delete(inode);
  }

  #firstVolatile(): number {
    let first = this.operations;
    for (const change of this.#changes) first = Math.min(first, change.operation);
    for (const inode of this.#touched) {
      for (const versions of inode.versions.values()) first = Math.min(first, versions[0]!.operation);
      if (inode.sizes.length > 0) first = Math.min(first, inode.sizes[0]!.operation);
    }
    return first;
  }

  #alive(): void {
    if (this.#dead) throw new PowerCut(this.cutBefore);
  }

  #file(path: string): Inode {
    this.#alive();
    const node = this.#names.get(path);
    if (node !== undefined && node !== 'folder') return node;
    throw notFound('ENOENT', `${path}: no such file`, { image: path });
  }

  #requireFolder(path: string): void {
    if (this.#names.get(folderOf(path)) === 'folder') return;
    throw notFound('ENOENT', `${path}: no such folder`, { image: path });
  }

  #requireFree(path: string): void {
    this.#alive();
    this.#requireFolder(path);
    if (this.#names.has(path)) throw new StorageError('conflict', 'EEXIST', `${path}: exists`, { image: path });
  }

  #change(change: NameChange): void {
    apply(this.#names, change);
    this.#changes.push(change);
  }
}

class SimulatedFile implements WritableFile {
  readonly name: string;
  readonly path = null; // no thread may read behind the model's back
  readonly identity: string;
  readonly #store: SimulatedStore;
  readonly #inode: Inode;
  #closed = false;

  constructor(store: SimulatedStore, path: string, inode: Inode) {
    this.name = path;
    this.identity = `simulated:${inode.id}`;
    this.#store = store;
    this.#inode = inode;
    inode.handles++;
  }

  get size(): number {
    return this.#inode.size;
  }

  read(offset: number, target: Uint8Array): number {
    this.#requireOpen();
    return this.#store.read(this.#inode, offset, target);
  }

  write(offset: number, bytes: Uint8Array): void {
    this.#requireOpen();
    this.#store.write(this.#inode, this.name, offset, bytes);
  }

  truncate(size: number): void {
    this.#requireOpen();
    this.#store.truncate(this.#inode, this.name, size);
  }

  flush(): void {
    this.#requireOpen();
    this.#store.flush(this.#inode, this.name);
  }

  close(): void {
    if (!this.#closed) this.#inode.handles--;
    this.#closed = true;
  }

  #requireOpen(): void {
    if (this.#closed) throw new StorageError('closed', 'FILE_CLOSED', `${this.name}: used after close`);
  }
}

function apply(names: Map<string, Node>, { path, node, from }: NameChange): void {
  if (node === null) names.delete(path);
  else {
    if (from !== undefined && names.get(from) === node) names.delete(from);
    names.set(path, node);
  }
}

function folderOf(path: string): string {
  const cut = path.lastIndexOf('/');
  if (cut < 0) throw new Error(`the model knows absolute paths only: ${path}`);
  return cut === 0 ? '/' : path.slice(0, cut);
}

function failure(code: Fault['code'], path: string, offset?: number): StorageError {
  const message = code === 'EIO' ? 'i/o error' : 'no space left on device';
  return new StorageError('io', code, `${path}: ${message}`, { image: path, offset });
}

const pageHashes = new WeakMap<Uint8Array, readonly [number, number]>();

function hashPages(pages: ReadonlyMap<number, Uint8Array>): string {
  let [first, second] = [0, 0];
  for (const [index, page] of pages) {
    const [a, b] = hashOf(page);
    if (a === 0 && b === 0) continue;
    first = (first + Math.imul(a ^ Math.imul(index + 1, 0x9e3779b1), 0x85ebca6b)) >>> 0;
    second = (second + Math.imul(b ^ Math.imul(index + 1, 0xc2b2ae35), 0x27d4eb2f)) >>> 0;
  }
  return `${first.toString(16)}.${second.toString(16)}`;
}

function hashOf(page: Uint8Array): readonly [number, number] {
  let hash = pageHashes.get(page);
  if (hash === undefined) {
    if (Buffer.compare(page, ZERO_PAGE) === 0) hash = [0, 0];
    else {
      const digest = createHash('md5').update(page).digest();
      hash = [digest.readUInt32LE(0) | 1, digest.readUInt32LE(4)];
    }
    pageHashes.set(page, hash);
  }
  return hash;
}

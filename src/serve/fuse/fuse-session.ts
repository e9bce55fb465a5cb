/**
 * Answers the kernel: one thread, one request at a time, read from and written to an open /dev/fuse. Several threads may
 * share the device; nothing is shared between them (see nodes.ts).
 *
 * Opening is never asked about (`ENOSYS` once, and the kernel keeps its caches): a file without content that can be read
 * here says so when it is read.
 */

import { writeSync } from 'node:fs';
import { StorageError } from '../../errors.ts';
import type { DataStream, FileEntry, FileSystem } from '../../filesystem/file-system.ts';
import { alignedMemory } from '../../io/aligned-memory.ts';
import { resolveExtents } from '../../map/extent.ts';
import { readPayload } from '../../map/read-map.ts';
import { childByName } from '../child-by-name.ts';
import { fromHostName, toHostName } from '../host-names.ts';
import { linkTarget, type ServedTree } from '../served-tree.ts';
import * as abi from './abi.ts';
import { DirectoryReader } from './directory-reader.ts';
import { FILE_MAX, FilesAhead } from './files-ahead.ts';
import { type EntryNode, isLink, type Node, Nodes } from './nodes.ts';
import { type LoadDeviceCalls, RequestReader } from './request-reader.ts';

const { ERRNO, IN, OP, OUT } = abi;

/** The payload of an answer starts on a page, its header before it. */
const PAYLOAD = 4096;
const STREAMS_MAX = 64;
/** Ranges from this length on are left to the kernel to copy: below, one call more costs as much as a copy less saves. */
const LEFT_MIN = 32 * 1024;
/** Copying what is in memory takes a tenth of this. */
const SLOW_MS = 2;
const LATE_MIN = 8;
/** A seek looks at the file in windows of this size. */
const SEEK_WINDOW = 2 ** 28;

/** What sessions of a mount tell each other and those who watch: [0] requests answered, [1] 1 if directories are opened. */
export type SessionCounters = Int32Array;

export type SessionOptions = {
  readonly owner: abi.Owner;
  readonly counters: SessionCounters;
  readonly loadCalls: LoadDeviceCalls;
  /** Called each time LATE_MIN reads in a row have met the disk while the next request waited for them. */
  readonly onLate: () => void;
};

export class FuseSession {
  readonly #fd: number;
  readonly #nodes: Nodes;
  readonly #directories: DirectoryReader;
  readonly #owner: abi.Owner;
  readonly #counters: SessionCounters;
  readonly #request = alignedMemory(abi.REQUEST_BUFFER_SIZE);
  readonly #in = new DataView(this.#request.buffer);
  readonly #answer = alignedMemory(PAYLOAD + abi.MAX_READ);
  readonly #out = new DataView(this.#answer.buffer);
  readonly #header = this.#answer.subarray(PAYLOAD - OUT.SIZE, PAYLOAD);
  readonly #notice = new DataView(new ArrayBuffer(abi.INVALID_INODE_SIZE));
  readonly #streams = new Map<number, { readonly stream: DataStream; readonly of: FileSystem }>();
  readonly #ahead: FilesAhead;
  readonly #requests: RequestReader;
  readonly #onLate: () => void;
  /** Whether the last request was a read that met the disk; and how many of them in a row others have waited for. */
  #isSlow = false;
  #late = 0;

  constructor(fd: number, tree: ServedTree, { owner, counters, loadCalls, onLate }: SessionOptions) {
    this.#onLate = onLate;
    this.#requests = new RequestReader(fd, loadCalls);
    this.#fd = fd;
    this.#nodes = new Nodes(tree);
    this.#directories = new DirectoryReader(this.#nodes, owner);
    this.#owner = owner;
    this.#counters = counters;
    this.#ahead = new FilesAhead(fd, {
      node: (number) => this.#nodeAtHand(number),
      read: ({ fileSystem, entry }, target) => {
        const stream = fileSystem.open(entry);
        return stream.size === target.length && readPayload(stream, 0, target) === target.length;
      },
    });
  }

  /** Answers until the file system is unmounted. */
  async run(): Promise<void> {
    for (;;) {
      const length = this.#requests.next(this.#request);
      if (length === 0) break;
      if (this.#isSlow) this.#noteLate(this.#requests.wasThere);
      Atomics.add(this.#counters, 0, 1);
      let size: number | null;
      try {
        const outcome = this.#handle(length);
        size = outcome instanceof Promise ? await outcome : outcome;
      } catch (error) {
        size = -errnoOf(error);
      }
      if (this.#ahead.isDue) await this.#ahead.store();
      if (size !== null) this.#reply(size);
      if (this.#ahead.isWanted) await this.#ahead.prepare();
    }
    this.#requests.close();
    await this.#ahead.end();
  }

  #noteLate(isLate: boolean): void {
    this.#isSlow = false;
    this.#late = isLate ? this.#late + 1 : 0;
    if (this.#late < LATE_MIN) return;
    this.#late = 0;
    this.#onLate();
  }

  /** Sends the payload of this size, or with a negative one the error. */
  #reply(size: number): void {
    const length = this.#encodeHeader(size);
    try {
      writeSync(this.#fd, this.#answer, PAYLOAD - OUT.SIZE, length);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ENOENT' && code !== 'ENODEV') throw error; // whoever asked is gone, or all are
    }
  }

  /** Length of the answer. */
  #encodeHeader(size: number): number {
    const at = PAYLOAD - OUT.SIZE;
    const length = OUT.SIZE + Math.max(0, size);
    this.#out.setUint32(at + OUT.length, length, true);
    this.#out.setInt32(at + OUT.error, Math.min(0, size), true);
    this.#out.setUint32(at + OUT.unique, this.#in.getUint32(IN.unique, true), true);
    this.#out.setUint32(at + OUT.unique + 4, this.#in.getUint32(IN.unique + 4, true), true);
    return length;
  }

  #nodeAtHand(number: number): Node | null {
    try {
      const node = this.#nodes.node(number);
      return node instanceof Promise ? null : node;
    } catch (error) {
      if (StorageError.is(error)) return null; // whoever asks for it is told
      throw error;
    }
  }

  /** Size of the payload, a negative errno, or null for what is not answered, or has been. */
  #handle(length: number): number | null | Promise<number | null> {
    const opcode = this.#in.getUint32(IN.opcode, true);
    switch (opcode) {
      case OP.init:
        Atomics.store(this.#counters, 1, abi.wantsDirectoriesOpened(this.#in) ? 1 : 0);
        return abi.encodeInit(this.#in, this.#out, PAYLOAD);
      case OP.forget:
      case OP.batchForget:
      case OP.interrupt:
        return null;
      case OP.destroy:
      case OP.releasedir:
        return 0;
      case OP.opendir:
        return Atomics.load(this.#counters, 1) === 1 ? abi.encodeOpenDirectory(this.#out, PAYLOAD) : -ERRNO.ENOSYS;
      case OP.read:
        return this.#withNode((node) => this.#read(node));
      case OP.lookup: {
        const name = this.#request.slice(IN.SIZE, length - 1);
        return this.#withNode((node) => this.#lookup(node, name));
      }
      case OP.getattr:
        return this.#withNode((node) =>
          abi.encodeAttrOut(this.#out, PAYLOAD, this.#nodes.attributes(node), this.#owner),
        );
      case OP.readlink:
        return this.#withNode((node) => this.#readlink(node));
      case OP.readdir:
      case OP.readdirplus: {
        const position = abi.getNumber(this.#in, abi.READ_IN.offset);
        const size = Math.min(abi.MAX_READ, this.#in.getUint32(abi.READ_IN.size, true));
        const plus = opcode === OP.readdirplus;
        return this.#withNode((node) => this.#directories.read(node, position, plus, this.#out, PAYLOAD, size));
      }
      case OP.statfs:
        return this.#withNode((node) =>
          abi.encodeStatfs(this.#out, PAYLOAD, node.kind === 'folder' ? 0 : node.fileSystem.info.size),
        );
      case OP.lseek:
        return this.#withNode((node) => this.#seek(node));
      default:
        return abi.WRITING.has(opcode) ? -ERRNO.EROFS : -ERRNO.ENOSYS;
    }
  }

  #withNode(work: (node: Node) => number | null | Promise<number>): number | null | Promise<number | null> {
    const node = this.#nodes.node(this.#number());
    if (node instanceof Promise) return node.then((found) => (found === null ? -ERRNO.ENOENT : work(found)));
    return node === null ? -ERRNO.ENOENT : work(node);
  }

  #lookup(node: Node, name: Uint8Array): number | Promise<number> {
    if (node.kind === 'folder') return this.#lookupFolder(node, name);
    const { volume, fileSystem, entry } = node;
    if (entry.kind !== 'directory') return abi.encodeEntry(this.#out, PAYLOAD, null, this.#owner);
    // Linux tells letters apart: a name that only Windows takes for the same would be a second one for one directory.
    const isSpelledSo = (child: FileEntry, wanted: string): boolean => child.name === wanted;
    const child = childByName(fileSystem, entry, fromHostName(name), isSpelledSo);
    if (child === null) return abi.encodeEntry(this.#out, PAYLOAD, null, this.#owner);
    if (child.kind === 'file') this.#fileIsUsed();
    return this.#found(this.#nodes.of(volume, fileSystem, child));
  }

  async #lookupFolder({ folder }: Node & { kind: 'folder' }, name: Uint8Array): Promise<number> {
    const [wanted] = fromHostName(name);
    const child = (await folder.children()).find((candidate) => candidate.name === wanted);
    if (child === undefined) return abi.encodeEntry(this.#out, PAYLOAD, null, this.#owner);
    if (child.kind === 'folder') return this.#found({ kind: 'folder', folder: child });
    const root = await this.#nodes.volumeRoot(child);
    return root === null ? -ERRNO.EIO : this.#found(root);
  }

  #fileIsUsed(): void {
    for (const folder of this.#directories.filesAreUsed()) {
      const length = abi.encodeInvalidInode(this.#notice, folder);
      try {
        writeSync(this.#fd, this.#notice, 0, length);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code !== 'ENOENT' && code !== 'ENODEV') throw error; // it has forgotten the folder by itself, or everything
      }
    }
  }

  #found(node: Node): number {
    return abi.encodeEntry(this.#out, PAYLOAD, this.#nodes.attributes(node), this.#owner);
  }

  #readlink(node: Node): number {
    if (node.kind === 'folder' || !isLink(node.entry)) return -ERRNO.EINVAL;
    const target = linkTarget(node.entry)
      .split('/')
      .map((part) => (part === '.' || part === '..' ? Buffer.from(part) : toHostName(part))); // not names
    const bytes = Buffer.concat(target.flatMap((part, index) => (index === 0 ? [part] : [Buffer.from('/'), part])));
    this.#answer.set(bytes.subarray(0, 4095), PAYLOAD);
    return Math.min(4095, bytes.length);
  }

  #read(node: Node): number | null {
    const offset = abi.getNumber(this.#in, abi.READ_IN.offset);
    const size = Math.min(abi.MAX_READ, this.#in.getUint32(abi.READ_IN.size, true));
    const stream = this.#stream(node);
    const started = performance.now();
    const isLeft = size >= LEFT_MIN && stream.size > FILE_MAX && this.#leaveToKernel(stream, offset, size);
    const count = isLeft ? null : readPayload(stream, offset, this.#answer.subarray(PAYLOAD, PAYLOAD + size));
    this.#isSlow = performance.now() - started > SLOW_MS;
    const isWhole = count === stream.size && count <= FILE_MAX;
    this.#ahead.note(node as EntryNode, this.#number(), this.#in.getUint32(IN.pid, true), isWhole);
    return count;
  }

  /** True when the kernel has answered itself by the range of a file, which is where all of it lies. */
  #leaveToKernel(stream: DataStream, offset: number, size: number): boolean {
    const calls = this.#requests.calls;
    const length = Math.min(size, stream.size - offset);
    if (calls === null || !(length > 0) || length > calls.answerMax) return false;
    const [extent, ...others] = resolveExtents(stream, offset, length);
    if (extent?.kind !== 'data' || others.length > 0 || extent.file.host === undefined) return false;
    this.#encodeHeader(length);
    return calls.answerFrom(this.#header, extent.file.host.fd, extent.fileOffset, length);
  }

  /** That of the node which the request is about. */
  #number(): number {
    return abi.getNumber(this.#in, IN.node);
  }

  #stream(node: Node): DataStream {
    if (node.kind === 'folder') throw new StorageError('invalid-argument', 'FUSE_IS_FOLDER', 'a folder has no content');
    const number = this.#number();
    const known = this.#streams.get(number);
    if (known?.of === node.fileSystem) return known.stream;
    const stream = node.fileSystem.open(node.entry);
    if (this.#streams.size >= STREAMS_MAX) this.#streams.delete(this.#streams.keys().next().value!);
    this.#streams.set(number, { stream, of: node.fileSystem });
    return stream;
  }

  /** SEEK_DATA and SEEK_HOLE, from the leaves. */
  #seek(node: Node): number {
    const stream = this.#stream(node);
    const from = abi.getNumber(this.#in, abi.LSEEK_IN.offset);
    const wanted = this.#in.getUint32(abi.LSEEK_IN.whence, true);
    if (wanted !== abi.SEEK_DATA && wanted !== abi.SEEK_HOLE) return -ERRNO.EINVAL;
    if (from >= stream.size) return -ERRNO.ENXIO;
    for (let at = from; at < stream.size; at += SEEK_WINDOW) {
      for (const { kind, offset } of resolveExtents(stream, at, Math.min(SEEK_WINDOW, stream.size - at))) {
        if ((kind === 'zero') === (wanted === abi.SEEK_HOLE)) return this.#position(offset);
      }
    }
    return wanted === abi.SEEK_HOLE ? this.#position(stream.size) : -ERRNO.ENXIO;
  }

  #position(offset: number): number {
    abi.setNumber(this.#out, PAYLOAD, offset);
    return 8;
  }
}

/** What a program that uses the mount is told. */
function errnoOf(thrown: unknown): number {
  if (!StorageError.is(thrown)) throw thrown; // a defect of pitvault: the server ends and says so
  switch (thrown.kind) {
    case 'unsupported':
      return ERRNO.EOPNOTSUPP;
    case 'not-found':
      return ERRNO.ENOENT;
    case 'invalid-argument':
      return ERRNO.EINVAL;
    default:
      return ERRNO.EIO;
  }
}

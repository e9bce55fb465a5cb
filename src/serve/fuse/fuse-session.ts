/**
 * Answers the kernel: one request at a time, read from and written to an open /dev/fuse; reads that wait for a disk are
 * left to others meanwhile (slow-reads.ts).
 *
 * Opening is never asked about (`ENOSYS` once, and the kernel keeps its caches): a file without content that can be read
 * here says so when it is read.
 */

import { performance } from 'node:perf_hooks'; // the global of this name is looked up anew each time
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
import { FileRanges } from './file-ranges.ts';
import { FILE_MAX, FilesAhead } from './files-ahead.ts';
import { type EntryNode, isLink, type Node, Nodes } from './nodes.ts';
import { type LoadDeviceCalls, NOTHING, RequestReader } from './request-reader.ts';
import { SlowReads } from './slow-reads.ts';
import { tell } from './tell.ts';

const { ERRNO, IN, OP, OUT, PAYLOAD } = abi;

const STREAMS_MAX = 64;
/** A seek looks at the file in windows of this size. */
const SEEK_WINDOW = 2 ** 28;

/** What sessions of a mount tell each other and those who watch: [0] requests answered, [1] 1 if directories are opened. */
export type SessionCounters = Int32Array;

type OpenStream = {
  readonly stream: DataStream;
  readonly ranges: FileRanges;
  readonly of: FileSystem;
};

export class FuseSession {
  readonly #fd: number;
  readonly #tree: ServedTree;
  readonly #nodes: Nodes;
  readonly #directories: DirectoryReader;
  readonly #owner: abi.Owner;
  readonly #counters: SessionCounters;
  readonly #request = alignedMemory(abi.REQUEST_BUFFER_SIZE);
  readonly #in = new DataView(this.#request.buffer);
  readonly #answer = alignedMemory(PAYLOAD + abi.MAX_READ);
  readonly #out = new DataView(this.#answer.buffer);
  readonly #message = this.#answer.subarray(PAYLOAD - OUT.SIZE);
  readonly #notice = new DataView(new ArrayBuffer(abi.INVALID_INODE_SIZE));
  readonly #streams = new Map<number, OpenStream>();
  readonly #ahead: FilesAhead;
  readonly #requests: RequestReader;
  readonly #slow: SlowReads;

  constructor(fd: number, tree: ServedTree, owner: abi.Owner, counters: SessionCounters, loadCalls: LoadDeviceCalls) {
    this.#slow = new SlowReads(fd);
    this.#tree = tree;
    this.#requests = new RequestReader(fd, loadCalls);
    this.#fd = fd;
    this.#nodes = new Nodes(tree);
    this.#directories = new DirectoryReader(this.#nodes, owner);
    this.#owner = owner;
    this.#counters = counters;
    tree.onClosed = (fileSystem) => this.#forget(fileSystem);
    this.#ahead = new FilesAhead(fd, {
      node: (number) => this.#nodeAtHand(number),
      read: ({ fileSystem, entry }, target) => {
        const stream = fileSystem.open(entry);
        return stream.size === target.length && readPayload(stream, 0, target) === target.length;
      },
    });
  }

  #forget(closed: FileSystem): void {
    this.#nodes.forget(closed);
    this.#directories.forget(closed);
    for (const [number, { of }] of this.#streams) if (of === closed) this.#streams.delete(number);
  }

  /** Answers until the file system is unmounted. */
  async run(): Promise<void> {
    try {
      await this.#answerAll();
    } finally {
      this.#requests.close();
      await this.#slow.end(); // what they read from is closed next
      await this.#ahead.end();
    }
  }

  async #answerAll(): Promise<void> {
    for (;;) {
      const length = this.#slow.areUnderWay ? await this.#nextMeanwhile() : this.#requests.next(this.#request);
      if (length === 0) return;
      this.#counters[0]!++; // nobody else does; who watches sees it soon
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
  }

  /** The next request, while reads are under way. */
  async #nextMeanwhile(): Promise<number> {
    const calls = this.#requests.useCalls()!;
    await new Promise(setImmediate); // what has ended is answered
    for (;;) {
      if (!this.#slow.areUnderWay) return this.#requests.next(this.#request);
      const length = this.#slow.hasRoom ? calls.take(this.#request) : NOTHING;
      if (length !== NOTHING) return length;
      await this.#slow.next();
    }
  }

  /** Sends the payload of this size, or with a negative one the error. */
  #reply(size: number): void {
    tell(this.#fd, this.#answer, PAYLOAD - OUT.SIZE, this.#encodeHeader(size));
  }

  /** Length of the answer. */
  #encodeHeader(size: number): number {
    abi.setUnique(this.#in, this.#out, PAYLOAD - OUT.SIZE);
    return abi.setOutcome(this.#out, PAYLOAD - OUT.SIZE, size);
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
    return this.#found(this.#nodes.found(volume, fileSystem, child));
  }

  async #lookupFolder({ folder }: Node & { kind: 'folder' }, name: Uint8Array): Promise<number> {
    const forms = fromHostName(name);
    const child = (await folder.children()).find((candidate) => forms.includes(candidate.name));
    if (child === undefined) return abi.encodeEntry(this.#out, PAYLOAD, null, this.#owner);
    if (child.kind === 'folder') return this.#found({ kind: 'folder', folder: child });
    const root = await this.#nodes.volumeRoot(child);
    return root === null ? -ERRNO.EIO : this.#found(root);
  }

  #fileIsUsed(): void {
    for (const folder of this.#directories.filesAreUsed()) {
      tell(this.#fd, this.#notice, 0, abi.encodeInvalidInode(this.#notice, folder));
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
    if (bytes.length > abi.TARGET_MAX) return -ERRNO.ENAMETOOLONG;
    this.#answer.set(bytes, PAYLOAD);
    return bytes.length;
  }

  #read(node: Node): number | null {
    const offset = abi.getNumber(this.#in, abi.READ_IN.offset);
    const size = Math.min(abi.MAX_READ, this.#in.getUint32(abi.READ_IN.size, true));
    const open = this.#open(node);
    const { stream } = open;
    const length = Math.max(0, Math.min(size, stream.size - offset));
    const isUnderWay = this.#slow.isNext && this.#readSlowly(node as EntryNode, open, offset, length);
    const isWhole = !isUnderWay && length === stream.size && length <= FILE_MAX;
    this.#ahead.note(node as EntryNode, this.#number(), this.#in.getUint32(IN.pid, true), isWhole);
    if (isUnderWay) return null;
    const started = performance.now();
    // Small files are read ahead: what is stored for such a read goes first.
    const isAnswered = stream.size > FILE_MAX && this.#answerFromFile(open, offset, length);
    if (!isAnswered) readPayload(stream, offset, this.#answer.subarray(PAYLOAD, PAYLOAD + length));
    this.#slow.note(performance.now() - started);
    return isAnswered ? null : length;
  }

  /** True when the read is under way. */
  #readSlowly(node: EntryNode, { ranges }: OpenStream, offset: number, length: number): boolean {
    // Stores may wait for the very page that is asked for, and Node has few threads: what waits for them could wait for ever.
    if (this.#ahead.isStoring || this.#requests.useCalls() === null) return false;
    const range = ranges.find(offset, length);
    if (range === null) return false;
    this.#slow.start(this.#in, { held: this.#tree.keep(node.volume), ...range });
    return true;
  }

  /** True when the answer is out. */
  #answerFromFile({ ranges }: OpenStream, offset: number, length: number): boolean {
    const { calls } = this.#requests;
    if (calls === null) return false;
    const range = ranges.find(offset, length);
    if (range === null) return false;
    this.#encodeHeader(length);
    return calls.answerFrom(this.#message, range.fd, range.offset, length);
  }

  /** That of the node which the request is about. */
  #number(): number {
    return abi.getNumber(this.#in, IN.node);
  }

  #open(node: Node): OpenStream {
    if (node.kind === 'folder') throw new StorageError('invalid-argument', 'FUSE_IS_FOLDER', 'a folder has no content');
    const number = this.#number();
    let open = this.#streams.get(number);
    if (open?.of !== node.fileSystem) {
      const stream = node.fileSystem.open(node.entry);
      open = { stream, ranges: new FileRanges(stream), of: node.fileSystem };
      if (this.#streams.size >= STREAMS_MAX) this.#streams.delete(this.#streams.keys().next().value!);
      this.#streams.set(number, open);
    }
    return open;
  }

  /** SEEK_DATA and SEEK_HOLE, from the leaves. */
  #seek(node: Node): number {
    const { stream } = this.#open(node);
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
    case 'conflict':
      return ERRNO.ESTALE; // SERVED_REPLACED
    default:
      return ERRNO.EIO;
  }
}

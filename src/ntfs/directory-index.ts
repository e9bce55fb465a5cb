/**
 * Directories: B+ trees of names. The root node stands in $INDEX_ROOT, the others are blocks of $INDEX_ALLOCATION; every
 * entry may have a child node with the names that sort before it.
 *
 * Invariants:
 * 1. A block is visited once in a walk and nodes nest at most DEPTH_MAX deep, so no chain of children is endless.
 * 2. A bad node or entry ends that node only: it is kept as `damage`, and the walk goes on with the parent.
 * 3. Blocks are numbered in clusters where a cluster is not larger than a block, else in 512-byte units.
 */

import { getU64, hasAscii, hex, viewOf } from '../base/bytes.ts';
import type { DefectOf } from '../error-codes.ts';
import { corrupt, StorageError } from '../errors.ts';
import type { AddressMap } from '../map/address-map.ts';
import { readBytes } from '../map/read-map.ts';
import { FILE_NAME, fileNameText, holdsFileName } from './file-name.ts';
import { referenceNumber, referenceSequence } from './file-record.ts';
import { applyFixups } from './fixups.ts';
import type { Upcase } from './upcase.ts';
import { detailsIn, type VolumeContext } from './volume-context.ts';

export const INDEX_ROOT = { indexedType: 0, collation: 4, blockSize: 8, clustersPerBlock: 12, header: 16 } as const;
const BLOCK = { signature: 0, fixupOffset: 4, fixupCount: 6, lsn: 8, vcn: 16, header: 24 } as const;
const HEADER = { entriesOffset: 0, entriesEnd: 4, allocated: 8, flags: 12 } as const;
const HEADER_SIZE = 16;
const ENTRY = { reference: 0, length: 8, keyLength: 10, flags: 12, key: 16 } as const;
const ENTRY_SIZE_MIN = 16;
const HAS_CHILD = 1;
const IS_LAST = 2;
const DEPTH_MAX = 32;
const SMALL_UNIT = 512;
/** An index up to this size is read at once: most of a directory's blocks are needed, and lie together. */
const WHOLE_MAX = 32 * 1024;

export type IndexEntry = {
  readonly number: number;
  readonly sequence: number;
  readonly name: string;
  readonly namespace: number;
  /** The key ($FILE_NAME): where it stands. */
  readonly view: DataView;
  readonly offset: number;
};

type Node = {
  readonly view: DataView;
  readonly vcn: number;
  position: number;
  readonly end: number;
  descended: boolean;
};

export type IndexSource = {
  /** Value of $INDEX_ROOT. */
  readonly root: Uint8Array;
  /** $INDEX_ALLOCATION, or null in small directories. */
  readonly blocks: AddressMap | null;
  readonly blockSize: number;
  /** For messages: `directory index of file record 35`. */
  readonly what: string;
  /** Absolute byte of the root in the volume. */
  readonly offset: number;
};

export class DirectoryIndex {
  readonly #context: VolumeContext;
  readonly #source: IndexSource;
  readonly #visited = new Set<number>();
  readonly #stack: Node[] = [];
  /** All blocks of a small index; null for a larger one, or one that cannot be read whole. */
  #whole: Uint8Array | null | undefined;
  /** The first thing that was wrong; entries may be missing then. */
  damage: StorageError | null = null;

  constructor(context: VolumeContext, source: IndexSource) {
    this.#context = context;
    this.#source = source;
    const view = new DataView(source.root.buffer, source.root.byteOffset, source.root.byteLength);
    this.#push(view, -1, INDEX_ROOT.header, source.root.byteLength);
  }

  /** The next entry in the order of names, or null at the end. */
  next(): IndexEntry | null {
    for (;;) {
      const node = this.#stack.at(-1);
      if (node === undefined) return null;
      const { view, position } = node;
      const defect = findEntryDefect(node);
      if (defect !== null) {
        this.#report(node, 'ENTRY', `entry at ${hex(position)}: ${defect}`);
        this.#stack.pop();
        continue;
      }
      const flags = view.getUint16(position + ENTRY.flags, true);
      if ((flags & HAS_CHILD) !== 0 && !node.descended) {
        node.descended = true;
        this.#descend(node, childVcn(view, position));
        continue;
      }
      node.descended = false;
      node.position += view.getUint16(position + ENTRY.length, true);
      if ((flags & IS_LAST) !== 0) this.#stack.pop();
      else {
        const entry = this.#entry(node, position);
        if (entry !== null) return entry;
      }
    }
  }

  /** All entries whose name has these letters, case ignored, found without walking the whole tree. */
  search(name: string, upcase: Upcase): IndexEntry[] {
    const found: IndexEntry[] = [];
    for (let node = this.#stack.pop(); node !== undefined; node = this.#stack.pop()) {
      for (;;) {
        const { view, position } = node;
        const defect = findEntryDefect(node);
        if (defect !== null) {
          this.#report(node, 'ENTRY', `entry at ${hex(position)}: ${defect}`);
          break;
        }
        const flags = view.getUint16(position + ENTRY.flags, true);
        node.position += view.getUint16(position + ENTRY.length, true);
        const isLast = (flags & IS_LAST) !== 0;
        const entry = isLast ? null : this.#entry(node, position);
        const order = isLast ? 1 : entry === null ? -1 : upcase.compare(entry.name, name);
        if (order < 0) continue;
        if (order === 0) found.push(entry!);
        if ((flags & HAS_CHILD) !== 0) this.#descend(node, childVcn(view, position));
        if (order > 0) break;
      }
    }
    return found;
  }

  #entry(node: Node, position: number): IndexEntry | null {
    const { view } = node;
    const key = position + ENTRY.key;
    if (!holdsFileName(view, key, view.getUint16(position + ENTRY.keyLength, true))) {
      this.#report(node, 'KEY', `entry at ${hex(position)}: its key holds no whole name`);
      return null;
    }
    return {
      number: referenceNumber(view, position + ENTRY.reference),
      sequence: referenceSequence(view, position + ENTRY.reference),
      name: fileNameText(view, key),
      namespace: view.getUint8(key + FILE_NAME.namespace),
      view,
      offset: key,
    };
  }

  #descend(parent: Node, vcn: number): void {
    const { blocks, blockSize } = this.#source;
    const { clusterSize } = this.#context.geometry;
    const offset = vcn * (clusterSize <= blockSize ? clusterSize : SMALL_UNIT);
    if (blocks === null) {
      this.#report(parent, 'CHILD', 'a child node, but no index allocation');
      return;
    }
    if (!(offset + blockSize <= blocks.size)) {
      this.#report(parent, 'CHILD', `child ${hex(vcn)} is behind the ${hex(blocks.size)} bytes of the index`);
      return;
    }
    if (this.#visited.has(vcn)) {
      this.#report(parent, 'LOOP', `child ${hex(vcn)} was visited before`);
      return;
    }
    if (this.#stack.length >= DEPTH_MAX) {
      this.#report(parent, 'DEPTH', `nodes nest deeper than ${DEPTH_MAX}`);
      return;
    }
    this.#visited.add(vcn);
    const bytes = this.#block(blocks, offset);
    if (bytes === null) return;
    const view = viewOf(bytes);
    const defect = findBlockDefect(bytes, view, vcn, blockSize);
    if (defect !== null) this.#report({ ...parent, vcn }, 'BLOCK', defect);
    else this.#push(view, vcn, BLOCK.header, blockSize);
  }

  /** A copy of a block's bytes; null, with the damage kept, where they cannot be read. */
  #block(blocks: AddressMap, offset: number): Uint8Array | null {
    const { blockSize } = this.#source;
    if (this.#whole === undefined) this.#whole = blocks.size <= WHOLE_MAX ? tryWhole(blocks) : null;
    if (this.#whole !== null) return this.#whole.slice(offset, offset + blockSize);
    try {
      return readBytes(blocks, offset, blockSize);
    } catch (error) {
      if (!StorageError.isDamage(error)) throw error;
      this.#keep(error);
      return null;
    }
  }

  /** Enters a node whose index header stands at `header` in `limit` bytes. */
  #push(view: DataView, vcn: number, header: number, limit: number): void {
    const node = { view, vcn, position: 0, end: 0, descended: false };
    if (header + HEADER_SIZE > limit) {
      this.#report(node, 'HEADER', `a node of ${limit} bytes has no header`);
      return;
    }
    const entriesOffset = view.getUint32(header + HEADER.entriesOffset, true);
    const entriesEnd = view.getUint32(header + HEADER.entriesEnd, true);
    if (!(entriesOffset >= HEADER_SIZE && entriesOffset < entriesEnd && header + entriesEnd <= limit)) {
      const message = `entries: expected inside ${hex(limit - header)} bytes, found ${hex(entriesOffset)} to ${hex(entriesEnd)}`;
      this.#report(node, 'HEADER', message);
      return;
    }
    this.#stack.push({ ...node, position: header + entriesOffset, end: header + entriesEnd });
  }

  #report(node: { readonly vcn: number }, name: DefectOf<'NTFS_INDEX'>, message: string): void {
    const { what, offset } = this.#source;
    const where = node.vcn < 0 ? 'root' : `block ${hex(node.vcn)}`;
    this.#keep(
      corrupt(
        `NTFS_INDEX_${name}`,
        `${what}, ${where}: ${message}`,
        detailsIn(this.#context, `${what}, ${where}`, offset),
      ),
    );
  }

  #keep(error: StorageError): void {
    this.damage ??= error;
    this.#context.findings.addError(error, 'the names below are searched for in the file table');
  }
}

function tryWhole(blocks: AddressMap): Uint8Array | null {
  try {
    return readBytes(blocks, 0, blocks.size);
  } catch (error) {
    if (!StorageError.isDamage(error)) throw error;
    return null; // block by block, so that damage costs the blocks it touches
  }
}

function findEntryDefect(node: Node): string | null {
  const { view, position, end } = node;
  if (position + ENTRY_SIZE_MIN > end) return 'the node has no last entry';
  const length = view.getUint16(position + ENTRY.length, true);
  const flags = view.getUint16(position + ENTRY.flags, true);
  const keyLength = (flags & IS_LAST) !== 0 ? 0 : view.getUint16(position + ENTRY.keyLength, true);
  const least = ENTRY_SIZE_MIN + keyLength + ((flags & HAS_CHILD) !== 0 ? 8 : 0);
  if (length >= least && (length & 7) === 0 && position + length <= end) return null;
  return `length: expected a multiple of 8 from ${hex(least)} to ${hex(end - position)}, found ${hex(length)}`;
}

/** The child's number stands in the entry's last 8 bytes. */
function childVcn(view: DataView, position: number): number {
  return getU64(view, position + view.getUint16(position + ENTRY.length, true) - 8);
}

function findBlockDefect(bytes: Uint8Array, view: DataView, vcn: number, blockSize: number): string | null {
  if (!hasAscii(bytes, BLOCK.signature, 'INDX'))
    return `signature: expected "INDX", found ${hex(view.getUint32(0, true))}`;
  const found = getU64(view, BLOCK.vcn);
  if (found !== vcn) return `own number: expected ${hex(vcn)}, found ${hex(found)}`;
  const headEnd = BLOCK.header + view.getUint32(BLOCK.header + HEADER.entriesOffset, true);
  const fixups = applyFixups(view, 0, blockSize, headEnd);
  if (fixups === null) return null;
  return fixups === 'torn'
    ? 'is torn: not all of its strides were written together'
    : 'its fixup array breaks the rules';
}

/**
 * A VHDX open for writing (MS-VHDX 2.3, 2.5).
 *
 * Payload is written in place, metadata (BAT, sector bitmaps) is changed in memory and goes through the log. States:
 *
 *   opened ──first change──► changing ──first metadata commit──► logging ──close──► clean
 *      │                        │                                   │
 *      └── dirty log: replayed  └──────── any failure ──► poisoned ◄┘   (the file is as a power cut would leave it)
 *
 * Flush points of a logged session, in order. What a cut leaves before each of them:
 *
 * W1  header with new FileWriteGuid and DataWriteGuid; nothing else has been changed: the old disk
 * W2  payload, and the file's size, before anything points there: the old metadata; new blocks belong to nobody
 * W3  log entry with every changed page: the old metadata (a torn entry does not count)
 * W4  (first commit of a session) header that names the log: the old metadata; afterwards the entry counts
 * W5  the logged pages in their places, before the next entry is written: replayed from the entry
 * W6  (close) the same, before the log is given up
 * W7  (close) header without the log: it is replayed once more, to what stands there already
 * W8  (close) the other header: one of two is torn; before the next session both must be whole
 *
 * 1. Data before log, log before BAT: nothing durable ever points to bytes that are not.
 * 2. A partially present block never shows what its space held before: unwritten sectors are the parent's, and a block
 *    that is not the parent's is filled with zeros where nothing was written.
 * 3. Released space is reused only after the commit that released it.
 * 4. Writing to a fully present block costs no metadata at all.
 * 5. A private session writes a file that nobody has seen yet: no log, headers last, one flush, at `close`.
 */

import { alignUp, MIB } from '../base/bytes.ts';
import { NIL_GUID } from '../base/guid.ts';
import type { TrimState, WritableDisk } from '../disk/writable-disk.ts';
import { type Finding, StorageError, unsupported } from '../errors.ts';
import type { WritableFile } from '../io/file-store.ts';
import { type AddressMap, type ExtentSink, requireRange, unreadable } from '../map/address-map.ts';
import { ComputedMap, FileMap } from '../map/maps.ts';
import { SECTOR_BITMAP_SIZE } from './bat.ts';
import { BlockAllocator } from './block-allocator.ts';
import { BlockTable } from './block-table.ts';
import { CurrentState } from './current-state.ts';
import { PayloadBlockState } from './format.ts';
import { type HeaderChanges, HeaderPair } from './header-pair.ts';
import { isLogPlace } from './log.ts';
import { LogWriter } from './log-writer.ts';
import { type MetadataPage, MetadataPages } from './metadata-pages.ts';
import { replayLog } from './replay-log.ts';
import { readParts, type VhdxParts } from './vhdx-parts.ts';

/** Changed pages at which a commit happens by itself: 4 MiB of memory. */
const DIRTY_PAGES_MAX = 1024;
const ZEROS = new Uint8Array(MIB);
const { NotPresent, Unmapped, FullyPresent, PartiallyPresent } = PayloadBlockState;
const TRIM_STATES: Readonly<Record<TrimState, number>> = {
  zero: PayloadBlockState.Zero,
  unmapped: PayloadBlockState.Unmapped,
  undefined: PayloadBlockState.Undefined,
};

export type WriterOptions = {
  /** For messages; the file's own name unless given. */
  readonly name?: string;
  /** The disk this one differs from. Without it, what the parent holds cannot be read; writing needs no parent. */
  readonly parent?: AddressMap;
  /** `private` for a file that nobody has seen: a cut leaves a file to be thrown away. */
  readonly session?: 'logged' | 'private';
  /** What DataWriteGuid becomes with the first change; random unless given. `keep` when the guest's bytes stay equal. */
  readonly dataWriteGuid?: string;
  readonly newGuid?: () => string;
};

/** @internal What a new file knows of itself before its headers are written. */
export type Opened = { readonly file: WritableFile; readonly parts: VhdxParts; readonly isNew: boolean };

export class VhdxWriter implements WritableDisk {
  readonly name: string;
  readonly size: number;
  readonly logicalSectorSize: number;
  readonly blockSize: number;
  readonly findings: readonly Finding[];
  readonly #file: WritableFile;
  readonly #parts: VhdxParts;
  readonly #headers: HeaderPair;
  readonly #pages: MetadataPages;
  readonly #table: BlockTable;
  readonly #space: BlockAllocator;
  readonly #state: CurrentState;
  readonly #isPrivate: boolean;
  readonly #newGuid: () => string;
  readonly #nextDataGuid: string | null;
  #log: LogWriter | null = null;
  #isChanged: boolean;
  #hasData = false;
  #failure: unknown = null;
  #isClosed = false;

  /**
   * Opens for writing and owns the file from then on. Replays a dirty log into it first. Throws what reading throws for
   * a file that cannot be read.
   */
  static open(file: WritableFile, options: WriterOptions = {}): VhdxWriter {
    const findings: Finding[] = [];
    const name = options.name ?? file.name;
    let parts = readParts(new FileMap(file), name, findings);
    if (parts.log !== null) {
      replayLog(file, parts, options.newGuid ?? randomGuid);
      parts = readParts(new FileMap(file), name, []);
    }
    return new VhdxWriter({ file, parts, isNew: false }, options, findings);
  }

  /** @internal See vhdx-builder.ts. */
  static openNew(file: WritableFile, parts: VhdxParts, options: WriterOptions): VhdxWriter {
    return new VhdxWriter({ file, parts, isNew: true }, { ...options, session: 'private' }, []);
  }

  private constructor({ file, parts, isNew }: Opened, options: WriterOptions, findings: readonly Finding[]) {
    const { disk, bat, headers } = parts;
    this.name = options.name ?? file.name;
    this.size = disk.virtualDiskSize;
    this.logicalSectorSize = disk.logicalSectorSize;
    this.blockSize = disk.blockSize;
    this.findings = findings;
    this.#file = file;
    this.#parts = parts;
    this.#headers = new HeaderPair(file, headers.current, headers.currentIndex);
    this.#pages = new MetadataPages(file);
    this.#table = new BlockTable(bat, this.#pages, disk);
    this.#space = new BlockAllocator(file, isNew ? null : () => this.#table.survey());
    const parent = disk.hasParent ? (options.parent ?? missingParent(this.name, this.size)) : null;
    this.#state = new CurrentState(file, parts, this.#pages, parent);
    this.#isPrivate = options.session === 'private';
    this.#newGuid = options.newGuid ?? randomGuid;
    this.#nextDataGuid = options.dataWriteGuid === 'keep' ? null : (options.dataWriteGuid ?? this.#newGuid());
    this.#isChanged = isNew;
  }

  /** What children name this disk by, as it stands now. */
  get dataWriteGuid(): string {
    return this.#headers.current.dataWriteGuid;
  }

  get isFixed(): boolean {
    return this.#parts.disk.leaveBlockAllocated;
  }

  get hasParent(): boolean {
    return this.#parts.disk.hasParent;
  }

  write(offset: number, bytes: Uint8Array): void {
    this.#requireSectors(offset, bytes.length);
    this.#run(() => {
      if (bytes.length > 0) this.#begin();
      for (let done = 0; done < bytes.length; ) {
        const block = Math.floor((offset + done) / this.blockSize);
        const from = offset + done - block * this.blockSize;
        const length = Math.min(bytes.length - done, this.blockSize - from);
        this.#writeBlock(block, from, length === bytes.length ? bytes : bytes.subarray(done, done + length));
        done += length;
      }
    });
  }

  /** Whole blocks give their space back (a fixed disk keeps it and gets zeros); edges are written with zeros. */
  trim(offset: number, length: number, as: TrimState = 'zero'): void {
    this.#requireSectors(offset, length);
    this.#run(() => {
      for (let position = offset; position < offset + length; ) {
        const block = Math.floor(position / this.blockSize);
        const start = block * this.blockSize;
        const end = Math.min(offset + length, start + this.blockSize);
        this.#trimBlock(block, position - start, end - start, TRIM_STATES[as]);
        position = end;
      }
    });
  }

  flush(): void {
    this.#run(() => this.#flush());
  }

  /** State of a payload block as it will be at the next flush. */
  blockState(block: number): number {
    return this.#run(() => this.#table.state(block));
  }

  resolve(offset: number, length: number, at: number, sink: ExtentSink): void {
    this.#requireUsable();
    this.#state.resolve(offset, length, at, sink);
  }

  /** `dataWriteGuid`: the identity the disk carries from the moment the close is durable. */
  close(options: { readonly dataWriteGuid?: string } = {}): void {
    if (this.#isClosed) return;
    try {
      const { dataWriteGuid } = options;
      this.#run(() => this.#finish(dataWriteGuid === undefined ? {} : { dataWriteGuid }));
    } finally {
      this.abandon();
    }
  }

  abandon(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#file.close();
  }

  [Symbol.dispose](): void {
    this.abandon();
  }

  // --- Blocks ---------------------------------------------------------------------------------------------------

  #writeBlock(block: number, from: number, bytes: Uint8Array): void {
    const state = this.#table.state(block);
    this.#hasData = true;
    if (state === FullyPresent) {
      this.#file.write(this.#table.fileOffset(block) + from, bytes);
      return;
    }
    if (state === PartiallyPresent) {
      const fileOffset = this.#table.fileOffset(block);
      this.#file.write(fileOffset + from, bytes);
      this.#table.setPresent(block, from, bytes.length);
      if (this.#table.isComplete(block)) this.#set(block, FullyPresent, fileOffset);
      else this.#changed();
      return;
    }
    this.#writeNewBlock(block, from, bytes, state);
  }

  #writeNewBlock(block: number, from: number, bytes: Uint8Array, state: number): void {
    const { blockSize } = this;
    const to = from + bytes.length;
    const isWhole = from === 0 && to >= Math.min(blockSize, this.size - block * blockSize);
    const isPartial = !isWhole && state === NotPresent && this.hasParent;
    this.#releaseBlock(block, state);
    const { fileOffset, isZero } = this.#space.allocate(blockSize, isWhole || isPartial);
    if (!isZero && !isPartial) {
      this.#writeZeros(fileOffset, from);
      this.#writeZeros(fileOffset + to, blockSize - to);
    }
    this.#file.write(fileOffset + from, bytes);
    if (isPartial) {
      this.#needBitmap(block);
      this.#table.clearBits(block);
      this.#table.setPresent(block, from, bytes.length);
    }
    this.#set(block, isPartial ? PartiallyPresent : FullyPresent, fileOffset);
  }

  /** The chunk's sector bitmap block, made when there is none. */
  #needBitmap(block: number): void {
    if (this.#table.bitmapOffset(block) !== null) return;
    const { fileOffset, isZero } = this.#space.allocate(SECTOR_BITMAP_SIZE, true);
    if (!isZero) this.#writeZeros(fileOffset, SECTOR_BITMAP_SIZE);
    this.#pages.forget(fileOffset, SECTOR_BITMAP_SIZE);
    this.#table.setBitmap(block, fileOffset);
  }

  #trimBlock(block: number, from: number, to: number, trimmed: number): void {
    const state = this.#table.state(block);
    const isWhole = from === 0 && to >= Math.min(this.blockSize, this.size - block * this.blockSize);
    const readsParent = state === NotPresent && this.hasParent;
    if (state <= Unmapped && !readsParent) {
      // It reads as zeros already. A new file records what it is asked to, an old one is left as it is.
      if (state === NotPresent && isWhole && this.#isPrivate && trimmed !== PayloadBlockState.Zero) {
        this.#begin();
        this.#set(block, trimmed, 0);
      }
      return;
    }
    this.#begin();
    if (isWhole && !(this.isFixed && state === FullyPresent)) {
      this.#releaseBlock(block, state);
      this.#set(block, trimmed, 0);
      return;
    }
    for (let position = from; position < to; position += ZEROS.length) {
      this.#writeBlock(block, position, ZEROS.subarray(0, Math.min(ZEROS.length, to - position)));
    }
  }

  /** Gives back what the block occupies, or still reserves from an earlier life. */
  #releaseBlock(block: number, state: number): void {
    if (state === NotPresent || state === PayloadBlockState.Zero) return;
    const fileOffset = this.#table.fileOffset(block);
    if (fileOffset !== 0) this.#space.release(fileOffset, this.blockSize);
  }

  #set(block: number, state: number, fileOffset: number): void {
    this.#table.set(block, state, fileOffset);
    this.#changed();
  }

  #writeZeros(fileOffset: number, length: number): void {
    for (let done = 0; done < length; done += ZEROS.length) {
      this.#file.write(fileOffset + done, ZEROS.subarray(0, Math.min(ZEROS.length, length - done)));
    }
  }

  // --- Session --------------------------------------------------------------------------------------------------

  /** Before the first change of a session. */
  #begin(): void {
    if (this.#isChanged) return;
    this.#isChanged = true;
    if (this.#isPrivate) return; // headers come last
    this.#headers.write(this.#newIdentity());
    this.#file.flush(); // W1
    this.#headers.write();
  }

  #newIdentity(): HeaderChanges {
    const fileWriteGuid = this.#newGuid();
    return this.#nextDataGuid === null ? { fileWriteGuid } : { fileWriteGuid, dataWriteGuid: this.#nextDataGuid };
  }

  /** Metadata was changed: what is read is stale, and too much of it is committed in between. */
  #changed(): void {
    this.#state.invalidate();
    if (this.#pages.dirtyCount < DIRTY_PAGES_MAX) return;
    if (this.#isPrivate) this.#writePages(this.#pages.dirty());
    else this.#commit();
  }

  #flush(): void {
    if (this.#isPrivate) {
      this.#writePages(this.#pages.dirty());
      this.#file.flush();
    } else if (this.#pages.dirtyCount > 0) this.#commit();
    else if (this.#hasData) this.#file.flush();
    this.#hasData = false;
  }

  /** Makes all changed metadata durable through the log. */
  #commit(): void {
    if (this.#file.size % MIB !== 0) this.#file.truncate(alignUp(this.#file.size, MIB));
    const log = (this.#log ??= this.#newLog());
    const pages = this.#pages.dirty().sort((a, b) => this.#table.commitOrder(a, b));
    this.#file.flush(); // W2, and W5 of the commit before
    for (let start = 0; start < pages.length; start += log.pagesMax) {
      const part = pages.slice(start, start + log.pagesMax);
      if (start > 0) this.#file.flush(); // W5
      log.append(part, this.#file.size);
      this.#file.flush(); // W3
      if (!this.#headers.hasLog) {
        this.#headers.write({ logGuid: log.guid, logVersion: 0 });
        this.#file.flush(); // W4
      }
      this.#writePages(part);
    }
    this.#space.settle();
    this.#hasData = false;
  }

  #writePages(pages: readonly MetadataPage[]): void {
    for (const page of pages) this.#file.write(page.offset, page.bytes);
    this.#pages.clean(pages);
    this.#state.invalidate();
  }

  /** A clean file may lack a usable log and be read all the same; written it cannot be. */
  #newLog(): LogWriter {
    const { logOffset, logLength } = this.#headers.current;
    const place = { offset: logOffset, length: logLength };
    if (!isLogPlace(logOffset, logLength, this.#file.size)) {
      throw unsupported('VHDX_LOG_MISPLACED', 'the file has no log to write through', {
        image: this.name,
        structure: 'header',
        hint: 'convert the image to a new file',
      });
    }
    return new LogWriter(this.#file, place, this.#newGuid());
  }

  #finish(last: HeaderChanges): void {
    if (last.dataWriteGuid !== undefined && last.dataWriteGuid !== this.dataWriteGuid) this.#begin();
    if (!this.#isChanged) return;
    if (this.#isPrivate) {
      this.#writePages(this.#pages.dirty());
      this.#headers.write({ ...this.#newIdentity(), logGuid: NIL_GUID, ...last });
      this.#headers.write();
      this.#file.flush();
      return;
    }
    this.#flush();
    if (!this.#headers.hasLog && last.dataWriteGuid === undefined) return;
    this.#file.flush(); // W6
    this.#headers.write({ logGuid: NIL_GUID, ...last });
    this.#file.flush(); // W7
    this.#headers.write();
    this.#file.flush(); // W8
  }

  #run<T>(work: () => T): T {
    this.#requireUsable();
    try {
      return work();
    } catch (error) {
      this.#failure = error;
      throw error;
    }
  }

  #requireUsable(): void {
    if (this.#failure === null && !this.#isClosed) return;
    const why = this.#isClosed ? 'it was closed' : 'an earlier write failed';
    throw new StorageError('closed', 'VHDX_WRITER_CLOSED', `${this.name} is not written any more: ${why}`, {
      image: this.name,
      hint: this.#isClosed ? undefined : 'what was flushed is there; open the image again',
      cause: this.#failure ?? undefined,
    });
  }

  #requireSectors(offset: number, length: number): void {
    requireRange(this, offset, length);
    if (offset % this.logicalSectorSize === 0 && length % this.logicalSectorSize === 0) return;
    throw new RangeError(`range ${offset}+${length} is not of whole sectors of ${this.logicalSectorSize} bytes`);
  }
}

function randomGuid(): string {
  return crypto.randomUUID();
}

function missingParent(image: string, size: number): AddressMap {
  const message = `${image} was opened for writing without its parent: what that holds cannot be read`;
  return new ComputedMap(unreadable(new StorageError('not-found', 'PARENT_NOT_OPEN', message, { image })), size);
}

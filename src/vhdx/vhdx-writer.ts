/**
 * A VHDX open for writing: the door to block-writer.ts (where bytes go) and write-session.ts (in which order). Any failure
 * poisons it: the file is then as a power cut would leave it, and nothing more is done to it.
 */

import type { TrimState, WritableDisk } from '../disk/writable-disk.ts';
import { type Finding, StorageError } from '../errors.ts';
import type { WritableFile } from '../io/file-store.ts';
import { type AddressMap, type ExtentSink, requireRange, unreadable } from '../map/address-map.ts';
import { ComputedMap, FileMap } from '../map/maps.ts';
import { BlockWriter } from './block-writer.ts';
import { CurrentState } from './current-state.ts';
import { PayloadBlockState } from './format.ts';
import { replayLog } from './replay-log.ts';
import { readParts, type VhdxParts } from './vhdx-parts.ts';
import { type SessionOptions, WriteSession } from './write-session.ts';

const TRIM_STATES: Readonly<Record<TrimState, number>> = {
  zero: PayloadBlockState.Zero,
  unmapped: PayloadBlockState.Unmapped,
  undefined: PayloadBlockState.Undefined,
};

export type WriterOptions = SessionOptions & {
  /** For messages; the file's own name unless given. */
  readonly name?: string | undefined;
  /** The disk this one differs from. Without it, what the parent holds cannot be read; writing needs no parent. */
  readonly parent?: AddressMap | undefined;
};

export class VhdxWriter implements WritableDisk {
  readonly name: string;
  readonly size: number;
  readonly logicalSectorSize: number;
  readonly blockSize: number;
  readonly findings: readonly Finding[];
  readonly #session: WriteSession;
  readonly #blocks: BlockWriter;
  readonly #state: CurrentState;
  #failure: unknown = null;
  #isClosed = false;

  /**
   * Opens for writing and owns the file from then on. Replays a dirty log into it first. Throws what reading throws for
   * a file that cannot be read.
   */
  static open(file: WritableFile, options: WriterOptions = {}): VhdxWriter {
    const { parts, findings } = openParts(file, options);
    return new VhdxWriter(new WriteSession(file, parts, false, options), options, findings);
  }

  /** @internal See vhdx-builder.ts. */
  static openNew(file: WritableFile, parts: VhdxParts, options: WriterOptions): VhdxWriter {
    const session = new WriteSession(file, parts, true, { ...options, session: 'private' });
    return new VhdxWriter(session, options, []);
  }

  private constructor(session: WriteSession, options: WriterOptions, findings: readonly Finding[]) {
    const { disk } = session.parts;
    this.name = options.name ?? session.file.name;
    this.size = disk.virtualDiskSize;
    this.logicalSectorSize = disk.logicalSectorSize;
    this.blockSize = disk.blockSize;
    this.findings = findings;
    this.#session = session;
    this.#blocks = new BlockWriter(session);
    const parent = disk.hasParent ? (options.parent ?? missingParent(this.name, this.size)) : null;
    this.#state = new CurrentState(session, parent);
  }

  /** What children name this disk by, as it stands now. */
  get dataWriteGuid(): string {
    return this.#session.header.dataWriteGuid;
  }

  get isFixed(): boolean {
    return this.#session.parts.disk.leaveBlockAllocated;
  }

  get hasParent(): boolean {
    return this.#session.parts.disk.hasParent;
  }

  write(offset: number, bytes: Uint8Array): void {
    this.#requireSectors(offset, bytes.length);
    this.#run(() => {
      if (bytes.length > 0) this.#session.begin();
      this.#eachBlock(offset, bytes.length, (block, from, to, done) => {
        this.#blocks.write(block, from, to - from === bytes.length ? bytes : bytes.subarray(done, done + to - from));
      });
    });
  }

  /** Whole blocks give their space back (a fixed disk keeps it and gets zeros); edges are written with zeros. */
  trim(offset: number, length: number, as: TrimState = 'zero'): void {
    this.#requireSectors(offset, length);
    this.#run(() =>
      this.#eachBlock(offset, length, (block, from, to) => this.#blocks.trim(block, from, to, TRIM_STATES[as])),
    );
  }

  /** Calls back for each block the range meets, with the bytes of the block it covers and how many came before. */
  #eachBlock(
    offset: number,
    length: number,
    visit: (block: number, from: number, to: number, done: number) => void,
  ): void {
    for (let done = 0; done < length; ) {
      const block = Math.floor((offset + done) / this.blockSize);
      const from = offset + done - block * this.blockSize;
      const to = Math.min(from + length - done, this.blockSize);
      visit(block, from, to, done);
      done += to - from;
    }
  }

  flush(): void {
    this.#run(() => this.#session.flush());
  }

  /** Reads the whole BAT before anything is changed. Throws for a file that new blocks would harm: see `BlockTable.survey`. */
  survey(): void {
    this.#run(() => this.#session.space.survey());
  }

  /** Has what was written so far on its way to the disk, while the caller goes on. */
  writeOut(): void {
    this.#run(() => this.#session.file.writeOut?.());
  }

  /**
   * Makes a file that nobody has seen yet a VHDX as it stands, without making anything durable: whoever finds it after
   * the process has died reads what was written until now.
   */
  settle(): void {
    this.#run(() => this.#session.settle());
  }

  /** State of a payload block as it will be at the next flush. */
  blockState(block: number): number {
    return this.#run(() => this.#session.table.state(block));
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
      this.#run(() => this.#session.finish(dataWriteGuid === undefined ? {} : { dataWriteGuid }));
    } finally {
      this.abandon();
    }
  }

  abandon(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#session.file.close();
  }

  [Symbol.dispose](): void {
    this.abandon();
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

/** What the file consists of, a dirty log replayed into it. */
export function openParts(
  file: WritableFile,
  options: { readonly name?: string | undefined; readonly newGuid?: (() => string) | undefined } = {},
): { readonly parts: VhdxParts; readonly findings: readonly Finding[] } {
  const findings: Finding[] = [];
  const name = options.name ?? file.name;
  const parts = readParts(new FileMap(file), { name }, findings);
  if (parts.log === null) return { parts, findings };
  replayLog(file, parts, options.newGuid ?? (() => crypto.randomUUID()));
  return { parts: readParts(new FileMap(file), { name }, []), findings };
}

function missingParent(image: string, size: number): AddressMap {
  const message = `${image} was opened for writing without its parent: what that holds cannot be read`;
  return new ComputedMap(unreadable(new StorageError('not-found', 'PARENT_NOT_OPEN', message, { image })), size);
}

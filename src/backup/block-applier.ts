/**
 * Brings blocks of a source into the next state: what differs is written, what has become zero is trimmed, and the
 * sidecar keeps up. Blocks come in ascending order.
 *
 * 1. What is written and what is fingerprinted are the same bytes in memory, read once: a source that changes meanwhile
 *    cannot make the two disagree.
 * 2. Within a block that differs, the present state is read and compared in pieces of 4 KiB: a change of 4 KiB costs
 *    the pool 4 KiB. Of blocks that do not differ it is never read.
 * 3. What the present state cannot give, because its disk is damaged there, differs: the source's bytes take its place.
 * 4. Zeros are trimmed, not written, and neighbouring zeros are trimmed together, so whole blocks of the disk give
 *    their space back.
 */

import { createHash } from 'node:crypto';
import { alignDown, alignUp, isZero } from '../base/bytes.ts';
import { StorageError } from '../errors.ts';
import { alignedMemory } from '../io/aligned-memory.ts';
import type { AddressMap, ExtentSink } from '../map/address-map.ts';
import { readMap } from '../map/read-map.ts';
import type { NextState } from '../replica/next-state.ts';
import { ChangeMap, type Range, UNIT_MIN } from '../sidecar/change-map.ts';
import { FINGERPRINT_SIZE, type Fingerprinter, fingerprintBuffer } from '../sidecar/fingerprint.ts';
import type { SealDigests } from '../sidecar/seal.ts';

/** Blocks are read and written together up to this. */
export const WINDOW = 2 ** 20;
/** The disk begins to write after so many bytes, while the source is still being read. */
const WRITE_OUT_EVERY = 4 * 2 ** 20;

export type ApplyCounts = {
  readBytes: number;
  writtenBytes: number;
  zeroBytes: number;
  damagedBlocks: number;
  /** Data that an interrupted run had written already. */
  keptBytes: number;
};

export type ApplierParts = {
  readonly source: AddressMap;
  readonly next: NextState;
  /** The disk that the next state starts as; null: zeros. */
  readonly present: AddressMap | null;
  /** What the next state does not start with though the present one has it: it could not be read when that was copied. */
  readonly lost?: ChangeMap | undefined;
  readonly fingerprint: Fingerprinter;
  /** Told of every block that is read from the source. */
  readonly digests: SealDigests | null;
};

export class BlockApplier {
  readonly changes = new ChangeMap();
  readonly counts: ApplyCounts = { readBytes: 0, writtenBytes: 0, zeroBytes: 0, damagedBlocks: 0, keptBytes: 0 };
  readonly #source: AddressMap;
  readonly #next: NextState;
  readonly #present: AddressMap | null;
  readonly #lost: ChangeMap | null;
  readonly #fingerprint: Fingerprinter;
  readonly #digests: SealDigests | null;
  readonly #fresh: Uint8Array;
  readonly #old: Uint8Array;
  readonly #zeros: Uint8Array;
  readonly #found = new Uint8Array(FINGERPRINT_SIZE);
  readonly #before = new Uint8Array(FINGERPRINT_SIZE);
  /** Zeros that wait to be trimmed. */
  #zeroStart = 0;
  #zeroEnd = 0;
  /** Bytes written since the disk was last told to begin. */
  #waiting = 0;
  /** The last block that was counted as damaged. */
  #damaged = -1;

  constructor({ source, next, present, lost, fingerprint, digests }: ApplierParts) {
    this.#source = source;
    this.#next = next;
    this.#present = present;
    this.#lost = lost ?? null;
    this.#fingerprint = fingerprint;
    this.#digests = digests;
    const { fresh, old, zeros } = sharedBuffers(Math.max(WINDOW, next.facts.blockSize));
    this.#fresh = fresh;
    this.#old = old;
    this.#zeros = zeros;
  }

  /** The block is applied soon: what the present state holds there is fetched while others are. */
  announce(block: number): void {
    const { blockSize } = this.#next.facts;
    this.#fetch(block * blockSize, Math.min((block + 1) * blockSize, this.#present?.size ?? 0));
  }

  /** The same of a window of whole blocks: of the present state what these ranges have a part of a block of. */
  announceRanges(ranges: ChangeMap, { offset, length }: Range): void {
    const { blockSize } = this.#next.facts;
    const { size } = this.#present!;
    for (const range of ranges.within(offset, length)) {
      const end = range.offset + range.length;
      const [whole, rest] = [alignUp(range.offset, blockSize), alignDown(end, blockSize)];
      if (whole > rest) this.#fetch(range.offset, Math.min(end, size));
      else {
        this.#fetch(range.offset, Math.min(whole, size));
        this.#fetch(rest, Math.min(end, size));
      }
    }
  }

  /** Whole blocks from `block` on, at most WINDOW bytes: whatever differs in them from the present state. */
  apply(block: number, count: number): void {
    const { blockSize } = this.#next.facts;
    const { bytes, offset } = this.#read(block, count);
    for (let at = 0; at < bytes.length; at += blockSize) {
      const end = Math.min(bytes.length, at + blockSize);
      if (this.#note(Math.floor((offset + at) / blockSize), bytes.subarray(at, end))) this.#compare(offset, at, end);
    }
  }

  /**
   * The same, reading the present state even where the fingerprints are equal: it may not be what they say. `counts`:
   * blocks that are not count as damaged.
   */
  verify(block: number, count: number, counts: boolean): void {
    const { blockSize } = this.#next.facts;
    const { bytes, offset } = this.#read(block, count);
    const isWhole = this.#readPresent(offset, this.#old.subarray(0, bytes.length));
    for (let at = 0; at < bytes.length; at += blockSize) {
      const end = Math.min(bytes.length, at + blockSize);
      const number = Math.floor((offset + at) / blockSize);
      const isRead = isWhole || this.#readPresent(offset + at, this.#old.subarray(at, end));
      const isThere = isRead && !this.#isLost(offset + at, end - at);
      if (!isThere || (counts && !this.#isAsKnown(number, offset, at, end))) this.#countDamaged(offset + at);
      this.#note(number, bytes.subarray(at, end));
      this.#pieces(offset, at, end, isThere ? this.#old : null);
    }
  }

  /**
   * Over what an interrupted run has left, which is the present state here: what differs from it is written, and all that
   * is not zero has changed, since the state before it is none.
   */
  resume(block: number, count: number): void {
    const { blockSize } = this.#next.facts;
    const { bytes, offset } = this.#read(block, count);
    const isWhole = this.#readPresent(offset, this.#old.subarray(0, bytes.length));
    for (let at = 0; at < bytes.length; at += blockSize) {
      const end = Math.min(bytes.length, at + blockSize);
      this.#note(Math.floor((offset + at) / blockSize), bytes.subarray(at, end));
      const isThere = isWhole || this.#readPresent(offset + at, this.#old.subarray(at, end));
      this.#pieces(offset, at, end, isThere ? this.#old : null, true);
    }
  }

  /** Whether a block of the present state, in #old, has its fingerprint; one that was cut off cannot be judged. */
  #isAsKnown(block: number, offset: number, at: number, end: number): boolean {
    const known = Math.max(0, Math.min(this.#next.facts.blockSize, this.#present!.size - offset - at));
    if (known > end - at) return true;
    this.#next.sidecar.fingerprint(block, this.#before, 0);
    this.#fingerprintOf(this.#old.subarray(at, at + known));
    return Buffer.compare(this.#found, this.#before) === 0;
  }

  /**
   * Ranges that are said to have changed, written as told. Their blocks are fingerprinted whole, as they are in the
   * source: where a block differs beside the ranges too, that is written as well.
   */
  applyRanges(ranges: ChangeMap, window: Range): void {
    const { blockSize } = this.#next.facts;
    const { bytes, offset } = this.#read(window.offset / blockSize, Math.ceil(window.length / blockSize));
    for (let at = 0; at < bytes.length; at += blockSize) {
      const end = Math.min(bytes.length, at + blockSize);
      if (!this.#note(Math.floor((offset + at) / blockSize), bytes.subarray(at, end))) continue;
      const told = [...ranges.within(offset + at, end - at)];
      const isAll = this.#differsOnlyIn(told, offset, at, end);
      let next = at;
      for (const range of told) {
        const from = range.offset - offset;
        if (!isAll) this.#compare(offset, next, from);
        next = from + range.length;
        this.#pieces(offset, from, next, null);
      }
      if (!isAll) this.#compare(offset, next, end);
    }
  }

  /**
   * Whether the block of the source is that of the present state but for these ranges: with what that holds in them it
   * has the fingerprint of before, then. So of a list that is right no more of the replica is read than it names.
   */
  #differsOnlyIn(told: readonly Range[], offset: number, at: number, end: number): boolean {
    if (told[0]!.length === end - at) return true;
    if (isZero(this.#before)) return false; // zeros need not be read to be compared
    const [fresh, old] = [this.#fresh, this.#old];
    let isThere = true;
    for (const range of told) {
      const [from, to] = [range.offset - offset, range.offset - offset + range.length];
      old.set(fresh.subarray(from, to), from);
      isThere &&= this.#readPresent(range.offset, fresh.subarray(from, to));
    }
    if (isThere) this.#fingerprintOf(fresh.subarray(at, end));
    else this.#countDamaged(offset + at);
    for (const range of told) {
      const [from, to] = [range.offset - offset, range.offset - offset + range.length];
      fresh.set(old.subarray(from, to), from);
    }
    return isThere && Buffer.compare(this.#found, this.#before) === 0;
  }

  /** Writes what still waits. */
  finish(): ChangeMap {
    this.#trim();
    return this.changes;
  }

  #fetch(offset: number, end: number): void {
    if (end > offset) this.#present!.resolve(offset, end - offset, 0, FETCH);
  }

  #read(block: number, count: number): { bytes: Uint8Array; offset: number } {
    const { blockSize, diskSize } = this.#next.facts;
    const offset = block * blockSize;
    const bytes = this.#fresh.subarray(0, Math.min(count * blockSize, diskSize - offset));
    const filled = readMap(this.#source, offset, bytes);
    bytes.fill(0, filled); // a source that ends inside a sector
    this.counts.readBytes += filled;
    return { bytes, offset };
  }

  /** Enters the block's fingerprint, and its digest where one is wanted; false when it is what it was. */
  #note(block: number, bytes: Uint8Array): boolean {
    const { sidecar } = this.#next;
    sidecar.fingerprint(block, this.#before, 0);
    this.#fingerprintOf(bytes);
    if (this.#digests !== null) {
      if (isZero(this.#found)) this.#digests.clear(block);
      else this.#digests.set(block, createHash('sha256').update(bytes).digest());
    }
    if (Buffer.compare(this.#found, this.#before) === 0) return false;
    sidecar.set(block, this.#found, 0);
    return true;
  }

  #fingerprintOf(bytes: Uint8Array): void {
    if (isZero(bytes)) this.#found.fill(0);
    else this.#fingerprint(bytes, this.#found, 0);
  }

  /** `#before` is the fingerprint of the block in the present state. */
  #compare(offset: number, at: number, end: number): void {
    if (at === end) return;
    const wasZero = isZero(this.#before);
    if (wasZero) this.#pieces(offset, at, end, this.#zeros);
    else if (this.#readPresent(offset + at, this.#old.subarray(at, end))) this.#pieces(offset, at, end, this.#old);
    else {
      this.#countDamaged(offset + at);
      this.#pieces(offset, at, end, null);
    }
  }

  /** False where the present state's disk does not give its bytes. */
  #readPresent(offset: number, target: Uint8Array): boolean {
    try {
      const filled = this.#present === null ? 0 : readMap(this.#present, offset, target);
      target.fill(0, filled);
      return true;
    } catch (error) {
      if (StorageError.isDamage(error)) return false;
      throw error;
    }
  }

  #isLost(offset: number, length: number): boolean {
    return this.#lost?.within(offset, length).next().done === false;
  }

  #countDamaged(offset: number): void {
    const block = Math.floor(offset / this.#next.facts.blockSize);
    if (block !== this.#damaged) this.counts.damagedBlocks++;
    this.#damaged = block;
  }

  /**
   * Pieces of the window from `at` to `end` that differ from `old`; all of them when there is no `old`. `isFirst`: what
   * changes is counted against zeros, whatever `old` holds.
   */
  #pieces(offset: number, at: number, end: number, old: Uint8Array | null, isFirst = false): void {
    const bytes = this.#fresh;
    let runStart = -1;
    for (let start = at; start < end; ) {
      const stop = Math.min(end, alignDown(offset + start, UNIT_MIN) + UNIT_MIN - offset);
      const differs = old === null || Buffer.compare(bytes.subarray(start, stop), old.subarray(start, stop)) !== 0;
      const isZeros = (differs || isFirst) && isZero(bytes, start, stop);
      const isData = differs && !isZeros;
      if (isFirst && !differs && !isZeros) this.counts.keptBytes += stop - start;
      if (differs && !isData) this.#addZeros(offset + start, stop - start);
      if (isData && runStart < 0) runStart = start;
      if (!isData && runStart >= 0) {
        this.#write(offset, runStart, start);
        runStart = -1;
      }
      if (isFirst ? !isZeros : differs) this.changes.add(offset + start, stop - start);
      start = stop;
    }
    if (runStart >= 0) this.#write(offset, runStart, end);
  }

  #write(offset: number, start: number, end: number): void {
    this.#next.disk.write(offset + start, this.#fresh.subarray(start, end));
    this.counts.writtenBytes += end - start;
    this.#waiting += end - start;
    if (this.#waiting < WRITE_OUT_EVERY) return;
    this.#waiting = 0;
    this.#next.disk.writeOut();
  }

  #addZeros(offset: number, length: number): void {
    if (offset !== this.#zeroEnd) {
      this.#trim();
      this.#zeroStart = offset;
    }
    this.#zeroEnd = offset + length;
    this.counts.zeroBytes += length;
  }

  #trim(): void {
    if (this.#zeroEnd > this.#zeroStart) this.#next.disk.trim(this.#zeroStart, this.#zeroEnd - this.#zeroStart);
    this.#zeroStart = this.#zeroEnd;
  }
}

/** Has what lies in files read ahead. */
const FETCH: ExtentSink = {
  data: (_at, length, file, fileOffset) => file.readAhead?.(fileOffset, length),
  zero: () => {},
  computed: () => {},
};

/** Everything here is synchronous between reading and writing, so one set of buffers serves all appliers of the thread. */
let buffers: { readonly fresh: Uint8Array; readonly old: Uint8Array; readonly zeros: Uint8Array } | undefined;

function sharedBuffers(size: number) {
  if (buffers === undefined || buffers.zeros.length < size) {
    const here = fingerprintBuffer();
    const fresh = here !== null && here.length >= size ? here : alignedMemory(size);
    buffers = { fresh, old: alignedMemory(size), zeros: alignedMemory(size) };
  }
  return buffers;
}

/**
 * Verification of a VHDX without reading payload: every BAT entry, every rule that reading does without.
 *
 * 1. Never throws on corruption; a BAT sector that cannot be read is a finding, and the scan goes on behind it.
 * 2. Memory is bounded: one bit for each MiB of the file, in pages, up to USED_PAGES_MAX of them.
 * 3. Of findings of one code the first REPEAT_MAX are told, then their count.
 */

import { alignUp, hex, MIB } from '../base/bytes.ts';
import { finding } from '../disk/disk-image.ts';
import type { ErrorCode } from '../error-codes.ts';
import { type Finding, StorageError } from '../errors.ts';
import { type Bat, type BatEntry, SECTOR_BITMAP_SIZE } from './bat.ts';
import { BAT_ENTRY_SIZE, PayloadBlockState, SectorBitmapState } from './format.ts';
import { findHeaderReserved } from './header.ts';
import { BAD_UNIT, PAGE_SIZE } from './table-pages.ts';
import type { VhdxParts } from './vhdx-parts.ts';

const SPEC_HEADER = 'MS-VHDX 2.2.2';
const SPEC_BAT = 'MS-VHDX 2.5.1';
const REPEAT_MAX = 64;

export type BlockStateCounts = {
  notPresent: number;
  undefined: number;
  zero: number;
  unmapped: number;
  fullyPresent: number;
  partiallyPresent: number;
  reserved: number;
  /** Entries that could not be read. */
  unreadable: number;
  sectorBitmaps: number;
};

const STATE_NAMES = [
  'notPresent',
  'undefined',
  'zero',
  'unmapped',
  'reserved',
  'reserved',
  'fullyPresent',
  'partiallyPresent',
] as const;

type Visit = {
  payload(entry: BatEntry, block: number): void;
  bitmap(entry: BatEntry, chunk: number): void;
  /** Entries `index` to `index + count` could not be read. */
  unreadable(error: StorageError, index: number, count: number): void;
};

/** Every entry of the BAT, in order. */
function* visitBat(bat: Bat, visit: Visit): Generator<void> {
  const { chunkRatio, entryCount } = bat.geometry;
  for (let index = 0; index < entryCount; ) {
    let entry: BatEntry;
    try {
      entry = bat.entry(index);
    } catch (error) {
      if (!StorageError.is(error) || (error.kind !== 'io' && error.kind !== 'corrupt')) throw error;
      const at = bat.region.fileOffset + index * BAT_ENTRY_SIZE;
      const step = error.kind === 'io' ? BAD_UNIT : PAGE_SIZE;
      const rest = Math.ceil((step - (at % step)) / BAT_ENTRY_SIZE);
      const count = Math.min(entryCount - index, rest);
      visit.unreadable(error, index, count);
      index += count;
      yield;
      continue;
    }
    const chunk = Math.floor(index / (chunkRatio + 1));
    const inChunk = index - chunk * (chunkRatio + 1);
    if (inChunk === chunkRatio) visit.bitmap(entry, chunk);
    else visit.payload(entry, chunk * chunkRatio + inChunk);
    index++;
    if (index % 4096 === 0) yield;
  }
}

export function countBlockStates(bat: Bat): BlockStateCounts {
  const counts: BlockStateCounts = {
    notPresent: 0,
    undefined: 0,
    zero: 0,
    unmapped: 0,
    fullyPresent: 0,
    partiallyPresent: 0,
    reserved: 0,
    unreadable: 0,
    sectorBitmaps: 0,
  };
  const steps = visitBat(bat, {
    payload: (entry, block) => {
      if (block < bat.geometry.blockCount) counts[STATE_NAMES[entry.state]!]++;
    },
    bitmap: (entry) => {
      if (entry.state === SectorBitmapState.Present) counts.sectorBitmaps++;
    },
    unreadable: (_error, _index, count) => {
      counts.unreadable += count;
    },
  });
  for (const _ of steps);
  return counts;
}

/** Everything met while opening, then everything a full scan finds. */
export function* checkVhdx(parts: VhdxParts, opening: readonly Finding[]): Generator<Finding> {
  yield* opening;
  yield* checkHeaders(parts);
  const report = new Report();
  const checker = new BatChecker(parts, report);
  for (const _ of visitBat(parts.bat, checker)) yield* report.take();
  checker.finish();
  yield* report.take();
  yield* report.summary();
}

function* checkHeaders({ name, container, headers }: VhdxParts): Generator<Finding> {
  for (const slot of headers.slots) {
    const offset = slot.header === null ? null : findHeaderReserved(slot);
    if (offset === null) continue;
    const at = { image: name, structure: 'header', offset };
    yield finding(
      'warning',
      { code: 'VHDX_HEADER_RESERVED', message: 'reserved bytes of a header are set', at },
      SPEC_HEADER,
    );
  }
  if (container.size % MIB !== 0) {
    const at = { image: name, structure: 'file', offset: container.size };
    const message = `the file's size, ${hex(container.size)}, is not a multiple of 1 MiB`;
    yield finding('info', { code: 'VHDX_FILE_SIZE', message, at }, 'MS-VHDX 2.1');
  }
}

/** Findings gathered between two steps, each code told a bounded number of times. */
class Report {
  readonly #counts = new Map<string, number>();
  #waiting: Finding[] = [];

  add(severity: Finding['severity'], code: ErrorCode, message: string, at: Finding['at'], spec: string): void {
    const count = (this.#counts.get(code) ?? 0) + 1;
    this.#counts.set(code, count);
    if (count <= REPEAT_MAX) this.#waiting.push(finding(severity, { code, message, at }, spec));
  }

  take(): Finding[] {
    const taken = this.#waiting;
    this.#waiting = [];
    return taken;
  }

  *summary(): Generator<Finding> {
    for (const [code, count] of this.#counts) {
      if (count <= REPEAT_MAX) continue;
      const message = `${code}: ${count - REPEAT_MAX} more`;
      yield finding('info', { code: 'VHDX_CHECK_REPEATED', message });
    }
  }
}

class BatChecker implements Visit {
  readonly #parts: VhdxParts;
  readonly #bat: Bat;
  readonly #report: Report;
  readonly #used: UsedMap;
  #partialBlock = -1;

  constructor(parts: VhdxParts, report: Report) {
    this.#parts = parts;
    this.#bat = parts.bat;
    this.#report = report;
    this.#used = new UsedMap(parts.file.size);
    for (const one of parts.bat.structures) this.#used.mark(one.offset, one.length);
  }

  payload(entry: BatEntry, block: number): void {
    const { state, fileOffset, reserved } = entry;
    const { blockSize, blockCount } = this.#bat.geometry;
    if (reserved !== 0)
      this.#add('warning', 'VHDX_BAT_RESERVED', entry, `payload block ${block}: reserved bits are set`);
    if (block >= blockCount) {
      if (state !== PayloadBlockState.NotPresent) {
        this.#add(
          'warning',
          'VHDX_BAT_PAST_DISK',
          entry,
          `payload block ${block} is past the end of the disk, state ${state}`,
        );
      }
      return;
    }
    if (state <= PayloadBlockState.Unmapped) this.#unbacked(entry, block);
    else {
      const defect = this.#bat.findPayloadDefect(state, fileOffset);
      if (defect !== null) this.#add('error', defect.code, entry, `payload block ${block}: ${defect.message}`);
      else {
        if (state === PayloadBlockState.PartiallyPresent) this.#partialBlock = block;
        const needed = Math.min(blockSize, this.#parts.disk.virtualDiskSize - block * blockSize);
        this.#occupy(entry, `payload block ${block}`, blockSize, needed);
      }
    }
    // The last block's chunk of a differencing disk has a bitmap entry behind it too, which is visited next.
  }

  /** An entry that reads as zero or as the parent. It may still reserve the space it once had. */
  #unbacked(entry: BatEntry, block: number): void {
    const { state, fileOffset } = entry;
    if (fileOffset === 0) return;
    if (state === PayloadBlockState.Zero) {
      const message = `payload block ${block}: state ZERO with file offset ${hex(fileOffset)}; Hyper-V refuses such a file`;
      this.#add('warning', 'VHDX_BAT_ZERO_WITH_OFFSET', entry, message);
    } else if (state === PayloadBlockState.NotPresent) {
      const message = `payload block ${block}: not present, with file offset ${hex(fileOffset)}`;
      this.#add('info', 'VHDX_BAT_STALE_OFFSET', entry, message);
    } else if (this.#bat.findPayloadDefect(PayloadBlockState.FullyPresent, fileOffset) === null) {
      this.#used.mark(fileOffset, this.#bat.geometry.blockSize);
    }
  }

  bitmap(entry: BatEntry, chunk: number): void {
    const { state, fileOffset, reserved } = entry;
    const needed = this.#partialBlock >= chunk * this.#bat.geometry.chunkRatio;
    if (reserved !== 0)
      this.#add('warning', 'VHDX_BAT_RESERVED', entry, `sector bitmap of chunk ${chunk}: reserved bits are set`);
    if (!this.#bat.hasParent) {
      if (state === SectorBitmapState.NotPresent) return;
      const message = `sector bitmap of chunk ${chunk}: state ${state} in a disk that has no parent; a payload block may have been written to the wrong entry (UrBackup does so)`;
      this.#add('warning', 'VHDX_BAT_BITMAP_WITHOUT_PARENT', entry, message);
      return;
    }
    if (state === SectorBitmapState.NotPresent && !needed) return;
    const defect = this.#bat.findBitmapDefect(state, fileOffset);
    if (defect === null) this.#occupy(entry, `sector bitmap of chunk ${chunk}`, SECTOR_BITMAP_SIZE, SECTOR_BITMAP_SIZE);
    else
      this.#add(needed ? 'error' : 'warning', defect.code, entry, `sector bitmap of chunk ${chunk}: ${defect.message}`);
  }

  unreadable(error: StorageError, index: number, count: number): void {
    const at = {
      image: this.#parts.name,
      structure: 'BAT',
      offset: this.#bat.region.fileOffset + index * BAT_ENTRY_SIZE,
    };
    this.#report.add(
      'error',
      error.code,
      `BAT entries ${index} to ${index + count - 1}: ${error.message}`,
      at,
      SPEC_BAT,
    );
  }

  #occupy(entry: BatEntry, what: string, length: number, needed: number): void {
    const { fileOffset } = entry;
    if (fileOffset + needed > this.#parts.file.size) {
      const message = `${what}: it ends at ${hex(fileOffset + needed)}, the file at ${hex(this.#parts.file.size)}`;
      this.#add('error', 'VHDX_BLOCK_TRUNCATED', entry, message);
    }
    if (this.#used.mark(fileOffset, length)) {
      const message = `${what} at ${hex(fileOffset)}+${hex(length)} shares its place in the file with another block`;
      this.#add('error', 'VHDX_BAT_OVERLAP', entry, message);
    }
  }

  /** What no entry refers to. */
  finish(): void {
    const { file, name } = this.#parts;
    const total = alignUp(file.size, MIB) / MIB;
    const free = total - this.#used.count;
    const at = { image: name, structure: 'file' };
    if (!this.#used.complete) {
      const message = 'blocks lie too far apart: overlaps among the last of them were not looked for';
      this.#report.add('warning', 'VHDX_CHECK_INCOMPLETE', message, at, SPEC_BAT);
    } else if (free > 0) {
      this.#report.add(
        'info',
        'VHDX_SPACE_UNREFERENCED',
        `${free} MiB of ${total} are referred to by nothing`,
        at,
        SPEC_BAT,
      );
    }
  }

  #add(severity: Finding['severity'], code: ErrorCode, entry: BatEntry, message: string): void {
    this.#report.add(severity, code, message, this.#bat.place(entry.at), SPEC_BAT);
  }
}

const USED_PAGE_BITS = 2 ** 16;
/** 16 MiB of bits in all: twice what a full 64 TiB disk takes. */
const USED_PAGES_MAX = 2048;

/** One bit for each MiB of the file that something occupies; pages are made when touched. */
class UsedMap {
  readonly #pages = new Map<number, Uint32Array>();
  readonly #end: number;
  /** MiB marked. */
  count = 0;
  complete = true;

  constructor(fileSize: number) {
    this.#end = alignUp(fileSize, MIB) / MIB;
  }

  /** Marks a range, clipped to the file; true when part of it was marked already. */
  mark(offset: number, length: number): boolean {
    const end = Math.min(this.#end, (offset + length) / MIB);
    let met = false;
    for (let unit = offset / MIB; unit < end; unit++) {
      const page = this.#page(Math.floor(unit / USED_PAGE_BITS));
      if (page === null) return met;
      const bit = unit % USED_PAGE_BITS;
      const mask = 1 << (bit & 31);
      if ((page[bit >>> 5]! & mask) !== 0) met = true;
      else this.count++;
      page[bit >>> 5]! |= mask;
    }
    return met;
  }

  #page(number: number): Uint32Array | null {
    const held = this.#pages.get(number);
    if (held !== undefined) return held;
    if (this.#pages.size >= USED_PAGES_MAX) {
      this.complete = false;
      return null;
    }
    const page = new Uint32Array(USED_PAGE_BITS / 32);
    this.#pages.set(number, page);
    return page;
  }
}

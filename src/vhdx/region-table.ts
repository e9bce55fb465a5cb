/**
 * The two region tables (MS-VHDX 2.2.3): where the BAT and the metadata are.
 *
 * 1. Table 1 is used when its signature, checksum and count are good, else table 2.
 * 2. The bit Required of the two known regions is not asked for: qemu writes 0.
 * 3. An unknown region is refused when it is required, and ignored when it is not.
 * 4. Accepted regions lie behind the first MiB, inside the file, and share no MiB with each other or with the log.
 */

import { alignUp, bytesEqual, hasAscii, hex } from '../base/bytes.ts';
import { finding } from '../disk/disk-image.ts';
import type { DefectOf, ErrorCode } from '../error-codes.ts';
import { corrupt, type Finding, StorageError, unsupported } from '../errors.ts';
import type { AddressMap } from '../map/address-map.ts';
import { readMap } from '../map/read-map.ts';
import {
  ALIGNMENT,
  decodeRegionEntry,
  decodeRegionTableHeader,
  REGION_ENTRIES_MAX,
  REGION_ENTRY,
  REGION_GUID,
  REGION_TABLE,
  REGION_TABLE_OFFSETS,
  REGION_TABLE_SIGNATURE,
  type RegionEntry,
} from './format.ts';
import { checksumWithout } from './header.ts';

const SPEC = 'MS-VHDX 2.2.3';

/** A stretch of the file that something other than payload occupies. */
export type Structure = { readonly name: string; readonly offset: number; readonly length: number };

export type RegionTable = {
  readonly bat: RegionEntry;
  readonly metadata: RegionEntry;
  /** Every entry of the table in use, unknown ones too. */
  readonly entries: readonly RegionEntry[];
  /** Those that occupy their place; the others are ignored. */
  readonly placed: readonly RegionEntry[];
  /** File offset of the table in use. */
  readonly offset: number;
  /** Reads the second copy, if that was not needed so far, and tells what is wrong with it. */
  readonly compareCopies: () => Finding[];
};

/** A table that was read: of its 64 KiB, header and entries; empty where it has a defect. */
type Copy = { readonly offset: number; readonly bytes: Uint8Array; readonly defect: string | null };

/** Where tables are read to, one after the other: fresh memory for each would cost an open more than the reading does. */
const scratch = new Uint8Array(REGION_TABLE.SIZE);

/**
 * Reads both tables through the log overlay and checks the entries of the one in use against `size`, the length of the
 * file, and `occupied`, which has the log. Throws corrupt or unsupported.
 */
export function readRegionTable(
  file: AddressMap,
  image: string,
  occupied: readonly Structure[],
  findings: Finding[],
): RegionTable {
  const copies = [readCopy(file, REGION_TABLE_OFFSETS[0]!)];
  // The second copy is read at once only when the first is bad; else when somebody asks what is worth telling.
  if (copies[0]!.defect !== null) copies.push(readCopy(file, REGION_TABLE_OFFSETS[1]!));
  const copy = chooseCopy(copies, image, findings);
  const { entryCount, reserved } = decodeRegionTableHeader(copy.bytes);
  if (reserved !== 0) {
    const at = { image, structure: 'region table', offset: copy.offset + REGION_TABLE.reserved };
    const message = `reserved field of the region table: expected 0, found ${hex(reserved)}`;
    findings.push(finding('warning', { code: 'VHDX_REGION_RESERVED', message, at }, SPEC));
  }
  const entries = Array.from({ length: entryCount }, (_, index) => decodeRegionEntry(copy.bytes, index));
  const checker = new RegionChecker(file, image, copy.offset, findings);
  for (const entry of entries) checker.check(entry, occupied);
  return {
    bat: checker.require(REGION_GUID.bat, 'BAT'),
    metadata: checker.require(REGION_GUID.metadata, 'metadata'),
    entries,
    placed: checker.placed,
    offset: copy.offset,
    compareCopies: () => (copies.length > 1 ? [] : compareCopies(file, image)),
  };
}

function readCopy(file: AddressMap, offset: number): Copy {
  const bytes = readTable(file, offset, scratch);
  const defect = bytes instanceof StorageError ? bytes.message : findTableDefect(bytes);
  if (defect !== null || bytes instanceof StorageError) return { offset, bytes: new Uint8Array(0), defect };
  const { entryCount } = decodeRegionTableHeader(bytes);
  return { offset, bytes: bytes.slice(0, REGION_TABLE.ENTRIES + entryCount * REGION_ENTRY.SIZE), defect };
}

/** The table's bytes in `target`, as far as the file has them; the error where the disk refuses them. */
function readTable(file: AddressMap, offset: number, target: Uint8Array): Uint8Array | StorageError {
  try {
    return target.subarray(0, readMap(file, offset, target));
  } catch (error) {
    if (!StorageError.is(error) || error.kind !== 'io') throw error;
    return error;
  }
}

function findTableDefect(bytes: Uint8Array): string | null {
  if (bytes.length < REGION_TABLE.SIZE) return 'the file ends within it';
  if (!hasAscii(bytes, REGION_TABLE.signature, REGION_TABLE_SIGNATURE)) {
    return `signature: expected "${REGION_TABLE_SIGNATURE}"`;
  }
  const computed = checksumWithout(bytes, REGION_TABLE.checksum);
  const { checksum, entryCount } = decodeRegionTableHeader(bytes);
  if (checksum !== computed) return `checksum: expected ${hex(computed)}, found ${hex(checksum)}`;
  return entryCount <= REGION_ENTRIES_MAX ? null : `entry count: at most ${REGION_ENTRIES_MAX}, found ${entryCount}`;
}

function chooseCopy(copies: readonly Copy[], image: string, findings: Finding[]): Copy {
  const good = copies.filter((copy) => copy.defect === null);
  if (good.length === 0) {
    const found = copies.map((copy) => `at ${hex(copy.offset)} ${copy.defect}`).join('; ');
    throw corrupt('VHDX_REGION_TABLES_INVALID', `no valid region table: ${found}`, {
      image,
      structure: 'region table',
      offset: copies[0]!.offset,
      hint: 'without a region table nothing says where the blocks are; use another copy of this image',
    });
  }
  for (const copy of copies) if (copy.defect !== null) findings.push(copyInvalid(copy, image));
  return good[0]!;
}

/** What is to be told of the second copy when the first is good. */
function compareCopies(file: AddressMap, image: string): Finding[] {
  const [usedOffset, offset] = [REGION_TABLE_OFFSETS[0]!, REGION_TABLE_OFFSETS[1]!];
  const copy = readCopy(file, offset);
  if (copy.defect !== null) return [copyInvalid(copy, image)];
  const used = readTable(file, usedOffset, new Uint8Array(REGION_TABLE.SIZE));
  const other = readTable(file, offset, scratch);
  if (used instanceof StorageError || other instanceof StorageError || bytesEqual(used, other)) return [];
  const differs = used.findIndex((byte, i) => byte !== other[i]);
  const at = { image, structure: 'region table', offset: offset + differs };
  const message = `the region tables are both valid and differ from byte ${differs} on; the first one is used`;
  return [finding('warning', { code: 'VHDX_REGION_TABLES_DIFFER', message, at }, SPEC)];
}

function copyInvalid(copy: Copy, image: string): Finding {
  const message = `region table at ${hex(copy.offset)} is not valid (${copy.defect}); the other one is used`;
  const at = { image, structure: 'region table', offset: copy.offset };
  return finding('warning', { code: 'VHDX_REGION_TABLE_INVALID', message, at }, SPEC);
}

/** Judges the entries of one table, in order. */
class RegionChecker {
  readonly #file: AddressMap;
  readonly #image: string;
  readonly #table: number;
  readonly #findings: Finding[];
  readonly #known = new Map<string, RegionEntry>();
  readonly #seen = new Set<string>();
  readonly placed: RegionEntry[] = [];

  constructor(file: AddressMap, image: string, table: number, findings: Finding[]) {
    this.#file = file;
    this.#image = image;
    this.#table = table;
    this.#findings = findings;
  }

  check(entry: RegionEntry, occupied: readonly Structure[]): void {
    const known = entry.guid === REGION_GUID.bat || entry.guid === REGION_GUID.metadata;
    if (this.#seen.has(entry.guid)) throw this.#corrupt(entry, 'DUPLICATE', `region ${entry.guid} is listed twice`);
    this.#seen.add(entry.guid);
    if (!known && entry.required) {
      throw unsupported(
        'VHDX_REGION_UNKNOWN_REQUIRED',
        `the file requires a region that is not known here: ${entry.guid}`,
        this.#at(entry),
      );
    }
    if (entry.reserved !== 0) this.#warn(entry, 'VHDX_REGION_RESERVED', 'reserved bits of a region entry are set');
    const defect = this.#findDefect(entry, occupied);
    if (defect === null) this.placed.push(entry);
    else if (known) throw this.#corrupt(entry, defect.code, defect.message);
    else this.#warn(entry, `VHDX_REGION_${defect.code}`, `unknown region ignored: ${defect.message}`);
    if (known) this.#known.set(entry.guid, entry);
  }

  require(guid: string, name: string): RegionEntry {
    const entry = this.#known.get(guid);
    if (entry !== undefined) return entry;
    throw corrupt('VHDX_REGION_MISSING', `the region table lists no ${name} region`, {
      image: this.#image,
      structure: 'region table',
      offset: this.#table,
    });
  }

  #findDefect(entry: RegionEntry, occupied: readonly Structure[]): RegionDefect | null {
    const { fileOffset, length } = entry;
    if (!(fileOffset >= ALIGNMENT && fileOffset % ALIGNMENT === 0)) {
      return { code: 'MISPLACED', message: `file offset: expected a multiple of 1 MiB, found ${hex(fileOffset)}` };
    }
    if (length === 0 || length % ALIGNMENT !== 0) {
      return { code: 'LENGTH', message: `length: expected a multiple of 1 MiB, found ${hex(length)}` };
    }
    if (!(fileOffset + length <= alignUp(this.#file.size, ALIGNMENT))) {
      const end = `${hex(fileOffset)}+${hex(length)}`;
      return { code: 'PAST_END', message: `it ends at ${end}, the file at ${hex(this.#file.size)}` };
    }
    const placed = this.placed.map((one) => ({ name: `region ${one.guid}`, ...place(one) }));
    const other = [...occupied, ...placed].find((one) => overlaps(one, place(entry)));
    if (other === undefined) return null;
    return { code: 'OVERLAP', message: `${hex(fileOffset)}+${hex(length)} overlaps the ${other.name}` };
  }

  #corrupt(entry: RegionEntry, code: RegionDefect['code'], message: string): StorageError {
    const hint = code === 'PAST_END' ? 'the copy is incomplete; compare its size with the original' : undefined;
    return corrupt(`VHDX_REGION_${code}`, message, { ...this.#at(entry), hint });
  }

  #warn(entry: RegionEntry, code: ErrorCode, message: string): void {
    this.#findings.push(finding('warning', { code, message, at: this.#at(entry) }, SPEC));
  }

  #at(entry: RegionEntry): { image: string; structure: string; offset: number } {
    return { image: this.#image, structure: 'region table', offset: this.#table + entry.at };
  }
}

type RegionDefect = { readonly code: DefectOf<'VHDX_REGION'>; readonly message: string };

function place(entry: RegionEntry): { offset: number; length: number } {
  return { offset: entry.fileOffset, length: entry.length };
}

export function overlaps(
  a: { readonly offset: number; readonly length: number },
  b: { readonly offset: number; readonly length: number },
): boolean {
  return a.offset < b.offset + b.length && b.offset < a.offset + a.length;
}

/**
 * MBR: four entries in the first sector, and a chain of further sectors (EBRs) for logical partitions.
 *
 * Invariants:
 * 1. A logical partition's start counts from its own EBR; the next EBR's start counts from the extended partition.
 * 2. The chain ends at an EBR that was visited, lies outside the extended partition, has no signature, or is the 128th.
 * 3. As in GPT: what begins on the disk is kept, clipped to the disk.
 */

import { hex, viewOf } from '../base/bytes.ts';
import { finding } from '../disk/disk-image.ts';
import type { ErrorCode } from '../error-codes.ts';
import { type Finding, StorageError } from '../errors.ts';
import type { AddressMap } from '../map/address-map.ts';
import { readBytes } from '../map/read-map.ts';
import { overlapsOf } from './gpt-entries.ts';
import type { Partition, PartitionTable } from './partition.ts';
import { MBR_TYPE, mbrTypeName, mbrTypeText } from './partition-types.ts';

export const MBR_SIZE = 512;
const SPEC = 'MBR';
const EBRS_MAX = 128;
const PRIMARY_COUNT = 4;
const ACTIVE = 0x80;

const MBR = {
  // 0: boot code
  diskSignature: 440, // u32
  // 444: u16, 0
  entries: 446, // 4 entries of 16 bytes
  signature: 510, // 55 AA
} as const;
const ENTRY_SIZE = 16;
const ENTRY = {
  status: 0, // u8, 0x80 = active
  // 1: CHS of the first sector, ignored
  type: 4, // u8, 0 = unused
  // 5: CHS of the last sector, ignored
  startLba: 8, // u32
  sectorCount: 12, // u32
} as const;

type MbrEntry = {
  readonly status: number;
  readonly type: number;
  readonly startLba: number;
  readonly sectorCount: number;
};

export type Mbr = {
  readonly hasSignature: boolean;
  readonly diskSignature: number;
  readonly entries: readonly MbrEntry[];
};

/** Decodes an MBR or an EBR, 512 bytes. */
export function decodeMbr(sector: Uint8Array): Mbr {
  const view = viewOf(sector);
  return {
    hasSignature: view.getUint16(MBR.signature) === 0x55aa,
    diskSignature: view.getUint32(MBR.diskSignature, true),
    entries: Array.from({ length: PRIMARY_COUNT }, (_, i) => decodeEntry(view, MBR.entries + i * ENTRY_SIZE)),
  };
}

function decodeEntry(view: DataView, at: number): MbrEntry {
  return {
    status: view.getUint8(at + ENTRY.status),
    type: view.getUint8(at + ENTRY.type),
    startLba: view.getUint32(at + ENTRY.startLba, true),
    sectorCount: view.getUint32(at + ENTRY.sectorCount, true),
  };
}

export function isProtective(mbr: Mbr): boolean {
  return mbr.hasSignature && mbr.entries.some((entry) => entry.type === MBR_TYPE.protective);
}

/** True when the entries look like a partition table and not like the code of a boot sector. */
export function isPartitionTable(mbr: Mbr, diskSize: number, sectorSize: number): boolean {
  const used = mbr.entries.filter(isUsed);
  return (
    mbr.hasSignature &&
    mbr.entries.every((entry) => (entry.status & 0x7f) === 0) &&
    used.some((entry) => entry.startLba > 0 && entry.startLba * sectorSize < diskSize)
  );
}

/** A disk that was initialised and never partitioned. */
export function isEmptyTable(mbr: Mbr): boolean {
  return mbr.hasSignature && mbr.entries.every((entry) => entry.type === 0 && entry.sectorCount === 0);
}

function isUsed(entry: MbrEntry): boolean {
  return entry.type !== 0 && entry.sectorCount > 0;
}

function isExtended(type: number): boolean {
  return type === 0x05 || type === 0x0f || type === 0x85;
}

/** The partitions of an MBR: primary ones numbered by their entries, logical ones from 5. */
export function readMbr(disk: AddressMap, mbr: Mbr, sectorSize: number, image: string): PartitionTable {
  const reader = new MbrReader(disk, sectorSize, image, mbr.diskSignature);
  mbr.entries.forEach((entry, i) => {
    if (isUsed(entry) && !isExtended(entry.type) && entry.type !== MBR_TYPE.protective) reader.add(i + 1, entry, 0);
  });
  for (const entry of mbr.entries) if (isUsed(entry) && isExtended(entry.type)) reader.walk(entry);
  return reader.table();
}

class MbrReader {
  readonly #disk: AddressMap;
  readonly #sectorSize: number;
  readonly #image: string;
  readonly #diskSignature: number;
  readonly #partitions: Partition[] = [];
  readonly #findings: Finding[] = [];
  readonly #visited = new Set<number>();
  #nextLogical = PRIMARY_COUNT + 1;

  constructor(disk: AddressMap, sectorSize: number, image: string, diskSignature: number) {
    this.#disk = disk;
    this.#sectorSize = sectorSize;
    this.#image = image;
    this.#diskSignature = diskSignature;
  }

  table(): PartitionTable {
    for (const [one, other] of overlapsOf(this.#partitions)) {
      const message = `partitions ${one.number} and ${other.number} overlap at ${hex(other.offset)}`;
      this.#report('warning', 'MBR_ENTRIES_OVERLAP', message, 0);
    }
    return {
      scheme: 'mbr',
      sectorSize: this.#sectorSize,
      diskId: this.#diskSignature.toString(16).padStart(8, '0'),
      partitions: this.#partitions,
      findings: this.#findings,
    };
  }

  /** Adds the partition of an entry whose start counts from `base` (LBA). False when it was left out. */
  add(number: number, entry: MbrEntry, base: number): boolean {
    const offset = (base + entry.startLba) * this.#sectorSize;
    const end = offset + entry.sectorCount * this.#sectorSize;
    const { size } = this.#disk;
    const sector = base * this.#sectorSize;
    if (offset === sector || offset >= size) {
      const message = `partition ${number} begins at ${hex(offset)} of a disk of ${hex(size)} bytes: it is left out`;
      this.#report('error', 'MBR_ENTRY_OUTSIDE_DISK', message, sector);
      return false;
    }
    if (end > size) {
      const message = `partition ${number} ends at ${hex(end)}, the disk at ${hex(size)}: its end cannot be read`;
      this.#report('error', 'MBR_ENTRY_CUT_OFF', message, sector);
    }
    this.#partitions.push({
      number,
      type: mbrTypeText(entry.type),
      typeName: mbrTypeName(entry.type),
      guid: volumeGuid(this.#diskSignature, offset),
      name: '',
      offset,
      length: Math.min(end, size) - offset,
      attributes: mbrTypeText(entry.status),
      flags: entry.status === ACTIVE ? ['active'] : [],
    });
    return true;
  }

  /** Follows the chain of EBRs of one extended partition. */
  walk(extended: MbrEntry): void {
    const first = extended.startLba;
    const end = first + extended.sectorCount;
    let lba = first;
    for (;;) {
      const next = this.#readEbr(lba);
      if (next === null) return;
      lba = first + next;
      if (lba >= end) {
        const message = `the chain of logical partitions leads to LBA ${lba}, outside of its extended partition`;
        this.#report('error', 'MBR_CHAIN_OUTSIDE', message, lba * this.#sectorSize);
        return;
      }
    }
  }

  /** Adds the logical partition of the EBR at this LBA; the start of the next one, or null at the end of the chain. */
  #readEbr(lba: number): number | null {
    const offset = lba * this.#sectorSize;
    if (this.#visited.has(lba) || this.#visited.size >= EBRS_MAX) {
      const why = this.#visited.has(lba) ? 'comes back' : `has more than ${EBRS_MAX} sectors and leads`;
      this.#report('error', 'MBR_CHAIN_LOOP', `the chain of logical partitions ${why} to LBA ${lba}`, offset);
      return null;
    }
    this.#visited.add(lba);
    const ebr = this.#tryDecode(offset);
    if (ebr === null) return null;
    for (const entry of ebr.entries) {
      if (isUsed(entry) && !isExtended(entry.type)) this.add(this.#nextLogical++, entry, lba);
    }
    const link = ebr.entries.find((entry) => isUsed(entry) && isExtended(entry.type));
    return link?.startLba ?? null;
  }

  #tryDecode(offset: number): Mbr | null {
    let why = 'lies beyond the disk';
    if (offset + MBR_SIZE <= this.#disk.size) {
      try {
        const ebr = decodeMbr(readBytes(this.#disk, offset, MBR_SIZE));
        if (ebr.hasSignature) return ebr;
        why = 'lacks the signature 55 AA';
      } catch (error) {
        if (!StorageError.isDamage(error)) throw error;
        why = `cannot be read: ${error.message}`;
      }
    }
    this.#report(
      'error',
      'MBR_CHAIN_BROKEN',
      `the chain of logical partitions ends early: EBR at ${hex(offset)} ${why}`,
      offset,
    );
    return null;
  }

  #report(severity: Finding['severity'], code: ErrorCode, message: string, offset: number): void {
    const at = { image: this.#image, structure: offset === 0 ? 'MBR' : 'EBR', offset };
    this.#findings.push(finding(severity, { code, message, at }, SPEC));
  }
}

/**
 * The GUID that Windows 10 and 2016 make for a partition of an MBR disk: the signature, then the partition's byte offset,
 * its eight bytes in the order of memory. A disk without a signature has none.
 */
function volumeGuid(diskSignature: number, offset: number): string | null {
  if (diskSignature === 0) return null;
  const bytes = new Uint8Array(8);
  const view = viewOf(bytes);
  view.setUint32(0, offset % 0x1_0000_0000, true);
  view.setUint32(4, Math.floor(offset / 0x1_0000_0000), true);
  const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${diskSignature.toString(16).padStart(8, '0')}-0000-0000-${digits.slice(0, 4)}-${digits.slice(4)}`;
}

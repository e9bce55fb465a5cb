/**
 * What one dynamic disk says: who it is, and the database of its group.
 *
 * Invariants:
 * 1. The first PRIVHEAD and the first TOCBLOCK that hold count; that it was not the first place is a finding.
 * 2. The database is read whole, once, and is at most CONFIG_SIZE_MAX; records are at most as many as fit into it.
 * 3. A defect of one record costs that record; a lost database costs the volumes, not the name of the disk.
 */

import { hex } from '../base/bytes.ts';
import { finding } from '../disk/disk-image.ts';
import type { ErrorCode } from '../error-codes.ts';
import { corrupt, type Finding, StorageError } from '../errors.ts';
import type { AddressMap } from '../map/address-map.ts';
import { readBytes } from '../map/read-map.ts';
import { type LdmDatabase, readDatabase } from './database.ts';
import {
  decodePrivHead,
  decodeTocBlock,
  PRIVHEAD_SIZE,
  type PrivHead,
  TOCBLOCK_SIZE,
  type TocBitmap,
} from './format.ts';

const SPEC = 'LDM';
/** Windows makes configuration areas of 1 MiB. */
const CONFIG_SIZE_MAX = 4 * 1024 * 1024;
/** Where MBR disks keep the first PRIVHEAD, and how far the others are from the start of the configuration area. */
const MBR_PRIVHEAD_SECTOR = 6;
const CONFIG_PRIVHEAD_SECTOR = 1856;
const MBR_CONFIG_SECTORS = 2048;

export type LdmPlace = {
  /** Of the image, for messages. */
  readonly name: string;
  readonly sectorSize: number;
  /** The LDM metadata partition of a GPT disk, bytes; null on MBR disks. */
  readonly metadata: { readonly offset: number; readonly length: number } | null;
};

export type LdmDisk = {
  /** Of its image. */
  readonly name: string;
  readonly sectorSize: number;
  readonly diskGuid: string;
  readonly groupGuid: string;
  readonly groupName: string;
  /** Bytes: where the area of the volumes begins, and its length. */
  readonly logicalOffset: number;
  readonly logicalLength: number;
  /** Bytes: the area of the database, which no volume may use. */
  readonly configOffset: number;
  readonly configLength: number;
  /** Null where it cannot be read; the findings say why. */
  readonly database: LdmDatabase | null;
  /** Of this disk; those of its database are the database's. */
  readonly findings: readonly Finding[];
};

/** An open disk and what it says of itself. */
export type LdmMember = { readonly disk: AddressMap; readonly facts: LdmDisk };

/** Reads a disk that its partition table calls dynamic; null, with findings, where no PRIVHEAD holds. */
export function readLdmDisk(
  disk: AddressMap,
  place: LdmPlace,
): { readonly found: LdmDisk | null; readonly findings: readonly Finding[] } {
  const findings: Finding[] = [];
  const head = findPrivHead(disk, place, findings);
  if (head === null) return { found: null, findings };
  const { sectorSize, name } = place;
  let database: LdmDatabase | null = null;
  try {
    database = findDatabase(disk, head, place, findings);
  } catch (error) {
    if (!StorageError.isDamage(error)) throw error;
    findings.push(finding('error', error, SPEC));
  }
  if (database !== null && database.groupGuid !== head.groupGuid) {
    const message = `the database is that of group {${database.groupGuid}}, the disk one of {${head.groupGuid}}`;
    findings.push(
      finding('error', { code: 'LDM_GROUP_MISMATCH', message, at: { image: name, structure: 'VMDB' } }, SPEC),
    );
    database = null;
  }
  const found: LdmDisk = {
    name,
    sectorSize,
    diskGuid: head.diskGuid!,
    groupGuid: head.groupGuid!,
    groupName: head.groupName,
    logicalOffset: head.logicalStart * sectorSize,
    logicalLength: head.logicalSize * sectorSize,
    configOffset: head.configStart * sectorSize,
    configLength: head.configSize * sectorSize,
    database,
    findings,
  };
  return { found, findings };
}

/** Bytes at which a PRIVHEAD may stand, the first one first. */
function privHeadPlaces(disk: AddressMap, { sectorSize, metadata }: LdmPlace): number[] {
  const end = disk.size - (disk.size % sectorSize);
  const [configStart, ...places] =
    metadata === null
      ? [end - MBR_CONFIG_SECTORS * sectorSize, MBR_PRIVHEAD_SECTOR * sectorSize, end - sectorSize]
      : [metadata.offset, metadata.offset + metadata.length - sectorSize];
  places.push(configStart! + CONFIG_PRIVHEAD_SECTOR * sectorSize);
  return places.filter((offset) => offset >= 0 && offset + PRIVHEAD_SIZE <= disk.size);
}

function findPrivHead(disk: AddressMap, place: LdmPlace, findings: Finding[]): PrivHead | null {
  const defects: StorageError[] = [];
  for (const offset of privHeadPlaces(disk, place)) {
    const head = orDamage(() => readPrivHead(disk, offset, place));
    if (StorageError.is(head)) {
      defects.push(head);
      continue;
    }
    if (defects.length > 0) {
      const message = `the copy of PRIVHEAD at ${hex(offset)} stands in: ${defects.map((defect) => defect.message).join('; ')}`;
      const at = { image: place.name, structure: 'PRIVHEAD', offset };
      findings.push(finding('warning', { code: 'LDM_PRIVHEAD_BACKUP_USED', message, at }, SPEC));
    }
    return head;
  }
  for (const defect of defects) findings.push(finding('error', defect, SPEC));
  const message = 'the partition table calls the disk dynamic (LDM), but no copy of its private header can be used';
  const at = { image: place.name, structure: 'PRIVHEAD' };
  findings.push(finding('error', { code: 'LDM_PRIVHEAD_MISSING', message, at }, SPEC));
  return null;
}

function readPrivHead(disk: AddressMap, offset: number, { name, sectorSize }: LdmPlace): PrivHead {
  const head = decodePrivHead(readBytes(disk, offset, PRIVHEAD_SIZE));
  const defect = (code: ErrorCode, what: string): StorageError =>
    corrupt(code, `PRIVHEAD at ${hex(offset)} ${what}`, { image: name, structure: 'PRIVHEAD', offset });
  if (!head.hasSignature) throw defect('LDM_PRIVHEAD_SIGNATURE', 'has no signature');
  if (head.versionMajor !== 2) {
    throw defect(
      'LDM_PRIVHEAD_VERSION',
      `has version ${head.versionMajor}.${head.versionMinor}, expected 2.11 or 2.12`,
    );
  }
  if (head.diskGuid === null || head.groupGuid === null) {
    throw defect('LDM_PRIVHEAD_GUID', 'does not name its disk and its group by GUIDs');
  }
  const { logicalStart, logicalSize } = head;
  if (
    !(logicalStart * sectorSize < disk.size && (logicalStart + logicalSize) * sectorSize <= Number.MAX_SAFE_INTEGER)
  ) {
    const end = hex(logicalStart + logicalSize);
    throw defect('LDM_PRIVHEAD_RANGE', `puts the volumes at sectors ${hex(logicalStart)} to ${end}, beyond the disk`);
  }
  return head;
}

function findDatabase(disk: AddressMap, head: PrivHead, place: LdmPlace, findings: Finding[]): LdmDatabase {
  const { name, sectorSize } = place;
  const start = head.configStart * sectorSize;
  const length = head.configSize * sectorSize;
  const at = { image: name, structure: 'TOCBLOCK', offset: start };
  if (!(length > 0 && length <= CONFIG_SIZE_MAX)) {
    throw corrupt('LDM_CONFIG_SIZE', `PRIVHEAD gives the database ${hex(length)} bytes`, at);
  }
  if (!(start + length <= disk.size)) {
    throw corrupt(
      'LDM_DATABASE_MISSING',
      `the database would end at ${hex(start + length)}, the disk at ${hex(disk.size)}`,
      {
        ...at,
        hint: 'the image is cut off: compare its size with the original; another disk of the group has the same database (--disk)',
      },
    );
  }
  const config = readBytes(disk, start, length);
  const sectors = head.configSize;
  const copies = [1, 2, sectors - 3, sectors - 2].filter((sector) => sector > 0 && sector < sectors);
  for (const [index, sector] of copies.entries()) {
    const offset = sector * sectorSize;
    if (offset + TOCBLOCK_SIZE > config.length) continue;
    const area = decodeTocBlock(config.subarray(offset, offset + TOCBLOCK_SIZE))?.find((one) => one.name === 'config');
    if (area === undefined || !isInside(area, sectors)) continue;
    if (index > 0) {
      const message = `the table of contents at ${hex(start + offset)} stands in for ${index} that cannot be used`;
      const where = { image: name, structure: 'TOCBLOCK', offset: start + offset };
      findings.push(finding('warning', { code: 'LDM_TOCBLOCK_BACKUP_USED', message, at: where }, SPEC));
    }
    const from = area.start * sectorSize;
    return readDatabase(config.subarray(from, from + area.size * sectorSize), { name, offset: start + from });
  }
  throw corrupt('LDM_TOCBLOCK_MISSING', `no table of contents can be used in the configuration area at ${hex(start)}`, {
    ...at,
    hint: 'another disk of the group has the same database: give it with --disk',
  });
}

function isInside({ start, size }: TocBitmap, sectors: number): boolean {
  return size > 0 && start + size <= sectors;
}

function orDamage<T>(read: () => T): T | StorageError {
  try {
    return read();
  } catch (error) {
    if (StorageError.isDamage(error)) return error;
    throw error;
  }
}

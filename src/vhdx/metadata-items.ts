/**
 * The items that describe the virtual disk (MS-VHDX 2.6.2).
 *
 * 1. Block size, virtual size and logical sector size are needed to read and must be right.
 * 2. The virtual disk id and the physical sector size are not needed: missing or odd, they are told and passed over.
 */

import { getU64, hex, isPowerOfTwo, MIB, TIB, viewOf } from '../base/bytes.ts';
import { getGuid } from '../base/guid.ts';
import { finding } from '../disk/disk-image.ts';
import type { DefectOf } from '../error-codes.ts';
import { corrupt, type Finding, type StorageError } from '../errors.ts';
import { decodeFileParameters, METADATA_ITEM } from './format.ts';
import type { MetadataTable } from './metadata-table.ts';

const SPEC = 'MS-VHDX 2.6.2';
export const VIRTUAL_SIZE_MAX = 64 * TIB;
const BLOCK_SIZE_MIN = MIB;
const BLOCK_SIZE_MAX = 256 * MIB;

export type DiskParameters = {
  readonly blockSize: number;
  readonly leaveBlockAllocated: boolean;
  readonly hasParent: boolean;
  readonly virtualDiskSize: number;
  readonly logicalSectorSize: number;
  readonly physicalSectorSize: number | null;
  readonly virtualDiskId: string | null;
};

/** Reads and checks the items. Throws corrupt when one that is needed is missing or wrong. */
export function readDiskParameters(table: MetadataTable, findings: Finding[]): DiskParameters {
  const file = decodeFileParameters(required(table, METADATA_ITEM.fileParameters, 'file parameters', 8));
  const size = getU64(viewOf(required(table, METADATA_ITEM.virtualDiskSize, 'virtual disk size', 8)), 0);
  const sector = viewOf(required(table, METADATA_ITEM.logicalSectorSize, 'logical sector size', 4)).getUint32(0, true);
  const fail = (itemId: string, code: DefectOf<'VHDX_METADATA'>, message: string): StorageError =>
    corrupt(`VHDX_METADATA_${code}`, message, table.at(table.item(itemId)?.entry.offset ?? 0));

  if (!isPowerOfTwo(file.blockSize) || file.blockSize < BLOCK_SIZE_MIN || file.blockSize > BLOCK_SIZE_MAX) {
    const message = `block size: expected a power of two from 1 to 256 MiB, found ${hex(file.blockSize)}`;
    throw fail(METADATA_ITEM.fileParameters, 'BLOCK_SIZE', message);
  }
  if (sector !== 512 && sector !== 4096) {
    const message = `logical sector size: expected 512 or 4096, found ${sector}`;
    throw fail(METADATA_ITEM.logicalSectorSize, 'SECTOR_SIZE', message);
  }
  if (!(size > 0 && size <= VIRTUAL_SIZE_MAX && size % sector === 0)) {
    const message = `virtual disk size: expected a multiple of ${sector} up to 64 TiB, found ${hex(size)}`;
    throw fail(METADATA_ITEM.virtualDiskSize, 'VIRTUAL_SIZE', message);
  }
  const warn = (code: DefectOf<'VHDX_METADATA'>, message: string): void => {
    const at = { image: table.at(0).image, structure: 'metadata', offset: table.at(0).offset };
    findings.push(finding('warning', { code: `VHDX_METADATA_${code}`, message, at }, SPEC));
  };
  if (file.reserved !== 0)
    warn('RESERVED', `reserved bits of the file parameters are set: ${hex(file.reserved >>> 0)}`);
  for (const entry of table.entries) {
    if (entry.isUser || !(entry.itemId in IS_VIRTUAL_DISK)) continue;
    if (entry.isVirtualDisk === IS_VIRTUAL_DISK[entry.itemId]) continue;
    warn('FLAGS', `metadata item ${entry.itemId}: flag IsVirtualDisk is ${entry.isVirtualDisk}`);
  }
  return {
    blockSize: file.blockSize,
    leaveBlockAllocated: file.leaveBlockAllocated,
    hasParent: file.hasParent,
    virtualDiskSize: size,
    logicalSectorSize: sector,
    physicalSectorSize: readPhysicalSectorSize(table, warn),
    virtualDiskId: readVirtualDiskId(table, warn),
  };
}

/** What the flag says for the items that every file has. */
const IS_VIRTUAL_DISK: Readonly<Record<string, boolean>> = {
  [METADATA_ITEM.fileParameters]: false,
  [METADATA_ITEM.virtualDiskSize]: true,
  [METADATA_ITEM.virtualDiskId]: true,
  [METADATA_ITEM.logicalSectorSize]: true,
  [METADATA_ITEM.physicalSectorSize]: true,
};

type Warn = (code: DefectOf<'VHDX_METADATA'>, message: string) => void;

function required(table: MetadataTable, itemId: string, name: string, length: number): Uint8Array {
  const bytes = table.itemOf(itemId, name, length);
  if (bytes !== null) return bytes;
  throw corrupt('VHDX_METADATA_MISSING', `the metadata table lists no ${name} (${itemId})`, table.at(0));
}

function readPhysicalSectorSize(table: MetadataTable, warn: Warn): number | null {
  const item = table.item(METADATA_ITEM.physicalSectorSize);
  if (item === null || item.bytes.length !== 4) {
    warn('PHYSICAL_SECTOR_SIZE', 'the physical sector size is missing or of a wrong length');
    return null;
  }
  const size = viewOf(item.bytes).getUint32(0, true);
  if (size !== 512 && size !== 4096) {
    warn('PHYSICAL_SECTOR_SIZE', `physical sector size: expected 512 or 4096, found ${size}`);
  }
  return size;
}

function readVirtualDiskId(table: MetadataTable, warn: Warn): string | null {
  const item = table.item(METADATA_ITEM.virtualDiskId);
  if (item !== null && item.bytes.length === 16) return getGuid(item.bytes, 0);
  warn('VIRTUAL_DISK_ID', 'the virtual disk id is missing or of a wrong length');
  return null;
}

/**
 * The boot sector: geometry of the volume.
 *
 * Invariants of an accepted one:
 * 1. Sectors of 256 to 4096 bytes, clusters of a power of two up to 2 MiB, records and index blocks of 512 B to 64 KiB.
 * 2. The file table's first cluster lies inside the volume.
 * 3. A copy of the boot sector is the last sector of the partition, just behind `totalSectors`.
 */

import { getU64, hasAscii, hex, isPowerOfTwo, MIB, viewOf } from '../base/bytes.ts';
import type { DefectOf, ErrorCode } from '../error-codes.ts';
import { corrupt, StorageError } from '../errors.ts';
import type { AddressMap } from '../map/address-map.ts';
import { readBytes } from '../map/read-map.ts';
import type { Geometry } from './volume-context.ts';

export const BOOT_SECTOR_SIZE = 512;
const CLUSTER_SIZE_MAX = 2 * MIB;
const BLOCK_SIZE_MIN = 512;
const BLOCK_SIZE_MAX = 65_536;

const BOOT = {
  jump: 0,
  oemId: 3,
  bytesPerSector: 11,
  sectorsPerCluster: 13,
  reserved: 14,
  media: 21,
  sectorsPerTrack: 24,
  heads: 26,
  hiddenSectors: 28,
  driveFlags: 36,
  totalSectors: 40,
  mftLcn: 48,
  mirrorLcn: 56,
  recordSize: 64,
  indexBlockSize: 68,
  serial: 72,
  checksum: 80,
  signature: 510,
} as const;

const OEM_ID = 'NTFS    ';
const SIGNATURE = 0xaa55;

export type BootSector = {
  readonly hasOemId: boolean;
  readonly signature: number;
  readonly bytesPerSector: number;
  readonly sectorsPerCluster: number;
  readonly totalSectors: number;
  readonly mftLcn: number;
  readonly mirrorLcn: number;
  /** Signed codes: clusters when positive, 2^-code bytes when negative. */
  readonly recordSizeCode: number;
  readonly indexBlockSizeCode: number;
  readonly serial: string;
};

export function decodeBootSector(bytes: Uint8Array): BootSector {
  const view = viewOf(bytes);
  return {
    hasOemId: hasAscii(bytes, BOOT.oemId, OEM_ID),
    signature: view.getUint16(BOOT.signature, true),
    bytesPerSector: view.getUint16(BOOT.bytesPerSector, true),
    sectorsPerCluster: sectorsPerCluster(view.getUint8(BOOT.sectorsPerCluster)),
    totalSectors: getU64(view, BOOT.totalSectors),
    mftLcn: getU64(view, BOOT.mftLcn),
    mirrorLcn: getU64(view, BOOT.mirrorLcn),
    recordSizeCode: view.getInt8(BOOT.recordSize),
    indexBlockSizeCode: view.getInt8(BOOT.indexBlockSize),
    serial: hexDigits(view.getUint32(BOOT.serial + 4, true)) + hexDigits(view.getUint32(BOOT.serial, true)),
  };
}

/** Up to 0x80 as it is; 0xF4 to 0xFF are exponents: 2^(256 - byte). Powers are computed, never shifted: 1 << 32 is 1. */
function sectorsPerCluster(byte: number): number {
  return byte >= 0xf4 ? 2 ** (256 - byte) : byte;
}

function blockSize(code: number, clusterSize: number): number {
  return code > 0 ? code * clusterSize : 2 ** -code;
}

function hexDigits(value: number): string {
  return value.toString(16).toUpperCase().padStart(8, '0');
}

type Defect = { readonly code: ErrorCode; readonly message: string; readonly field: number };

/** The first rule this boot sector breaks, or null. */
export function findBootDefect(boot: BootSector): Defect | null {
  const defect = (name: DefectOf<'NTFS_BOOT'>, message: string, field: number): Defect => ({
    code: `NTFS_BOOT_${name}`,
    message,
    field,
  });
  if (!boot.hasOemId) return defect('SIGNATURE', 'no "NTFS    " at byte 3 of the boot sector', BOOT.oemId);
  if (boot.signature !== SIGNATURE) {
    return defect('SIGNATURE', `boot signature: expected 0xaa55, found ${hex(boot.signature)}`, BOOT.signature);
  }
  const { bytesPerSector, totalSectors } = boot;
  if (!isPowerOfTwo(bytesPerSector) || bytesPerSector < 256 || bytesPerSector > 4096) {
    return defect(
      'SECTOR_SIZE',
      `bytes per sector: expected 256 to 4096, found ${bytesPerSector}`,
      BOOT.bytesPerSector,
    );
  }
  const clusterSize = bytesPerSector * boot.sectorsPerCluster;
  if (!isPowerOfTwo(clusterSize) || clusterSize > CLUSTER_SIZE_MAX) {
    const message = `cluster size: expected a power of two up to 2 MiB, found ${clusterSize} bytes`;
    return defect('CLUSTER_SIZE', message, BOOT.sectorsPerCluster);
  }
  if (!(totalSectors >= 1 && totalSectors * bytesPerSector <= Number.MAX_SAFE_INTEGER)) {
    return defect('SIZE', `total sectors: expected 1 to 2^53 bytes in all, found ${totalSectors}`, BOOT.totalSectors);
  }
  const clusters = Math.floor(totalSectors / boot.sectorsPerCluster);
  if (!(boot.mftLcn >= 1 && boot.mftLcn < clusters)) {
    const message = `$MFT cluster: expected 0x1 to ${hex(clusters - 1)}, found ${hex(boot.mftLcn)}`;
    return defect('MFT_LOCATION', message, BOOT.mftLcn);
  }
  const recordSize = blockSize(boot.recordSizeCode, clusterSize);
  if (!isBlockSize(recordSize)) {
    return defect('RECORD_SIZE', `file record size: expected 512 B to 64 KiB, found ${recordSize}`, BOOT.recordSize);
  }
  const indexSize = blockSize(boot.indexBlockSizeCode, clusterSize);
  if (!isBlockSize(indexSize)) {
    const message = `index block size: expected 512 B to 64 KiB, found ${indexSize}`;
    return defect('INDEX_BLOCK_SIZE', message, BOOT.indexBlockSize);
  }
  return null;
}

/** Sizes that records and index blocks may have. */
export function isBlockSize(size: number): boolean {
  return isPowerOfTwo(size) && size >= BLOCK_SIZE_MIN && size <= BLOCK_SIZE_MAX;
}

/** The geometry of a boot sector without defect. */
export function geometryOf(boot: BootSector): Geometry {
  const clusterSize = boot.bytesPerSector * boot.sectorsPerCluster;
  return {
    bytesPerSector: boot.bytesPerSector,
    clusterSize,
    clusterCount: Math.floor(boot.totalSectors / boot.sectorsPerCluster),
    size: boot.totalSectors * boot.bytesPerSector,
    mftLcn: boot.mftLcn,
    mirrorLcn: boot.mirrorLcn,
    recordSize: blockSize(boot.recordSizeCode, clusterSize),
    indexBlockSize: blockSize(boot.indexBlockSizeCode, clusterSize),
    serial: boot.serial,
  };
}

/** The geometry that the boot sector at this byte of the volume gives, or the error that says why it gives none. */
export function readGeometry(volume: AddressMap, name: string, offset: number, what: string): Geometry | StorageError {
  const place = { image: name, structure: what };
  if (!(offset >= 0 && offset + BOOT_SECTOR_SIZE <= volume.size)) {
    return corrupt('NTFS_BOOT_TRUNCATED', `the volume of ${volume.size} bytes ends before its ${what}`, {
      ...place,
      offset,
      hint: 'check that this is a whole volume, not a disk with partitions',
    });
  }
  let boot: BootSector;
  try {
    boot = decodeBootSector(readBytes(volume, offset, BOOT_SECTOR_SIZE));
  } catch (error) {
    if (StorageError.isDamage(error)) return error;
    throw error;
  }
  const defect = findBootDefect(boot);
  if (defect === null) return geometryOf(boot);
  return corrupt(defect.code, `${what}: ${defect.message}`, { ...place, offset: offset + defect.field });
}

/** Where copies of the boot sector may stand when the first is bad: the last sector, of 512 and of 4096 bytes. */
export function backupBootOffsets(volume: AddressMap): number[] {
  const offsets = [512, 4096].map((sector) => Math.floor(volume.size / 512) * 512 - sector);
  return offsets.filter((offset) => offset >= BOOT_SECTOR_SIZE);
}

/** True when the first boot sector or its backup is one of NTFS. */
export function isNtfs(volume: AddressMap): boolean {
  return [0, ...backupBootOffsets(volume)].some(
    (offset) => !StorageError.is(readGeometry(volume, 'volume', offset, 'boot sector')),
  );
}

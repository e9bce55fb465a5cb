/**
 * Disks with a GPT or an MBR, made from the formats' descriptions; shares nothing with src. Every part can be damaged
 * afterwards: the result is plain bytes, small (a few MiB at most).
 */

import { crc32 } from 'node:zlib';

type GptPartitionSpec = {
  /** Type and unique GUID as 16 bytes in hex, in the order of the disk. */
  readonly type: string;
  readonly guid: string;
  readonly first: number;
  readonly last: number;
  readonly attributes?: bigint;
  readonly name?: string;
};

export type GptSpec = {
  readonly sectorSize: number;
  readonly sectors: number;
  readonly diskGuid?: string;
  readonly partitions: readonly GptPartitionSpec[];
  readonly entries?: number;
  readonly entrySize?: number;
  /** LBA of the backup header; the last one unless the disk was expanded. */
  readonly backupLba?: number;
  readonly protective?: boolean;
};

export const BASIC_DATA = 'a2a0d0ebe5b9334487c068b6b72699c7';

/** A disk with a protective MBR, a primary and a backup GPT. */
export function buildGptDisk(spec: GptSpec): Buffer {
  const { sectorSize, sectors } = spec;
  const disk = Buffer.alloc(sectorSize * sectors);
  if (spec.protective !== false) writeMbr(disk, 0, [{ type: 0xee, start: 1, count: sectors - 1 }]);
  const entrySize = spec.entrySize ?? 128;
  const array = Buffer.alloc((spec.entries ?? 128) * entrySize);
  spec.partitions.forEach((partition, i) => {
    const at = i * entrySize;
    Buffer.from(partition.type, 'hex').copy(array, at);
    Buffer.from(partition.guid, 'hex').copy(array, at + 16);
    array.writeBigUInt64LE(BigInt.asUintN(64, BigInt(partition.first)), at + 32);
    array.writeBigUInt64LE(BigInt.asUintN(64, BigInt(partition.last)), at + 40);
    array.writeBigUInt64LE(partition.attributes ?? 0n, at + 48);
    array.write((partition.name ?? '').slice(0, 36), at + 56, 'utf16le');
  });
  const arraySectors = Math.ceil(array.length / sectorSize);
  const backupLba = spec.backupLba ?? sectors - 1;
  const places = { first: 2 + arraySectors, last: backupLba - arraySectors - 1 };
  array.copy(disk, 2 * sectorSize);
  array.copy(disk, (backupLba - arraySectors) * sectorSize);
  writeHeader(disk, spec, array, 1, backupLba, 2, places);
  writeHeader(disk, spec, array, backupLba, 1, backupLba - arraySectors, places);
  return disk;
}

function writeHeader(
  disk: Buffer,
  spec: GptSpec,
  array: Buffer,
  lba: number,
  other: number,
  arrayLba: number,
  usable: { first: number; last: number },
): void {
  const header = disk.subarray(lba * spec.sectorSize, (lba + 1) * spec.sectorSize);
  header.write('EFI PART', 0, 'latin1');
  header.writeUInt32LE(0x10000, 8);
  header.writeUInt32LE(92, 12);
  header.writeBigUInt64LE(BigInt(lba), 24);
  header.writeBigUInt64LE(BigInt(other), 32);
  header.writeBigUInt64LE(BigInt(usable.first), 40);
  header.writeBigUInt64LE(BigInt(usable.last), 48);
  Buffer.from(spec.diskGuid ?? '00112233445566778899aabbccddeeff', 'hex').copy(header, 56);
  header.writeBigUInt64LE(BigInt(arrayLba), 72);
  header.writeUInt32LE(spec.entries ?? 128, 80);
  header.writeUInt32LE(spec.entrySize ?? 128, 84);
  header.writeUInt32LE(crc32(array), 88);
  sealGptHeader(header);
}

/** Makes the CRC of a header fit again after a change: `header` begins at it. */
export function sealGptHeader(header: Buffer): void {
  header.writeUInt32LE(0, 16);
  header.writeUInt32LE(crc32(header.subarray(0, Math.min(header.length, header.readUInt32LE(12)))), 16);
}

export type MbrEntrySpec = {
  readonly type: number;
  readonly start: number;
  readonly count: number;
  readonly status?: number;
};

/** Writes an MBR or EBR sector at a byte offset. */
export function writeMbr(disk: Buffer, offset: number, entries: readonly MbrEntrySpec[], signature = 0): void {
  if (signature !== 0) disk.writeUInt32LE(signature, offset + 440);
  entries.forEach((entry, i) => {
    const at = offset + 446 + 16 * i;
    disk[at] = entry.status ?? 0;
    disk[at + 4] = entry.type;
    disk.writeUInt32LE(entry.start, at + 8);
    disk.writeUInt32LE(entry.count, at + 12);
  });
  disk.writeUInt16BE(0x55aa, offset + 510);
}

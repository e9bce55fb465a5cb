/**
 * Goal: every volume is named by its signature, and nothing else is. Method: signatures at the offsets of the formats'
 * descriptions in otherwise empty volumes, then real boot sectors and real images.
 */

import { describe, expect, it } from 'vitest';
import { MemoryFile } from '../../../src/io/memory-file.ts';
import { FileMap } from '../../../src/map/maps.ts';
import {
  identifyVolume as identify,
  isNtfs,
  plainName,
  type VolumeKind,
} from '../../../src/partition/identify-volume.ts';
import { Random } from '../../support/random.ts';

/** The shorter question has to have the same answer. */
const identifyVolume: typeof identify = (volume, type) => {
  const identity = identify(volume, type);
  expect(isNtfs(volume, type)).toBe(identity.kind === 'ntfs');
  return identity;
};

const SIZE = 256 * 1024;

type Patch = readonly [offset: number, bytes: string | readonly number[]];

function volume(...patches: Patch[]): FileMap {
  const bytes = Buffer.alloc(SIZE);
  for (const [offset, content] of patches) Buffer.from(content as string, 'latin1').copy(bytes, offset);
  return new FileMap(new MemoryFile(bytes));
}

const BOOT_END: Patch = [510, [0x55, 0xaa]];
const fat = (...patches: Patch[]) =>
  volume([0, [0xeb, 0x3c, 0x90]], [3, 'MSDOS5.0'], [11, [0, 2, 8, 1, 0, 2]], BOOT_END, ...patches);
const TO_GO_GUID = [0x3b, 0xd6, 0x67, 0x49, 0x29, 0x2e, 0xd8, 0x4a, 0x83, 0x99, 0xf6, 0xa3, 0x39, 0xe3, 0xd0, 0x01];

describe('identifyVolume', () => {
  it.each<[string, FileMap, object]>([
    ['NTFS', volume([3, 'NTFS    '], BOOT_END), { kind: 'ntfs' }],
    ['ReFS', volume([3, 'ReFS\0\0\0\0'], [16, 'FSRS'], [40, [3, 14]]), { kind: 'refs', detail: 'version 3.14' }],
    [
      'BitLocker',
      volume([0, [0xeb, 0x58, 0x90]], [3, '-FVE-FS-']),
      { kind: 'bitlocker', detail: 'Windows 7 or newer' },
    ],
    ['BitLocker of Vista', volume([0, [0xeb, 0x52, 0x90]], [3, '-FVE-FS-']), { kind: 'bitlocker', detail: 'Vista' }],
    [
      'BitLocker To Go',
      fat([3, 'MSWIN4.1'], [82, 'FAT32   '], [424, TO_GO_GUID]),
      { kind: 'bitlocker', detail: 'BitLocker To Go' },
    ],
    ['exFAT', volume([3, 'EXFAT   '], BOOT_END), { kind: 'exfat' }],
    ['FAT12', fat([54, 'FAT12   '], [43, 'NO NAME    ']), { kind: 'fat12' }],
    ['FAT16', fat([54, 'FAT16   '], [43, 'MY DISK    ']), { kind: 'fat16', label: 'MY DISK' }],
    ['FAT32', fat([82, 'FAT32   '], [71, 'BACKUP     ']), { kind: 'fat32', label: 'BACKUP' }],
    ['ext2', volume([1080, [0x53, 0xef]], [1144, 'data\0rest']), { kind: 'ext', label: 'data', detail: 'ext2' }],
    ['ext3', volume([1080, [0x53, 0xef]], [1116, [4]]), { kind: 'ext', detail: 'ext3' }],
    ['ext4', volume([1080, [0x53, 0xef]], [1116, [4]], [1120, [0x40]]), { kind: 'ext', detail: 'ext4' }],
    ['XFS', volume([0, 'XFSB'], [108, 'scratch']), { kind: 'xfs', label: 'scratch' }],
    ['Btrfs', volume([65_600, '_BHRfS_M'], [65_536 + 0x12b, 'pool']), { kind: 'btrfs', label: 'pool' }],
    ['LVM', volume([512, 'LABELONE'], [536, 'LVM2 001']), { kind: 'lvm' }],
    ['swap', volume([4086, 'SWAPSPACE2']), { kind: 'swap' }],
    ['nothing', volume(), { kind: 'empty' }],
    ['something else', volume([100, 'x']), { kind: 'unknown' }],
  ])('names %s', (_, map, identity) => {
    expect(identifyVolume(map)).toEqual(identity);
  });

  it.each([512, 4096])('names NTFS by its backup boot sector in the last %d bytes', (sectorSize) => {
    const at = SIZE - sectorSize;
    const backup: Patch[] = [
      [at + 3, 'NTFS    '],
      [at + 510, [0x55, 0xaa]],
    ];
    const detail = 'only the backup boot sector is intact';
    expect(identifyVolume(volume(...backup))).toEqual({ kind: 'ntfs', detail });
    expect(identifyVolume(volume([0, 'garbage'], ...backup))).toEqual({ kind: 'ntfs', detail });
    // another file system was made where an NTFS had been
    expect(identifyVolume(volume([1080, [0x53, 0xef]], ...backup)).kind).toBe('ext');
  });

  it.each([
    ['5808c8aa-7e8f-42e0-85d2-e1e90434cfb3', 'ldm'],
    ['af9b60a0-1431-4f62-bc68-3311714a69ad', 'ldm'],
    ['0x42', 'ldm'],
    ['e75caf8f-f680-4cee-afa3-b001e56efc2d', 'storage-spaces'],
    ['0xe7', 'storage-spaces'],
    ['ebd0a0a2-b9e5-4433-87c0-68b6b72699c7', 'empty'],
  ])('goes by the partition type %s where members of pools have no signature', (type, kind) => {
    expect(identifyVolume(volume(), type).kind).toBe(kind);
  });

  it('says something to the user for every kind', () => {
    const kinds: VolumeKind[] = [
      'ntfs',
      'refs',
      'bitlocker',
      'ldm',
      'storage-spaces',
      'lvm',
      'swap',
      'empty',
      'unknown',
    ];
    for (const kind of kinds) expect(plainName(kind).length).toBeGreaterThan(3);
    expect(plainName('bitlocker')).toContain('recovery key');
  });

  it('takes tiny volumes and noise without throwing', () => {
    const random = new Random();
    for (let size = 0; size < 3000; size += 37) {
      expect(() => identifyVolume(new FileMap(new MemoryFile(random.bytes(size))))).not.toThrow();
    }
    expect(identifyVolume(new FileMap(new MemoryFile(new Uint8Array(0)))).kind).toBe('empty');
  });
});

/**
 * Goal: partition tables of other programs are read as other programs read them. Method: real disks, with the ranges that
 * mmls (The Sleuth Kit) printed for them; real boot sectors of foreign volumes.
 */

import { describe, expect, it } from 'vitest';
import { DiskFile } from '../../../src/io/disk-file.ts';
import { MemoryFile } from '../../../src/io/memory-file.ts';
import type { AddressMap } from '../../../src/map/address-map.ts';
import { FileMap, SliceMap } from '../../../src/map/maps.ts';
import { identifyVolume } from '../../../src/partition/identify-volume.ts';
import { readPartitionTable } from '../../../src/partition/partition-table.ts';
import { VhdFile } from '../../../src/vhd/vhd-file.ts';
import { VhdxFile } from '../../../src/vhdx/vhdx-file.ts';
import { fixturesRoot, fixturesTitle, readFixture, unpackFixture } from '../../support/fixtures.ts';

const open = (path: string) => new FileMap(new DiskFile(unpackFixture(path)));
const options = { name: 'disk', openParent: () => expect.fail('no parent') };

/** Number, first sector, sectors of each partition. */
const rangesOf = (disk: AddressMap) =>
  readPartitionTable(disk, { name: 'disk', sectorSize: 512 }).partitions.map(({ number, offset, length }) => [
    number,
    offset / 512,
    length / 512,
  ]);

const identitiesOf = (disk: AddressMap) =>
  readPartitionTable(disk, { name: 'disk', sectorSize: 512 }).partitions.map(
    ({ offset, length, type }) => identifyVolume(new SliceMap(disk, offset, length), type).kind,
  );

describe.skipIf(fixturesRoot() === null)(fixturesTitle('partition tables of real disks'), () => {
  it('gpt-512-0p: a GPT without partitions', () => {
    const table = readPartitionTable(open('ntfs/dfir_ntfs/gpt-512-0p.raw.gz'), { name: 'disk', sectorSize: 512 });
    expect(table).toMatchObject({ scheme: 'gpt', sectorSize: 512, partitions: [], findings: [] });
  });

  it('gpt-512-3p: three partitions', () => {
    const disk = open('ntfs/dfir_ntfs/gpt-512-3p.raw.gz');
    expect(rangesOf(disk)).toEqual([
      [1, 34, 31],
      [2, 65, 64],
      [3, 129, 1886],
    ]);
    const table = readPartitionTable(disk, { name: 'disk', sectorSize: 4096 }); // under a wrong claim too
    expect(table.partitions.map(({ typeName }) => typeName)).toEqual([
      'Linux file system',
      'Linux file system',
      'EFI system',
    ]);
    expect(table.findings).toEqual([]);
  });

  it('mbr-win-512: three primary and four logical partitions', () => {
    expect(rangesOf(open('ntfs/dfir_ntfs/mbr-win-512.raw.tgz'))).toEqual([
      [1, 128, 16_384],
      [2, 16_512, 16_384],
      [3, 32_896, 16_384],
      [5, 49_408, 16_384],
      [6, 65_920, 16_384],
      [7, 82_432, 16_384],
      [8, 98_944, 417_792],
    ]);
  });

  it('an NTFS partition of Windows in a VHD', () => {
    const disk = VhdFile.open(open('vhdx/dissect/dynamic.vhd.gz'), options);
    expect(rangesOf(disk).map(([number, first]) => [number, first])).toEqual([[1, 128]]);
    expect(identitiesOf(disk)).toEqual(['ntfs']);
  });

  it('an ext volume that is a whole disk', () => {
    const disk = VhdFile.open(open('vhdx/dfvfs/image.vhd.gz'), options);
    expect(readPartitionTable(disk, { name: 'disk', sectorSize: 512 }).scheme).toBe('bare');
    expect(identifyVolume(disk)).toMatchObject({ kind: 'ext', detail: 'ext2' });
  });

  it.each([
    ['btrfs', ['btrfs']],
    ['xfs', ['xfs']],
    ['lvm2', ['lvm']],
  ])('%s.vhdx: the file systems of Linux by name', (name, kinds) => {
    const disk = VhdxFile.open(open(`vhdx/discutils/${name}.vhdx.gz`), options);
    const found = identitiesOf(disk);
    for (const kind of kinds) expect(found).toContain(kind);
  });

  it('a ReFS boot sector', () => {
    const boot = readFixture('refs/securityronin/refs_boot_superblock.bin.gz');
    const volume = new FileMap(new MemoryFile(boot));
    expect(identifyVolume(volume)).toEqual({ kind: 'refs', detail: 'version 3.14' });
    expect(readPartitionTable(volume, { name: 'disk', sectorSize: 512 }).scheme).toBe('bare');
  });

  it.each(['128k', '4k', '4kn', '512', '64k'])('the NTFS boot sector %s', (name) => {
    const boot = readFixture(`ntfs/dfir_ntfs/${name}.boot`);
    expect(identifyVolume(new FileMap(new MemoryFile(boot))).kind).toBe('ntfs');
  });
});

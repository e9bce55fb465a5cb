/**
 * Goal: partitions are found where they are under every scheme, second copies stand in for broken first ones, and no table
 * can loop or crash the reader. Method: disks of an independent builder, damaged one structure at a time, then at random.
 */

import { describe, expect, it } from 'vitest';
import { corrupt, StorageError } from '../../../src/errors.ts';
import { MemoryFile } from '../../../src/io/memory-file.ts';
import { type AddressMap, type ExtentSink, unreadable } from '../../../src/map/address-map.ts';
import { FileMap } from '../../../src/map/maps.ts';
import { type PartitionTable, readPartitionTable } from '../../../src/partition/partition-table.ts';
import { BASIC_DATA, buildGptDisk, type GptSpec, sealGptHeader, writeMbr } from '../../support/gpt-builder.ts';
import { Random } from '../../support/random.ts';

function tableOf(disk: Uint8Array, sectorSize = 512): PartitionTable {
  return readPartitionTable(new FileMap(new MemoryFile(disk, 'disk')), { name: 'disk', sectorSize });
}

const codesOf = (table: PartitionTable) =>
  [...table.findings, ...(table.compareCopies?.() ?? [])].map(({ severity, code }) => `${severity} ${code}`);
const rangesOf = (table: PartitionTable) =>
  table.partitions.map(({ number, offset, length }) => [number, offset, length]);

const spec = (sectorSize: number, sectors = 512): GptSpec => ({
  sectorSize,
  sectors,
  partitions: [
    {
      type: BASIC_DATA,
      guid: '11'.repeat(16),
      first: 64,
      last: 127,
      name: 'Übung',
      attributes: 0xe000_0000_0000_0001n,
    },
    { type: '00'.repeat(16), guid: '22'.repeat(16), first: 1, last: 1 },
    { type: '33'.repeat(16), guid: '0102030405060708090a0b0c0d0e0f10', first: 128, last: 128 },
  ],
});

describe('readPartitionTable on GPT', () => {
  it.each([512, 4096])('reads entries under sectors of %d bytes', (sectorSize) => {
    const table = tableOf(buildGptDisk(spec(sectorSize)), sectorSize);
    expect(table).toMatchObject({
      scheme: 'gpt',
      sectorSize,
      diskId: '33221100-5544-7766-8899-aabbccddeeff',
      findings: [],
    });
    expect(table.partitions).toEqual([
      {
        number: 1,
        type: 'ebd0a0a2-b9e5-4433-87c0-68b6b72699c7',
        typeName: 'Basic data',
        guid: '11111111-1111-1111-1111-111111111111',
        name: 'Übung',
        offset: 64 * sectorSize,
        length: 64 * sectorSize,
        attributes: '0xe000000000000001',
        flags: ['required', 'shadow-copy', 'hidden', 'no-drive-letter'],
      },
      {
        number: 3,
        type: '33333333-3333-3333-3333-333333333333',
        typeName: 'unknown type',
        guid: '04030201-0605-0807-090a-0b0c0d0e0f10',
        name: '',
        offset: 128 * sectorSize,
        length: sectorSize,
        attributes: '0x0000000000000000',
        flags: [],
      },
    ]);
  });

  it.each([
    [4096, 512],
    [512, 4096],
    [2048, 512],
  ])('finds a table of %d-byte sectors on a disk that claims %d', (sectorSize, claimed) => {
    const table = tableOf(buildGptDisk(spec(sectorSize)), claimed);
    expect(table).toMatchObject({ scheme: 'gpt', sectorSize, findings: [] });
    expect(table.partitions[0]!.offset).toBe(64 * sectorSize);
    const broken = buildGptDisk(spec(sectorSize));
    broken.fill(0, sectorSize, 2 * sectorSize); // by its backup alone
    expect(tableOf(broken, claimed)).toMatchObject({ scheme: 'gpt', sectorSize });
  });

  it('reads larger entries and headers', () => {
    const table = tableOf(buildGptDisk({ ...spec(512), entrySize: 256, entries: 16 }));
    expect(rangesOf(table)).toEqual(rangesOf(tableOf(buildGptDisk(spec(512)))));
    expect(table.findings).toEqual([]);
  });

  it.each([
    ['is zeroed', (disk: Buffer) => disk.fill(0, 512, 1024)],
    ['has a broken CRC', (disk: Buffer) => disk.writeUInt8(disk[600]! ^ 1, 560)],
    ['has a broken entry array', (disk: Buffer) => disk.writeUInt8(0x77, 1024 + 40)],
    ['says it is another sector', (disk: Buffer) => reseal(disk, 1, (header) => header.writeUInt32LE(2, 24))],
    ['has entries of 8 bytes', (disk: Buffer) => reseal(disk, 1, (header) => header.writeUInt32LE(8, 84))],
    ['has entries of 2^31 bytes', (disk: Buffer) => reseal(disk, 1, (header) => header.writeUInt32LE(2 ** 31, 84))],
    ['has 2^32 - 1 entries', (disk: Buffer) => reseal(disk, 1, (header) => header.writeUInt32LE(0xffff_ffff, 80))],
    ['has its array at 2^63', (disk: Buffer) => reseal(disk, 1, (header) => header.writeUInt32LE(2 ** 31, 76))],
    ['has a size of 4 GiB', (disk: Buffer) => disk.writeUInt32LE(0xffff_ffff, 512 + 12)],
    ['has a size of 0', (disk: Buffer) => disk.writeUInt32LE(0, 512 + 12)],
  ])('uses the backup when the primary %s', (_, damage) => {
    const disk = buildGptDisk(spec(512));
    const expected = rangesOf(tableOf(disk));
    damage(disk);
    const table = tableOf(disk);
    expect(rangesOf(table)).toEqual(expected);
    expect(codesOf(table)).toEqual(['warning GPT_BACKUP_USED']);
  });

  it('finds the backup of an expanded disk where the primary says', () => {
    const disk = buildGptDisk({ ...spec(512, 4096), backupLba: 511 });
    expect(codesOf(tableOf(disk))).toEqual([]);
    disk.writeUInt8(0x77, 1024 + 40);
    expect(codesOf(tableOf(disk))).toEqual(['warning GPT_BACKUP_USED']);
  });

  it('reports a backup that is missing, broken or different', () => {
    const missing = buildGptDisk(spec(512));
    missing.fill(0, 511 * 512);
    expect(codesOf(tableOf(missing))).toEqual(['warning GPT_BACKUP_MISSING']);
    const broken = buildGptDisk(spec(512));
    broken[511 * 512 + 60]! ^= 1;
    expect(codesOf(tableOf(broken))).toEqual(['warning GPT_HEADER_CRC']);
    const different = buildGptDisk(spec(512));
    reseal(different, 511, (header) => header.fill(9, 56, 60));
    expect(codesOf(tableOf(different))).toEqual(['warning GPT_COPIES_DIFFER']);
  });

  it('falls back to an array with a wrong CRC under a whole header only when no copy is whole', () => {
    const disk = buildGptDisk(spec(512));
    disk.writeUInt8(0x77, 1024 + 128 * 100);
    disk.writeUInt8(0x77, (511 - 32) * 512 + 128 * 100);
    const table = tableOf(disk);
    expect(rangesOf(table).slice(0, 2)).toEqual([
      [1, 64 * 512, 64 * 512],
      [3, 128 * 512, 512],
    ]);
    expect(codesOf(table).slice(0, 2)).toEqual(['error GPT_ARRAY_CRC', 'error GPT_ARRAY_CRC']);
  });

  it('says that the GPT is missing when only the protective entry is left', () => {
    const disk = buildGptDisk(spec(512));
    disk.fill(0, 512, 1024);
    disk.fill(0, 511 * 512);
    const table = tableOf(disk);
    expect(table).toMatchObject({ scheme: 'none', partitions: [] });
    expect(codesOf(table)).toEqual(['error GPT_MISSING']);
  });

  it('reads a GPT without its MBR, and under a hybrid one', () => {
    const bare = buildGptDisk({ ...spec(512), protective: false });
    expect(tableOf(bare)).toMatchObject({ scheme: 'gpt' });
    expect(codesOf(tableOf(bare))).toEqual(['warning MBR_PROTECTIVE_MISSING']);
    const hybrid = buildGptDisk(spec(512));
    writeMbr(hybrid, 0, [
      { type: 0xee, start: 1, count: 63 },
      { type: 7, start: 64, count: 64 },
    ]);
    expect(tableOf(hybrid)).toMatchObject({ scheme: 'gpt', partitions: [{ number: 1 }, { number: 3 }] });
    expect(codesOf(tableOf(hybrid))).toEqual(['info MBR_HYBRID']);
  });

  it('leaves out entries off the disk, clips entries that end off it, warns of overlaps and the unusable', () => {
    const guid = '44'.repeat(16);
    const disk = buildGptDisk({
      sectorSize: 512,
      sectors: 512,
      partitions: [
        { type: BASIC_DATA, guid, first: 64, last: 200 },
        { type: BASIC_DATA, guid, first: 150, last: 160 },
        { type: BASIC_DATA, guid, first: 300, last: 5000 },
        { type: BASIC_DATA, guid, first: 600, last: 700 },
        { type: BASIC_DATA, guid, first: 250, last: 240 },
        { type: BASIC_DATA, guid, first: -5, last: -1 },
        { type: BASIC_DATA, guid, first: 3, last: 4 },
      ],
    });
    const table = tableOf(disk);
    expect(rangesOf(table)).toEqual([
      [1, 64 * 512, 137 * 512],
      [2, 150 * 512, 11 * 512],
      [3, 300 * 512, 212 * 512],
      [7, 3 * 512, 2 * 512],
    ]);
    expect(codesOf(table)).toEqual([
      'error GPT_ENTRY_CUT_OFF',
      'error GPT_ENTRY_OUTSIDE_DISK',
      'error GPT_ENTRY_OUTSIDE_DISK',
      'error GPT_ENTRY_OUTSIDE_DISK',
      'warning GPT_ENTRY_OUTSIDE_USABLE',
      'warning GPT_ENTRIES_OVERLAP',
    ]);
  });

  it('reads on when the first sector cannot be read', () => {
    const table = readPartitionTable(new HoledMap(buildGptDisk(spec(512)), 0, 512), { name: 'disk', sectorSize: 512 });
    expect(table.scheme).toBe('gpt');
    expect(codesOf(table)).toEqual(['error FILE_TRUNCATED', 'warning MBR_PROTECTIVE_MISSING']);
    const second = readPartitionTable(new HoledMap(buildGptDisk(spec(512)), 512, 512), {
      name: 'disk',
      sectorSize: 512,
    });
    expect(codesOf(second)).toEqual(['warning GPT_BACKUP_USED']);
  });
});

/** A disk with a range that cannot be read. */
class HoledMap implements AddressMap {
  readonly size: number;
  readonly #map: AddressMap;
  readonly #start: number;
  readonly #end: number;

  constructor(bytes: Uint8Array, start: number, length: number) {
    this.size = bytes.length;
    this.#map = new FileMap(new MemoryFile(bytes));
    this.#start = start;
    this.#end = start + length;
  }

  resolve(offset: number, length: number, at: number, sink: ExtentSink): void {
    if (offset < this.#end && offset + length > this.#start) {
      sink.computed(at, length, unreadable(corrupt('FILE_TRUNCATED', 'a hole')), 0);
    } else this.#map.resolve(offset, length, at, sink);
  }
}

function reseal(disk: Buffer, lba: number, change: (header: Buffer) => void): void {
  const header = disk.subarray(lba * 512, (lba + 1) * 512);
  change(header);
  sealGptHeader(header);
}

describe('readPartitionTable on MBR', () => {
  const SECTORS = 4096;
  const disk = () => Buffer.alloc(SECTORS * 512);

  it('reads primary and logical partitions with their Windows volume GUIDs', () => {
    const bytes = disk();
    writeMbr(
      bytes,
      0,
      [
        { type: 7, start: 2048, count: 100, status: 0x80 },
        { type: 0x0f, start: 1000, count: 500 },
        { type: 0, start: 0, count: 0 },
        { type: 0x27, start: 3000, count: 1096 },
      ],
      0x11223344,
    );
    writeMbr(bytes, 1000 * 512, [
      { type: 7, start: 10, count: 50 },
      { type: 5, start: 100, count: 60 },
    ]);
    writeMbr(bytes, 1100 * 512, [{ type: 0x0c, start: 8, count: 20 }]);
    const table = tableOf(bytes);
    expect(table).toMatchObject({ scheme: 'mbr', diskId: '11223344', sectorSize: 512, findings: [] });
    expect(rangesOf(table)).toEqual([
      [1, 2048 * 512, 100 * 512],
      [4, 3000 * 512, 1096 * 512],
      [5, 1010 * 512, 50 * 512],
      [6, 1108 * 512, 20 * 512],
    ]);
    expect(table.partitions[0]).toMatchObject({
      type: '0x07',
      typeName: 'NTFS, exFAT or ReFS',
      guid: '11223344-0000-0000-0000-100000000000',
      attributes: '0x80',
      flags: ['active'],
    });
  });

  it('counts in the sectors of the disk', () => {
    const bytes = disk();
    writeMbr(bytes, 0, [{ type: 7, start: 16, count: 32 }]);
    const table = tableOf(bytes, 4096);
    expect(rangesOf(table)).toEqual([[1, 65_536, 131_072]]);
    expect(table.partitions[0]!.guid).toBeNull(); // no signature, no name
  });

  it('finds the partitions of a disk whose sectors have 4096 bytes, where nothing tells their size', () => {
    for (const size of [512, 4096]) {
      const bytes = Buffer.alloc(1024 * 1024);
      writeMbr(bytes, 0, [
        { type: 7, start: 32, count: 16 },
        { type: 7, start: 64, count: 64 },
      ]);
      bytes.write('NTFS    ', 64 * size + 3);
      const map = new FileMap(new MemoryFile(bytes));
      const table = readPartitionTable(map, { name: 'disk', sectorSize: 512, isAssumed: true });
      expect(table.sectorSize).toBe(size);
      expect(table.partitions.map(({ offset, length }) => [offset, length])).toEqual([
        [32 * size, 16 * size],
        [64 * size, 64 * size],
      ]);
      // What a container says counts.
      expect(readPartitionTable(map, { name: 'disk', sectorSize: 512 }).sectorSize).toBe(512);
    }
  });

  it.each([
    ['to itself', [{ type: 5, start: 0, count: 9 }], 'MBR_CHAIN_LOOP'],
    ['out of the extended partition', [{ type: 5, start: 501, count: 9 }], 'MBR_CHAIN_OUTSIDE'],
    ['to a sector without signature', [{ type: 5, start: 7, count: 9 }], 'MBR_CHAIN_BROKEN'],
  ])('ends a chain that leads %s', (_, link, code) => {
    const bytes = disk();
    writeMbr(bytes, 0, [{ type: 5, start: 1000, count: 500 }]);
    writeMbr(bytes, 1000 * 512, [{ type: 7, start: 10, count: 50 }, ...link]);
    const table = tableOf(bytes);
    expect(rangesOf(table)).toEqual([[5, 1010 * 512, 50 * 512]]);
    expect(codesOf(table)).toEqual([`error ${code}`]);
  });

  it('ends a chain without end', () => {
    const bytes = disk();
    writeMbr(bytes, 0, [{ type: 5, start: 1000, count: 3000 }]);
    for (let i = 0; i < 1000; i++) {
      writeMbr(bytes, (1000 + 2 * i) * 512, [
        { type: 7, start: 1, count: 1 },
        { type: 5, start: 2 * (i + 1), count: 2 },
      ]);
    }
    const table = tableOf(bytes);
    expect(table.partitions.length).toBe(128);
    expect(codesOf(table)).toEqual(['error MBR_CHAIN_LOOP']);
  });

  it('clips what ends off the disk, leaves out what begins there or at the table itself, warns of overlaps', () => {
    const bytes = disk();
    writeMbr(bytes, 0, [
      { type: 7, start: 64, count: 0xffff_ffff },
      { type: 7, start: 0xffff_ffff, count: 0xffff_ffff },
      { type: 7, start: 0, count: 100 },
      { type: 7, start: 100, count: 100 },
    ]);
    const table = tableOf(bytes);
    expect(rangesOf(table)).toEqual([
      [1, 64 * 512, (SECTORS - 64) * 512],
      [4, 100 * 512, 100 * 512],
    ]);
    expect(codesOf(table)).toEqual([
      'error MBR_ENTRY_CUT_OFF',
      'error MBR_ENTRY_OUTSIDE_DISK',
      'error MBR_ENTRY_OUTSIDE_DISK',
      'warning MBR_ENTRIES_OVERLAP',
    ]);
  });

  it('takes a disk that was initialised and never partitioned for what it is', () => {
    const bytes = disk();
    writeMbr(bytes, 0, [], 0x1234);
    expect(tableOf(bytes)).toMatchObject({ scheme: 'mbr', diskId: '00001234', partitions: [], findings: [] });
  });
});

describe('readPartitionTable without a table', () => {
  it('takes a boot sector for one volume, whatever its code looks like as a table', () => {
    const bytes = Buffer.alloc(1024 * 1024);
    bytes.write('NTFS    ', 3, 'latin1');
    writeMbr(bytes, 0, [{ type: 7, start: 10, count: 10 }]);
    const table = tableOf(bytes);
    expect(table).toMatchObject({ scheme: 'bare', diskId: null, findings: [] });
    expect(table.partitions).toMatchObject([{ number: 1, guid: null, offset: 0, length: bytes.length }]);
  });

  it('takes a disk of which only the last sector is known for one volume', () => {
    const bytes = Buffer.alloc(1024 * 1024);
    bytes.write('NTFS    ', bytes.length - 509, 'latin1');
    bytes.writeUInt16BE(0x55aa, bytes.length - 2);
    expect(tableOf(bytes).scheme).toBe('bare');
  });

  it('finds nothing on an empty disk, a tiny one, a disk of noise', () => {
    expect(tableOf(new Uint8Array(100_000))).toMatchObject({ scheme: 'none', partitions: [], findings: [] });
    expect(tableOf(new Uint8Array(100))).toMatchObject({ scheme: 'none' });
    expect(tableOf(new Random(3).bytes(65_536))).toMatchObject({ scheme: 'none', partitions: [] });
  });
});

describe('readPartitionTable on random damage', () => {
  it('never throws, and gives partitions inside the disk only', () => {
    const random = new Random();
    const mbr = Buffer.alloc(1024 * 512);
    writeMbr(
      mbr,
      0,
      [
        { type: 7, start: 8, count: 8 },
        { type: 5, start: 100, count: 500 },
      ],
      7,
    );
    writeMbr(mbr, 100 * 512, [
      { type: 7, start: 1, count: 9 },
      { type: 5, start: 20, count: 9 },
    ]);
    writeMbr(mbr, 120 * 512, [{ type: 7, start: 1, count: 9 }]);
    const gpt = buildGptDisk({ ...spec(512, 256), entries: 16 });
    for (let round = 0; round < 1500; round++) {
      const isMbr = random.below(2) === 0;
      const disk = Buffer.from(isMbr ? mbr : gpt);
      for (let hits = 1 + random.below(4); hits > 0; hits--) {
        const place = isMbr
          ? random.pick([446, 100 * 512 + 446, 120 * 512 + 446]) + random.below(66)
          : random.pick([512 + random.below(92), 1024 + random.below(400), 255 * 512 + random.below(92)]);
        disk[place] = random.below(256);
      }
      if (!isMbr && random.below(2) === 0) {
        sealGptHeader(disk.subarray(512, 1024)); // damage that the CRC does not show
        sealGptHeader(disk.subarray(255 * 512));
      }
      try {
        const { partitions } = tableOf(disk, random.pick([512, 4096]));
        for (const { offset, length } of partitions) {
          expect(offset >= 0 && length > 0 && offset + length <= disk.length).toBe(true);
        }
      } catch (error) {
        throw new Error(`seed ${random.seed} round ${round} ${StorageError.is(error)}`, { cause: error });
      }
    }
  });
});

/**
 * Goal: every kind of VHD reads to exactly its content, and damage costs what it touches and no more. Method: files of an
 * independent builder whose every sector is known, damaged one structure at a time, then at random.
 */

import { describe, expect, it } from 'vitest';
import type { DiskImage, ParentRequest } from '../../../src/disk/disk-image.ts';
import { StorageError } from '../../../src/errors.ts';
import { MemoryFile } from '../../../src/io/memory-file.ts';
import { resolveExtents } from '../../../src/map/extent.ts';
import { FileMap } from '../../../src/map/maps.ts';
import { readBytes } from '../../../src/map/read-map.ts';
import { isVhd, VhdFile } from '../../../src/vhd/vhd-file.ts';
import { FaultyFile } from '../../support/files.ts';
import { Random } from '../../support/random.ts';
import { buildVhd, sealVhd, type VhdSpec } from '../../support/vhd-builder.ts';

const SECTOR = 512;
const BLOCK = 64 * SECTOR;

function noParent(): never {
  throw new Error('a parent was asked for');
}

function open(bytes: Uint8Array, openParent: (request: ParentRequest) => DiskImage = noParent): VhdFile {
  return VhdFile.open(new FileMap(new MemoryFile(bytes, 'test.vhd')), { name: 'test.vhd', openParent });
}

/** The disk's content by the specification: own sectors, else the parent's, else zeros. */
function contentOf(spec: VhdSpec, parent?: Buffer): Buffer {
  const content = Buffer.alloc(spec.size);
  parent?.copy(content);
  for (const [sector, fill] of spec.sectors) content.fill(fill, sector * SECTOR, (sector + 1) * SECTOR);
  return content;
}

const codesOf = (disk: VhdFile) => disk.findings.map((finding) => `${finding.severity} ${finding.code}`);

function errorOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (StorageError.is(error)) return error.code;
    throw error;
  }
  return 'nothing was thrown';
}

function randomSectors(random: Random, count: number): Map<number, number> {
  const sectors = new Map<number, number>();
  for (let runs = 1 + random.below(12); runs > 0; runs--) {
    const start = random.below(count);
    for (let i = start, end = Math.min(count, start + 1 + random.below(100)); i < end; i++) {
      sectors.set(i, 1 + random.below(200));
    }
  }
  return sectors;
}

const DYNAMIC: VhdSpec = {
  type: 'dynamic',
  size: 4 * BLOCK + 3 * SECTOR,
  blockSize: BLOCK,
  sectors: new Map([
    [0, 1],
    [1, 2],
    [7, 3],
    [8, 4],
    [63, 5],
    [64, 6],
    [3 * 64, 7],
    [4 * 64 + 2, 8],
  ]),
};

describe('VhdFile', () => {
  it('reads fixed, dynamic and differencing disks of random content, whole and in random pieces', () => {
    const random = new Random();
    for (let round = 0; round < 60; round++) {
      const label = `seed ${random.seed} round ${round}`;
      const count = 1 + random.below(400);
      const blockSize = SECTOR * 2 ** (3 + random.below(6));
      const blocks = Math.ceil((count * SECTOR) / blockSize);
      const blockOrder = Array.from({ length: blocks }, (_, i) => i).sort(() => random.below(3) - 1);
      const parentSpec: VhdSpec = {
        type: random.pick(['fixed', 'dynamic'] as const),
        size: SECTOR * Math.max(1, count + random.below(200) - 100),
        blockSize: SECTOR * 2 ** (3 + random.below(6)),
        sectors: new Map(),
      };
      const parent = { ...parentSpec, sectors: randomSectors(random, parentSpec.size / SECTOR) };
      const type = random.pick(['fixed', 'dynamic', 'differencing'] as const);
      const spec: VhdSpec = {
        type,
        size: count * SECTOR,
        blockSize,
        blockOrder,
        sectors: randomSectors(random, count),
      };
      const expected = contentOf(spec, type === 'differencing' ? contentOf(parent) : undefined);
      const disk = open(buildVhd(spec), () => open(buildVhd(parent)));
      expect(disk.type, label).toBe(type);
      expect([...disk.check()], label).toEqual([]);
      expect(Buffer.from(readBytes(disk, 0, disk.size)).equals(expected), label).toBe(true);
      for (let piece = 0; piece < 10; piece++) {
        const offset = random.below(spec.size);
        const length = random.below(spec.size - offset + 1);
        const part = readBytes(disk, offset, length);
        expect(
          Buffer.from(part).equals(expected.subarray(offset, offset + length)),
          `${label} ${offset}+${length}`,
        ).toBe(true);
      }
    }
  });

  it('resolves without gaps: own sectors as data, the rest as zeros, neighbours joined', () => {
    const extents = resolveExtents(open(buildVhd(DYNAMIC)), 0, DYNAMIC.size);
    expect(extents.map(({ kind, length }) => `${kind} ${length / SECTOR}`)).toEqual([
      ...['data 2', 'zero 5', 'data 2', 'zero 54', 'data 1'], // block 0
      ...['data 1', 'zero 127'], // block 1, and block 2 which has no entry
      ...['data 1', 'zero 65', 'data 1'], // block 3 and the part of block 4
    ]);
  });

  it('tells the facts of the footer and the header', () => {
    expect(open(buildVhd(DYNAMIC)).describe()).toMatchObject({
      creatorApplication: 'test',
      timestamp: '2022-03-07T20:26:40.000Z',
      currentSize: DYNAMIC.size,
      diskType: 3,
      uniqueId: '01020304-0506-0708-090a-0b0c0d0e0f10',
      blockSize: BLOCK,
      maxTableEntries: 5,
    });
  });

  it('asks for its parent by relative path, absolute path and name, in this order, with the identity', () => {
    let asked: ParentRequest | undefined;
    const spec: VhdSpec = {
      ...DYNAMIC,
      type: 'differencing',
      parentId: 'a0a1a2a3a4a5a6a7a8a9aaabacadaeaf',
      parentName: 'Übung.vhd',
      locators: [
        ['W2ku', 'C:\\pool\\Übung.vhd'],
        ['MacX', 'file://localhost/pool/x.vhd'],
        ['W2ru', '.\\Übung.vhd\0'],
      ],
    };
    open(buildVhd(spec), (request) => {
      asked = request;
      return open(buildVhd({ ...DYNAMIC, type: 'fixed' }));
    });
    expect(asked).toEqual({
      format: 'vhd',
      child: 'test.vhd',
      candidates: [
        { key: 'W2ru', path: '.\\Übung.vhd' },
        { key: 'W2ku', path: 'C:\\pool\\Übung.vhd' },
        { key: 'MacX', path: '/pool/x.vhd' },
        { key: 'parent name', path: 'Übung.vhd' },
      ],
      identities: ['a0a1a2a3-a4a5-a6a7-a8a9-aaabacadaeaf'],
      logicalSectorSize: 512,
      size: DYNAMIC.size,
    });
  });

  it('lets the error of a missing parent through', () => {
    const bytes = buildVhd({ ...DYNAMIC, type: 'differencing' });
    const missing = new StorageError('not-found', 'PARENT_NOT_FOUND', 'no parent');
    expect(
      errorOf(() =>
        open(bytes, () => {
          throw missing;
        }),
      ),
    ).toBe('PARENT_NOT_FOUND');
  });
});

describe('VhdFile on damaged files', () => {
  const bytes = buildVhd(DYNAMIC);
  const content = contentOf(DYNAMIC);
  const read = (disk: VhdFile) => Buffer.from(readBytes(disk, 0, disk.size));
  /** A copy with a change in it. */
  const changed = (change: (copy: Buffer) => void): Buffer => {
    const copy = Buffer.from(bytes);
    change(copy);
    return copy;
  };

  it('uses the copy of the footer when the end is cut off, overwritten or damaged', () => {
    const cut = bytes.subarray(0, bytes.length - SECTOR);
    expect(isVhd(new FileMap(new MemoryFile(cut)))).toBe(true);
    expect(codesOf(open(cut))).toEqual(['warning VHD_FOOTER_COPY_USED']);
    expect(read(open(cut)).equals(content)).toBe(true);
    const damaged = changed((copy) => copy.fill(0x55, copy.length - 400));
    expect(codesOf(open(damaged))).toEqual(['warning VHD_FOOTER_COPY_USED']);
    expect(read(open(damaged)).equals(content)).toBe(true);
  });

  it('is not led to read a dynamic disk as a fixed one by a damaged type', () => {
    const damaged = changed((copy) => copy.writeUInt32BE(2, copy.length - SECTOR + 60));
    expect(codesOf(open(damaged))).toEqual(['warning VHD_FOOTER_COPY_USED']);
    damaged.fill(0, 0, SECTOR); // no copy either
    expect(errorOf(() => open(damaged))).toBe('VHD_FOOTER_CHECKSUM');
  });

  it('uses the footer when its copy is gone, and says when the two differ', () => {
    expect(codesOf(open(changed((copy) => copy.fill(0, 0, SECTOR))))).toEqual(['warning VHD_FOOTER_COPY_MISSING']);
    const differing = changed((copy) => {
      copy[70]! ^= 1;
      sealVhd(copy.subarray(0, SECTOR), 64);
    });
    expect(codesOf(open(differing))).toEqual(['warning VHD_FOOTER_COPIES_DIFFER']);
  });

  it('reads on under a wrong checksum when nothing better exists, and says so', () => {
    const both = changed((copy) => {
      copy[30]! ^= 1;
      copy[copy.length - SECTOR + 30]! ^= 1;
    });
    expect(codesOf(open(both))).toEqual(['error VHD_FOOTER_CHECKSUM', 'warning VHD_FOOTER_CHECKSUM']);
    expect(read(open(both)).equals(content)).toBe(true);
    expect(codesOf(open(changed((copy) => copy.fill(1, SECTOR + 800, SECTOR + 801))))).toEqual([
      'error VHD_HEADER_CHECKSUM',
    ]);
  });

  it.each([
    ['VHD_FOOTER_DISK_TYPE', (copy: Buffer, at: number) => copy.writeUInt32BE(7, at + 60)],
    ['VHD_FOOTER_VERSION', (copy: Buffer, at: number) => copy.writeUInt32BE(0x20000, at + 12)],
    ['VHD_FOOTER_SIZE', (copy: Buffer, at: number) => copy.writeBigUInt64BE(0n, at + 48)],
    ['VHD_FOOTER_SIZE', (copy: Buffer, at: number) => copy.writeBigUInt64BE(2n ** 60n, at + 48)],
    ['VHD_HEADER_OUTSIDE_FILE', (copy: Buffer, at: number) => copy.writeBigUInt64BE(2n ** 40n, at + 16)],
    ['VHD_HEADER_COOKIE', (copy: Buffer, at: number) => copy.writeBigUInt64BE(1024n, at + 16)],
  ])('refuses both footers with %s', (code, change) => {
    const broken = changed((copy) => {
      for (const at of [0, copy.length - SECTOR]) {
        change(copy, at);
        sealVhd(copy.subarray(at, at + SECTOR), 64);
      }
    });
    expect(errorOf(() => open(broken))).toBe(code);
  });

  it.each([0, 3, 256, 1000, 0x8000_0001])('refuses a block size of %d', (blockSize) => {
    const broken = changed((copy) => copy.writeUInt32BE(blockSize, SECTOR + 32));
    expect(errorOf(() => open(broken))).toBe('VHD_HEADER_BLOCK_SIZE');
  });

  it('refuses what has no footer at all, or not even room for one', () => {
    expect(errorOf(() => open(new Uint8Array(4096)))).toBe('VHD_FOOTER_MISSING');
    expect(errorOf(() => open(new Uint8Array(100)))).toBe('VHD_FOOTER_MISSING');
    expect(isVhd(new FileMap(new MemoryFile(new Uint8Array(0))))).toBe(false);
  });

  const TABLE = SECTOR + 1024;
  it.each([
    ['beyond the file', 0x00ff_ffff],
    ["on the footer's copy", 0],
    ['on the dynamic header', 1],
    ['on the BAT', 3],
  ])('makes a block %s unreadable and leaves the others', (_, sector) => {
    const disk = open(changed((copy) => copy.writeUInt32BE(sector, TABLE)));
    expect(errorOf(() => readBytes(disk, 0, SECTOR))).toBe('VHD_BAT_ENTRY_INVALID');
    expect(errorOf(() => readBytes(disk, BLOCK - 1, 2))).toBe('VHD_BAT_ENTRY_INVALID');
    const rest = readBytes(disk, BLOCK, disk.size - BLOCK);
    expect(Buffer.from(rest).equals(content.subarray(BLOCK))).toBe(true);
    expect([...disk.check()].map(({ code }) => code)).toContain('VHD_BAT_ENTRY_INVALID');
  });

  it('finds blocks that overlap', () => {
    const twice = open(changed((copy) => copy.writeUInt32BE(copy.readUInt32BE(TABLE), TABLE + 4)));
    expect([...twice.check()].map(({ code }) => code)).toEqual(['VHD_BLOCKS_OVERLAP']);
  });

  it('makes unreadable what lies beyond the end of a file that was cut short, nothing else', () => {
    const last = bytes.readUInt32BE(TABLE + 16) * SECTOR;
    const disk = open(bytes.subarray(0, last + 2 * SECTOR)); // the bitmap and one sector of the last block
    expect(errorOf(() => readBytes(disk, disk.size - SECTOR, SECTOR))).toBe('VHD_PAYLOAD_OUTSIDE_FILE');
    const rest = readBytes(disk, 0, disk.size - SECTOR);
    expect(Buffer.from(rest).equals(content.subarray(0, disk.size - SECTOR))).toBe(true);
  });

  it('a bad sector of the table costs the blocks of its entries, nothing else', () => {
    const blockSize = 4096;
    const sectors = new Map([0, 127, 128, 255, 256, 299].map((block) => [8 * block, block]));
    const file = new MemoryFile(buildVhd({ type: 'dynamic', size: 300 * blockSize, blockSize, sectors }));
    const table = 1536;
    const faulty = new FaultyFile(file, { bad: [{ offset: table + 512, length: 512 }] });
    const disk = VhdFile.open(new FileMap(faulty), { name: 'disk.vhd', openParent: noParent });
    for (const block of [0, 127, 256, 299]) expect(readBytes(disk, block * blockSize, 1)[0]).toBe(block & 0xff);
    for (const block of [128, 255]) expect(errorOf(() => readBytes(disk, block * blockSize, 1))).toBe('EIO');
    expect([...disk.check()].filter(({ code }) => code === 'EIO')).toHaveLength(128);
  });

  it('makes unreadable the blocks for which the table has no entries', () => {
    const short = open(changed((copy) => copy.writeUInt32BE(2, SECTOR + 28)));
    expect(codesOf(short)).toContain('error VHD_BAT_TOO_SHORT');
    expect(Buffer.from(readBytes(short, 0, 2 * BLOCK)).equals(content.subarray(0, 2 * BLOCK))).toBe(true);
    expect(errorOf(() => readBytes(short, 2 * BLOCK, 1))).toBe('VHD_BAT_ENTRY_MISSING');
    const outside = open(changed((copy) => copy.writeBigUInt64BE(2n ** 61n, SECTOR + 16)));
    expect(codesOf(outside)).toContain('error VHD_BAT_OUTSIDE_FILE');
    expect(errorOf(() => readBytes(outside, 0, 1))).toBe('VHD_BAT_ENTRY_MISSING');
  });

  it('clips a fixed disk to its size, and makes its missing end unreadable', () => {
    const spec: VhdSpec = { type: 'fixed', size: 8 * SECTOR, sectors: new Map([[7, 9]]) };
    const fixed = buildVhd(spec);
    const tooLong = open(
      Buffer.concat([fixed.subarray(0, spec.size), Buffer.alloc(SECTOR), fixed.subarray(spec.size)]),
    );
    expect(codesOf(tooLong)).toEqual(['warning VHD_PAYLOAD_BEYOND_SIZE']);
    expect(read(tooLong).equals(contentOf(spec))).toBe(true);
    const tooShort = open(fixed.subarray(SECTOR));
    expect(codesOf(tooShort)).toEqual(['error VHD_PAYLOAD_OUTSIDE_FILE']);
    expect(readBytes(tooShort, 6 * SECTOR, SECTOR)[0]).toBe(9);
    expect(errorOf(() => readBytes(tooShort, 6 * SECTOR, SECTOR + 1))).toBe('VHD_PAYLOAD_OUTSIDE_FILE');
  });

  it('takes a VHD that a guest wrote to the start of its fixed disk for content', () => {
    const outer = buildVhd({ type: 'fixed', size: bytes.length, sectors: new Map() });
    bytes.copy(outer);
    for (const damage of [0, 1]) {
      outer[outer.length - 300]! ^= damage; // even under a checksum that does not fit
      expect(read(open(outer)).equals(bytes)).toBe(true);
      expect(codesOf(open(outer))).toEqual(damage === 0 ? [] : ['error VHD_FOOTER_CHECKSUM']);
    }
    const inner = buildVhd({ type: 'fixed', size: 4096, sectors: new Map() }).subarray(-SECTOR);
    expect(isVhd(new FileMap(new MemoryFile(Buffer.concat([inner, Buffer.alloc(4096)]))))).toBe(false);
  });

  it('reads the 511-byte footer of old versions', () => {
    const spec: VhdSpec = { type: 'fixed', size: 8 * SECTOR, sectors: new Map([[7, 9]]) };
    const disk = open(buildVhd(spec).subarray(0, -1));
    expect(codesOf(disk)).toEqual([]);
    expect(read(disk).equals(contentOf(spec))).toBe(true);
  });

  it('steps over parent locators that lie outside of the file', () => {
    const spec: VhdSpec = {
      ...DYNAMIC,
      type: 'differencing',
      locators: [
        ['W2ru', 'a.vhd'],
        ['W2ku', 'b.vhd'],
      ],
    };
    const child = buildVhd(spec);
    child.writeUInt32BE(0xffff_fff0, SECTOR + 576 + 8);
    sealVhd(child.subarray(SECTOR, SECTOR + 1024), 36);
    const disk = open(child, (request) => {
      expect(request.candidates).toEqual([{ key: 'W2ku', path: 'b.vhd' }]);
      return open(bytes);
    });
    expect(codesOf(disk)).toEqual(['warning VHD_PARENT_LOCATOR_OUTSIDE_FILE']);
  });

  it('bounds the table of a disk that claims to be enormous by the file', () => {
    const huge = open(
      changed((copy) => {
        copy.writeUInt32BE(0xffff_ffff, SECTOR + 28);
        for (const at of [0, copy.length - SECTOR]) {
          copy.writeBigUInt64BE(BigInt(Number.MAX_SAFE_INTEGER) - 511n, at + 48);
          sealVhd(copy.subarray(at, at + SECTOR), 64);
        }
      }),
    );
    const extents = resolveExtents(huge, 0, huge.size);
    expect(extents.length).toBeLessThan(bytes.length);
    expect(extents.at(-1)!.kind).toBe('computed');
    for (const _ of huge.check()); // ends
  });

  it('meets random damage with readable content or the error type of the house', () => {
    const random = new Random();
    for (let round = 0; round < 1500; round++) {
      const damaged = changed((copy) => {
        for (let hits = 1 + random.below(3); hits > 0; hits--) {
          const place = random.pick([0, SECTOR, TABLE, TABLE, copy.length - SECTOR, random.below(copy.length)]);
          const at = Math.min(copy.length - 1, place + random.below(100));
          copy[at] = random.below(256);
        }
      });
      const cut = random.below(5) === 0 ? damaged.subarray(0, random.below(damaged.length)) : damaged;
      try {
        const disk = open(cut, () => open(bytes));
        const size = Math.min(disk.size, 10 * BLOCK);
        let covered = 0;
        for (const extent of resolveExtents(disk, 0, size)) {
          expect(extent.offset).toBe(covered);
          covered += extent.length;
        }
        expect(covered).toBe(size);
        for (const _ of disk.check());
      } catch (error) {
        if (!StorageError.is(error)) throw new Error(`seed ${random.seed} round ${round}`, { cause: error });
      }
    }
  });
});

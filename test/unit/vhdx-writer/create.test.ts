/**
 * Goal: every disk that the format allows can be made, reads as zeros, checks clean, and is laid out as it should be.
 * Method: make it in memory, read its bytes by hand where the layout matters, and open it with the reader elsewhere.
 */

import { describe, expect, it } from 'vitest';
import { extentsOf } from '../../../src/map/extent.ts';
import { type CreateParams, createVhdx } from '../../../src/vhdx/create-vhdx.ts';
import { SimulatedStore } from '../../support/simulated-store.ts';
import { crc32c, guidOf } from '../../support/vhdx-builder.ts';
import { codesOf, errorOf, openVhdx, over } from '../../support/vhdx-reading.ts';

const MIB = 2 ** 20;
const TIB = 2 ** 40;
const LINK = { identity: guidOf(7), relativePath: '.\\base.vhdx' };

function make(params: CreateParams) {
  const store = new SimulatedStore();
  const file = store.create('/new.vhdx');
  createVhdx(file, params);
  return { store, file };
}

function bytesAt(file: { read(offset: number, target: Uint8Array): number }, offset: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  file.read(offset, bytes);
  return bytes;
}

const SHAPES = [1, 2, 4, 8, 16, 32, 64, 128, 256].flatMap((block) =>
  ([512, 4096] as const).flatMap((sector) =>
    (['dynamic', 'fixed', 'differencing'] as const).map((type) => ({ block, sector, type })),
  ),
);

describe('every block size, sector size and type', () => {
  it.each(SHAPES)('$type, blocks of $block MiB, sectors of $sector', ({ block, sector, type }) => {
    const size = 3 * block * MIB + 5 * sector;
    const parent = type === 'differencing' ? { parent: LINK } : {};
    const { file } = make({ size, type, blockSize: block * MIB, logicalSectorSize: sector, ...parent });
    const base = openVhdx(make({ size, type: 'dynamic', logicalSectorSize: sector }).file);
    const disk = openVhdx(file, over(base));
    expect([disk.type, disk.size, disk.blockSize, disk.logicalSectorSize]).toEqual([type, size, block * MIB, sector]);
    expect(codesOf(disk.check())).toEqual([]);
    expect(file.size % MIB).toBe(0);
    const states = disk.countBlockStates();
    expect(type === 'fixed' ? states.fullyPresent : states.notPresent).toBe(4);
    expect([...extentsOf(disk)].map(({ kind, length }) => [kind, length])).toEqual([
      [type === 'fixed' ? 'data' : 'zero', size],
    ]);
  });
});

describe('sizes', () => {
  it.each([
    [512, 1],
    [3 * MIB + 512, 4],
    [4 * 1024 * MIB, 4096],
    [4 * 1024 * MIB + 512, 4098], // the entry of the first chunk's sector bitmap comes between
  ])('a dynamic disk of %d bytes in blocks of 1 MiB has %d entries', (size, entries) => {
    const { file } = make({ size, type: 'dynamic', blockSize: MIB });
    const disk = openVhdx(file);
    expect(disk.describe()['batEntries']).toBe(entries);
    expect(codesOf(disk.check())).toEqual([]);
  });

  it.each([
    ['dynamic', 32],
    ['differencing', 2],
    ['fixed', 256],
    ['dynamic', 1],
  ] as const)('64 TiB, %s, blocks of %d MiB, costs little', (type, block) => {
    const parent = type === 'differencing' ? { parent: LINK } : {};
    const { store, file } = make({ size: 64 * TIB, type, blockSize: block * MIB, ...parent });
    const base = openVhdx(make({ size: MIB, type: 'dynamic' }).file);
    const disk = openVhdx(file, over(base));
    expect(disk.size).toBe(64 * TIB);
    expect(store.operations).toBeLessThan(20);
    if (block === 32) expect(codesOf(disk.check())).toEqual([]);
  });

  it.each([
    [{ size: 64 * TIB + 512, type: 'dynamic' }],
    [{ size: 0, type: 'dynamic' }],
    [{ size: 513, type: 'dynamic' }],
    [{ size: 512, type: 'dynamic', logicalSectorSize: 4096 }],
    [{ size: MIB, type: 'dynamic', blockSize: 3 * MIB }],
    [{ size: MIB, type: 'dynamic', blockSize: 512 * MIB }],
    [{ size: MIB, type: 'dynamic', blockSize: MIB / 2 }],
    [{ size: MIB, type: 'dynamic', logicalSectorSize: 1024 as 512 }],
    [{ size: Number.NaN, type: 'dynamic' }],
    [{ size: MIB, type: 'differencing' }],
    [{ size: MIB, type: 'dynamic', parent: LINK }],
    [{ size: MIB, type: 'differencing', parent: { identity: guidOf(7) } }],
  ] satisfies [CreateParams][])('refuses %j', (params) => {
    const store = new SimulatedStore();
    const file = store.create('/new.vhdx');
    expect(errorOf(() => createVhdx(file, params)).kind).toBe('invalid-argument');
    expect(file.size).toBe(0);
  });
});

describe('layout', () => {
  const { file } = make({ size: 10 * MIB, type: 'dynamic', blockSize: MIB, dataWriteGuid: guidOf(0xd) });

  it('two headers with right checksums, sequence numbers that differ by one, no log in use', () => {
    const [first, second] = [0x10000, 0x20000].map((offset) => bytesAt(file, offset, 4096));
    for (const header of [first!, second!]) {
      expect(header.toString('latin1', 0, 4)).toBe('head');
      const stored = header.readUInt32LE(4);
      header.writeUInt32LE(0, 4);
      expect(crc32c(header)).toBe(stored);
      expect(header.subarray(48, 64).every((byte) => byte === 0)).toBe(true);
      expect([header.readUInt16LE(64), header.readUInt16LE(66), header.readUInt32LE(68)]).toEqual([0, 1, MIB]);
      expect(header.readBigUInt64LE(72)).toBe(BigInt(MIB));
    }
    expect(second!.readBigUInt64LE(8) - first!.readBigUInt64LE(8)).toBe(1n);
    expect(first!.subarray(16)).toEqual(second!.subarray(16));
  });

  it('two equal region tables with right checksums, both regions required', () => {
    const [first, second] = [0x30000, 0x40000].map((offset) => bytesAt(file, offset, 65_536));
    expect(first!.equals(second!)).toBe(true);
    const stored = first!.readUInt32LE(4);
    first!.writeUInt32LE(0, 4);
    expect(crc32c(first!)).toBe(stored);
    expect([first!.readUInt32LE(8), first!.readUInt32LE(16 + 28), first!.readUInt32LE(48 + 28)]).toEqual([2, 1, 1]);
  });

  it('five metadata items with the flags that Windows demands, and zeros for everything reserved', () => {
    const metadata = bytesAt(file, 2 * MIB, MIB);
    expect(metadata.toString('latin1', 0, 8)).toBe('metadata');
    const entries = Array.from({ length: metadata.readUInt16LE(10) }, (_, i) => 32 + 32 * i);
    expect(entries.map((at) => [metadata.readUInt32LE(at + 20), metadata.readUInt32LE(at + 24)])).toEqual([
      [8, 4],
      [8, 6],
      [16, 6],
      [4, 6],
      [4, 6],
    ]);
    expect(entries.every((at) => metadata.readUInt32LE(at + 28) === 0)).toBe(true);
  });

  it('a fixed disk has its blocks in a row', () => {
    const fixed = make({ size: 5 * MIB, type: 'fixed', blockSize: MIB }).file;
    const entries = Array.from({ length: 5 }, (_, i) => bytesAt(fixed, 3 * MIB + 8 * i, 8).readBigUInt64LE());
    expect(entries.map((entry) => Number(entry & 7n))).toEqual([6, 6, 6, 6, 6]);
    const places = entries.map((entry) => Number(entry >> 20n));
    expect(places.map((place) => place - places[0]!)).toEqual([0, 1, 2, 3, 4]);
    expect(fixed.size).toBe((places[4]! + 1) * MIB);
  });
});

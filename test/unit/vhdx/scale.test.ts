/**
 * Goal: neither size nor hostile numbers cost more than they must: opening reads a fixed amount, resolving an empty disk
 * costs a pass over its BAT and one leaf, memory stays what it was. Method: sparse images in memory that count reads.
 */

import { describe, expect, it } from 'vitest';
import { StorageError } from '../../../src/errors.ts';
import { resolveExtents } from '../../../src/map/extent.ts';
import { readBytes } from '../../../src/map/read-map.ts';
import { cpuTime } from '../../support/cpu-time.ts';
import { BAT_OFFSET, type BuiltVhdx, batEntry, buildVhdx, guidOf } from '../../support/vhdx-builder.ts';
import { codesOf, errorOf, expectSame, openVhdx, over } from '../../support/vhdx-reading.ts';

/** Milliseconds. Ten to a hundred times what an idle machine needs: a busy one must pass, a loop over every sector must not. */
const SANE = 20_000;
const MIB = 2 ** 20;
const TIB = 2 ** 40;
const LOCATOR = [
  ['parent_linkage', `{${guidOf(1)}}`],
  ['relative_path', '.\\p.vhdx'],
] as const;

function empty(size: number, blockSize: number, sector = 512): BuiltVhdx {
  return buildVhdx({ size, blockSize, sector });
}

function timed<T>(action: () => T): { result: T; ms: number } {
  const start = cpuTime();
  const result = action();
  return { result, ms: cpuTime() - start };
}

describe('64 TiB', () => {
  it('opens with the same few reads as 64 MiB, and reads its last sector with two more', () => {
    const reads = [64 * MIB, 64 * TIB].map((size) => {
      const { file } = empty(size, 32 * MIB);
      openVhdx(file);
      return file.reads;
    });
    expect(reads[0]).toBe(reads[1]);
    expect(reads[0]).toBeLessThanOrEqual(16);
    const { file } = empty(64 * TIB, 32 * MIB);
    const disk = openVhdx(file);
    const before = file.reads;
    expectSame(readBytes(disk, disk.size - 512, 512), new Uint8Array(512));
    expect(file.reads - before).toBeLessThanOrEqual(2);
  });

  it('empty, 32 MiB blocks: one zero leaf', () => {
    const disk = openVhdx(empty(64 * TIB, 32 * MIB).file);
    const { result, ms } = timed(() => resolveExtents(disk, 0, disk.size));
    expect(result).toEqual([{ kind: 'zero', offset: 0, length: 64 * TIB }]);
    expect(ms).toBeLessThan(SANE);
  });

  it('empty, 1 MiB blocks, 513 MiB of BAT: one zero leaf, and memory does not grow with it', () => {
    const { file } = empty(64 * TIB, MIB);
    const disk = openVhdx(file);
    resolveExtents(disk, 0, 2 ** 40);
    const before = process.memoryUsage();
    const { result, ms } = timed(() => resolveExtents(disk, 0, disk.size));
    const after = process.memoryUsage();
    expect(result).toEqual([{ kind: 'zero', offset: 0, length: 64 * TIB }]);
    expect(ms).toBeLessThan(SANE);
    expect(after.external + after.arrayBuffers - before.external - before.arrayBuffers).toBeLessThan(16 * MIB);
  });

  it('256 MiB blocks, chunk ratio 16: the last block is found behind its sector bitmap entries', () => {
    const fill = new Uint8Array(4096).fill(0x42);
    const { file, chunkRatio } = empty(64 * TIB, 256 * MIB);
    expect(chunkRatio).toBe(16);
    const block = (64 * TIB) / (256 * MIB) - 1;
    file.write(BAT_OFFSET + 8 * (block + Math.floor(block / 16)), batEntry(6, 100));
    file.write(100 * MIB, fill);
    file.size = 356 * MIB;
    expectSame(readBytes(openVhdx(file), block * 256 * MIB, 4096), fill);
  });

  it('an empty child over an empty child over an empty disk: one leaf, one pass over each BAT', () => {
    const base = openVhdx(empty(64 * TIB, 32 * MIB).file);
    const middle = openVhdx(buildVhdx({ size: 64 * TIB, blockSize: 2 * MIB, locator: LOCATOR }).file, over(base));
    const disk = openVhdx(buildVhdx({ size: 64 * TIB, blockSize: 32 * MIB, locator: LOCATOR }).file, over(middle));
    const { result, ms } = timed(() => resolveExtents(disk, 0, disk.size));
    expect(result).toEqual([{ kind: 'zero', offset: 0, length: 64 * TIB }]);
    expect(ms).toBeLessThan(SANE);
  });

  it('check and block counts pass over the whole BAT', () => {
    const disk = openVhdx(empty(8 * TIB, 32 * MIB).file);
    expect(codesOf(disk.check())).toEqual([]);
    expect(disk.countBlockStates()).toMatchObject({ notPresent: (8 * TIB) / (32 * MIB), fullyPresent: 0 });
  });
});

describe('places of blocks around the chunk', () => {
  for (const fixed of [false, true]) {
    it(`${fixed ? 'fixed' : 'dynamic'}: the blocks before and after a sector bitmap entry, and the one after the next`, () => {
      const { file, chunkRatio } = buildVhdx({ size: 17 * 1024 * MIB, blockSize: MIB, fixed });
      const wanted = [0, chunkRatio - 1, chunkRatio, 2 * chunkRatio - 1, 2 * chunkRatio, 4 * chunkRatio];
      const end = file.size / MIB;
      wanted.forEach((block, i) => {
        file.write(BAT_OFFSET + 8 * (block + Math.floor(block / chunkRatio)), batEntry(6, end + i));
        file.write((end + i) * MIB, new Uint8Array(MIB).fill(i + 1));
      });
      const disk = openVhdx(file);
      expect(disk.type).toBe(fixed ? 'fixed' : 'dynamic');
      wanted.forEach((block, i) => {
        expectSame(readBytes(disk, block * MIB, MIB), new Uint8Array(MIB).fill(i + 1), `block ${block}`);
      });
      // From the middle of one block across the bitmap entry into the next one.
      const across = readBytes(disk, chunkRatio * MIB - 4096, 8192);
      expectSame(
        across,
        Uint8Array.from({ length: 8192 }, (_, i) => (i < 4096 ? 2 : 3)),
      );
      expect(disk.countBlockStates().fullyPresent).toBe(wanted.length);
    });
  }

  it('neighbours that lie one behind the other in the file are one leaf', () => {
    const blocks = new Map(Array.from({ length: 64 }, (_, i) => [i, { state: 6, offsetMb: 4 + i }] as const));
    const { file } = buildVhdx({ size: 64 * MIB, blocks });
    file.size = 68 * MIB;
    expect(resolveExtents(openVhdx(file), 0, 64 * MIB)).toHaveLength(1);
  });
});

describe('many bad blocks', () => {
  it('a million entries past the end of the file: resolved and checked without an error object for each', () => {
    const { file } = empty(TIB, MIB);
    const page = new Uint8Array(65_536);
    for (let i = 0; i < page.length; i += 16) page.set(batEntry(6, 2 ** 40), i);
    for (let at = 0; at < 8 * MIB; at += page.length) file.write(BAT_OFFSET + at, page);
    const disk = openVhdx(file);
    const { result, ms } = timed(() => resolveExtents(disk, 0, disk.size));
    expect(result.length).toBeGreaterThan(1_000_000);
    expect(ms).toBeLessThan(SANE);
    const findings = codesOf(disk.check());
    expect(findings.filter((code) => code === 'VHDX_BAT_PAST_END')).toHaveLength(64);
    expect(findings).toContain('VHDX_CHECK_REPEATED');
  });
});

describe('reading fails', () => {
  it('at any read of opening, resolving, reading: a typed error or the other copy, and the same bytes as ever', () => {
    const build = (): BuiltVhdx =>
      buildVhdx({ size: 4 * MIB, blocks: new Map([[1, { state: 6, data: new Uint8Array(MIB).fill(0x42) }]]) });
    const counted = build().file;
    readBytes(openVhdx(counted), 0, 4 * MIB);
    for (let n = 1; n <= counted.reads + 1; n++) {
      const { file } = build();
      file.failAt = n;
      file.failWith = new StorageError('io', 'EIO', 'a read failed');
      try {
        const bytes = readBytes(openVhdx(file), 0, 4 * MIB);
        expect(bytes[MIB]).toBe(0x42);
      } catch (error) {
        if (!StorageError.is(error)) throw error;
        expect(error.kind).toBe('io');
      }
    }
  });

  it('what is no StorageError is not swallowed', () => {
    const { file } = empty(MIB, MIB);
    file.failAt = 2;
    file.failWith = new TypeError('a bug');
    expect(() => openVhdx(file)).toThrow(TypeError);
    expect(errorOf(() => openVhdx(buildVhdx({ size: MIB, header: { version: 9 } }).file)).kind).toBe('unsupported');
  });
});

/**
 * Goal: damaged and unusual images that peers misread are read right. Method: each expectation is worked out here from
 * the raw bytes of the image file, or was recorded from the undamaged original.
 */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { DiskImage } from '../../../src/disk/disk-image.ts';
import { DiskFile } from '../../../src/io/disk-file.ts';
import { FileMap } from '../../../src/map/maps.ts';
import { readBytes } from '../../../src/map/read-map.ts';
import { VhdxFile } from '../../../src/vhdx/vhdx-file.ts';
import { fixturesRoot, fixturesTitle, unpackFixture } from '../../support/fixtures.ts';
import { codesOf, openVhdx, over, sha256Of } from '../../support/vhdx-reading.ts';

const MIB = 2 ** 20;

function pathOf(name: string): string {
  return unpackFixture(`hostile-vhdx/${name}.vhdx.gz`);
}

function open(name: string, parent?: DiskImage): VhdxFile {
  return openVhdx(new DiskFile(pathOf(name)), parent === undefined ? undefined : over(parent));
}

describe.skipIf(fixturesRoot() === null)(fixturesTitle('one copy damaged, the other one used'), () => {
  const original = '8e2b5e9265d694b42b81819e3bff29770eff4ed0f4f9f311693ff3dbdc93efac';
  const cases = [
    ['h1bad', 'header 1 with a broken checksum', ['VHDX_HEADER_INVALID']],
    ['h1zero', 'header 1 zeroed', ['VHDX_HEADER_INVALID']],
    ['h1seqbad', 'header 1 with a huge sequence number and a broken checksum', ['VHDX_HEADER_INVALID']],
    ['h2bad', 'header 2, the current one, with a broken checksum', ['VHDX_HEADER_INVALID']],
    ['r1bad', 'region table 1 with a broken checksum', ['VHDX_REGION_TABLE_INVALID']],
    ['r1zero', 'region table 1 zeroed', ['VHDX_REGION_TABLE_INVALID']],
    ['r2bad', 'region table 2 with a broken checksum', ['VHDX_REGION_TABLE_INVALID']],
  ] as const;
  for (const [name, what, findings] of cases) {
    it(`${what}: the same disk, and it is told`, () => {
      const disk = open(name);
      expect(sha256Of(disk)).toBe(original);
      expect(codesOf(disk.findings)).toEqual(findings);
    });
  }
});

describe.skipIf(fixturesRoot() === null)(fixturesTitle('unusual but legal'), () => {
  it('an odd number of sectors: opens, and its last partial block is there to the last sector', () => {
    const disk = open('odd');
    expect(disk.size).toBe(1024 * MIB + 512);
    expect(readBytes(disk, disk.size - 512, 1024)).toEqual(new Uint8Array(512));
  });

  it('blocks in reverse file order: 128 KiB across a block end and 4 MiB from mid-block are the exact bytes', () => {
    const disk = open('rev');
    const file = readFileSync(pathOf('rev'));
    // The image has 8 blocks of 2 MiB; block b lies at 18 - 2b MiB.
    const block = (b: number): Buffer => file.subarray((18 - 2 * b) * MIB, (20 - 2 * b) * MIB);
    const whole = Buffer.concat(Array.from({ length: 8 }, (_, b) => block(b)));
    for (const [offset, length] of [
      [2 * MIB - 65_536, 131_072],
      [MIB, 4 * MIB],
      [7 * MIB + 513, 3 * MIB],
    ] as const) {
      expect(whole.subarray(offset, offset + length).equals(readBytes(disk, offset, length))).toBe(true);
    }
  });

  it('4096-byte sectors', () => {
    const disk = open('k4');
    const file = readFileSync(pathOf('k4'));
    expect(disk.logicalSectorSize).toBe(4096);
    expect(file.subarray(4 * MIB, 12 * MIB).equals(readBytes(disk, 0, 8 * MIB))).toBe(true);
    expect(readBytes(disk, 8 * MIB, 8 * MIB).every((byte) => byte === 0)).toBe(true);
  });
});

describe.skipIf(fixturesRoot() === null)(fixturesTitle('states of a child over a full parent'), () => {
  const block = (name: string, mib: number): Buffer => readFileSync(pathOf(name)).subarray(mib * MIB, (mib + 2) * MIB);
  const zeros = Buffer.alloc(2 * MIB);

  it('ZERO, UNMAPPED and UNDEFINED read as zeros, never as the parent, and NOT_PRESENT as the parent', () => {
    const disk = open('childA', open('par'));
    const expected = [0, 1, 2, 3, 4, 5, 6, 7].map((b) => {
      if (b === 1 || b === 2 || b === 5) return zeros;
      return b === 3 ? block('childA', 6) : block('par', 4 + 2 * b);
    });
    expect(Buffer.concat(expected).equals(readBytes(disk, 0, 16 * MIB))).toBe(true);
  });

  it('a partially present block is mixed sector by sector as its bitmap says', () => {
    const disk = open('childB', open('par'));
    const file = readFileSync(pathOf('childB'));
    const bitmap = file.subarray(10 * MIB, 11 * MIB);
    const own = block('childB', 8);
    const below = block('par', 12);
    const mixed = Buffer.alloc(2 * MIB);
    let here = 0;
    for (let sector = 0; sector < 4096; sector++) {
      const bit = 4 * 4096 + sector;
      const source = (bitmap[bit >> 3]! >> (bit & 7)) & 1 ? own : below;
      if (source === own) here++;
      source.copy(mixed, sector * 512, sector * 512, sector * 512 + 512);
    }
    expect(here).toBeGreaterThan(0);
    expect(mixed.equals(readBytes(disk, 8 * MIB, 2 * MIB))).toBe(true);
  });

  it('4096-byte sectors, partial block with sectors 3 to 11: read from sector 2 on, 14 sectors', () => {
    const disk = open('child4', open('par4'));
    const bytes = readBytes(disk, 8 * MIB + 2 * 4096, 14 * 4096);
    const values = Array.from({ length: 14 }, (_, i) => new Set(bytes.subarray(i * 4096, (i + 1) * 4096)));
    expect(values.map((set) => [...set].map((byte) => byte.toString(16)).join())).toEqual([
      '54',
      ...Array<string>(9).fill('64'),
      '54',
      '54',
      '54',
      '54',
    ]);
  });

  it('the parent is asked for by its paths in the prescribed order and by its identity', () => {
    const parent = open('par');
    let asked: unknown;
    VhdxFile.open(new FileMap(new DiskFile(pathOf('childA'))), {
      name: 'child',
      openParent: (request) => {
        asked = request;
        return parent;
      },
    });
    expect(asked).toEqual({
      format: 'vhdx',
      child: 'child',
      candidates: [
        { key: 'relative_path', path: '.\\par.vhdx' },
        { key: 'absolute_win32_path', path: 'C:\\x\\par.vhdx' },
      ],
      identities: [parent.dataIdentity],
      logicalSectorSize: 512,
      size: 16 * MIB,
    });
  });
});

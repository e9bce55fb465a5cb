/**
 * Goal: every store of real volumes, made by Windows, reads to exactly the files that independent readers see in it, also
 * where the stores lie on another volume. Method: each stream of the recorded truth is opened by its path and hashed.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Image, openImage } from '../../../src/image/image.ts';
import { splitStream } from '../../../src/image/path.ts';
import type { Volume } from '../../../src/image/volume.ts';
import { fixturesRoot, fixturesTitle, unpackQcow2, unpackSparseTar } from '../../support/fixtures.ts';
import { sha256OfMap } from '../../support/hash-map.ts';

const VOL1 = 'vss/dfir_ntfs/vss_1_vol.tar.gz';
const STOR2 = 'vss/dfir_ntfs/vss_2_stor.tar.gz';
const VOLSTOR3 = 'vss/dfir_ntfs/vss_3_volstor.tar.gz';
const PLASO = 'vss/plaso/vsstest.qcow2';

type Case = { readonly image: string; readonly diffArea?: string; readonly volume: string; readonly truth: string };

const CASES: readonly Case[] = [
  { image: STOR2, volume: '2', truth: 'vss_2_stor' },
  { image: VOL1, diffArea: STOR2, volume: '2', truth: 'vss_1_vol+vss_2_stor' },
  { image: VOLSTOR3, volume: '2', truth: 'vss_3_volstor.p2+p1' },
  { image: PLASO, volume: '1', truth: 'vsstest' },
];

async function open(image: string, diffArea?: string): Promise<Image> {
  const path = (fixture: string): string =>
    fixture.endsWith('.qcow2') ? unpackQcow2(fixture) : unpackSparseTar(fixture);
  const opened = await openImage(path(image), diffArea === undefined ? {} : { diffAreas: [path(diffArea)] });
  onTestFinished(() => opened.close());
  return opened;
}

type Line = { readonly sha256: string; readonly size: number; readonly path: string };

function truth(name: string): Line[] {
  const text = gunzipSync(readFileSync(join(fixturesRoot()!, 'truth/vss', name))).toString('utf8');
  return text
    .split('\n')
    .map((line) => /^(?<sha256>[0-9a-f]{64})\s+(?<size>\d+)\s+\d+\s+(?<path>\/.*)$/.exec(line)?.groups)
    .filter((groups) => groups !== undefined)
    .map((groups) => ({ sha256: groups['sha256']!, size: Number(groups['size']), path: groups['path']! }));
}

/** Streams of this volume that differ from the truth. */
function differences(volume: Volume, lines: readonly Line[]): string[] {
  const fileSystem = volume.requireFileSystem();
  const wrong: string[] = [];
  for (const { sha256, size, path } of lines) {
    const { file, stream } = splitStream(path);
    const entry = fileSystem.lookup(file);
    if (entry === null) {
      wrong.push(`${path}: missing`);
      continue;
    }
    const content = fileSystem.open(entry, stream);
    if (content.size !== size) wrong.push(`${path}: ${content.size} bytes instead of ${size}`);
    else if (sha256OfMap(content) !== sha256) wrong.push(`${path}: other bytes`);
  }
  return wrong;
}

describe.skipIf(fixturesRoot() === null)(fixturesTitle('shadow copies of real volumes'), () => {
  for (const { image, diffArea, volume, truth: name } of CASES) {
    it(`${name}: every file of every store`, { timeout: 300_000 }, async () => {
      const opened = (await open(image, diffArea)).volume(volume);
      expect(opened.shadowCopies.findings).toEqual([]);
      let compared = 0;
      for (const copy of opened.shadowCopies.copies) {
        expect(copy.damage()).toEqual([]);
        const lines = truth(`${name}.store${copy.number}.dfir_ntfs.files-sha256.txt.gz`);
        expect(lines.length).toBeGreaterThan(10);
        expect(differences(opened.shadow(copy), lines)).toEqual([]);
        compared++;
      }
      expect(compared).toBe(name === 'vss_2_stor' ? 1 : 2);
    });
  }

  it('the store of another volume is missed by name, and the rest stays readable', async () => {
    const volume = (await open(VOL1)).volume('2');
    expect(volume.shadowCopies.copies).toHaveLength(2);
    expect(volume.shadowCopies.findings.map(({ code }) => code)).toEqual([
      'VSS_STORE_NOT_FOUND',
      'VSS_STORE_NOT_FOUND',
    ]);
    expect(volume.shadowCopies.copies[0]!.damage()[0]?.hint).toMatch(/--diff-area/);
    expect(volume.requireFileSystem().lookup('/test.txt')?.size).toBe(703_800);
  });

  it('whole volumes are the same bytes as an independent reader gives', { timeout: 300_000 }, async () => {
    const { shadowCopies } = (await open(PLASO)).volume('1');
    expect(shadowCopies.copies.map(({ map }) => sha256OfMap(map))).toEqual([
      'c8ada35c641a68447640b250f35e623b7f619aaae26bd55a06b8d4c34ebed1da',
      'b36b05cab3959751c9c2dbf8c5a6d1965941fb788ad337310ea494e94a0da26b',
    ]);
  });
});

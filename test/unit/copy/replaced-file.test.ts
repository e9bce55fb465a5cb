/** A file that is replaced while it is read: whoever has it open reads what it opened, in all threads. */

import { closeSync, fstatSync, ftruncateSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { BlockChecker } from '../../../src/copy/block-checker.ts';
import { CopyEngine } from '../../../src/copy/copy-engine.ts';
import { HostHoleMap } from '../../../src/copy/host-holes.ts';
import { copyOrClone, LeafCloner } from '../../../src/copy/leaf-cloner.ts';
import { HostStorage } from '../../../src/diff/host-storage.ts';
import { DiskFile } from '../../../src/io/disk-file.ts';
import type { HostFile, HostFiles } from '../../../src/io/host-files.ts';
import { resolveExtents } from '../../../src/map/extent.ts';
import { FileMap } from '../../../src/map/maps.ts';
import { type Fingerprinter, loadFingerprinter } from '../../../src/sidecar/fingerprint.ts';
import { FileExtents } from '../../../src/verify/placed-ranges.ts';
import { tempFolder } from '../../support/temp.ts';

const SIZE = 80 * 2 ** 20;
const BLOCK = 65_536;
let fingerprint: Fingerprinter;
beforeAll(async () => {
  fingerprint = await loadFingerprinter();
});

/** A file that is open, and whose path leads to another of the same size by now. */
function replaced(folder: string): { map: FileMap; bytes: Buffer } {
  const path = join(folder, 'disk');
  const bytes = Buffer.alloc(SIZE);
  for (let i = 0; i < SIZE; i += 4096) bytes.writeUInt32LE(i + 1, i);
  writeFileSync(path, bytes);
  const file = new DiskFile(path);
  writeFileSync(`${path}.new`, Buffer.alloc(SIZE, 7));
  renameSync(`${path}.new`, path);
  return { map: new FileMap(file), bytes };
}

it('is copied as it was opened', async () => {
  const folder = tempFolder();
  const { map, bytes } = replaced(folder);
  const path = join(folder, 'copy');
  const fd = openSync(path, 'wx+');
  await using engine = new CopyEngine({ threads: 2 });
  await engine.copy(map, { target: { path, fd } });
  closeSync(fd);
  expect(Buffer.compare(readFileSync(path), bytes)).toBe(0);
});

it('is checked as it was opened', async () => {
  const { map, bytes } = replaced(tempFolder());
  await using checker = new BlockChecker({ threads: 2 });
  const bad: number[] = [];
  const runs = [{ first: 0, count: SIZE / BLOCK }];
  for (let time = 0; time < 2; time++) {
    await checker.check({
      map,
      blockSize: BLOCK,
      runs,
      expected: (first, count, target, at) => {
        for (let i = 0; i < count; i++)
          fingerprint(bytes.subarray((first + i) * BLOCK, (first + i + 1) * BLOCK), target, at + 16 * i);
      },
      onBad: (block) => bad.push(block),
    });
  }
  expect(bad).toEqual([]);
});

it('is what the host is asked about: its holes, its extents, its blocks', async () => {
  const folder = tempFolder();
  const { map, bytes } = replaced(folder);
  const asked: string[] = [];
  const asks =
    <T>(answer: T) =>
    ({ fd }: HostFile): T => {
      const { dev, ino } = fstatSync(fd);
      asked.push(`${dev}:${ino}`);
      return answer;
    };
  const host = {
    dataRanges: asks(null),
    physicalExtents: asks(null),
    cloneRange: asks('unsupported'),
  } as unknown as HostFiles;
  resolveExtents(new HostHoleMap(map, host), 0, SIZE);
  new HostStorage(host).holes(map.file, 0, SIZE, () => undefined);
  new HostStorage(host).compare(map.file, 0, map.file, 0, SIZE, () => undefined);
  FileExtents.of(host, map.file.host!, SIZE);
  const path = join(folder, 'copy');
  const fd = openSync(path, 'wx+');
  ftruncateSync(fd, SIZE);
  await using engine = new CopyEngine({ threads: 1 });
  await copyOrClone(engine, new LeafCloner(host, () => 'xfs'), map, { target: { path, fd } });
  closeSync(fd);
  expect(Buffer.compare(readFileSync(path), bytes)).toBe(0);
  expect(asked.length).toBeGreaterThanOrEqual(5);
  expect(new Set(asked)).toEqual(new Set([map.file.identity]));
});

/**
 * Goal: pages are judged alike by the kernel and by words, by one thread and by two, and whatever fails in the other thread
 * is read again by this one. Method: random pages under both sums; a database on disk that is large enough for two
 * threads (its pages are few, the rest is a hole that its maps call allocated), with seeded damage.
 */

import { closeSync, ftruncateSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PageChecker } from '../../../src/copy/page-checker.ts';
import { StorageError } from '../../../src/errors.ts';
import type { ByteFile } from '../../../src/io/byte-file.ts';
import { DiskFile } from '../../../src/io/disk-file.ts';
import { FileMap } from '../../../src/map/maps.ts';
import { Database } from '../../../src/mdf/database.ts';
import { PageCensus } from '../../../src/mdf/page-census.ts';
import { PAGES_MAX, PageKernel } from '../../../src/mdf/page-kernel.ts';
import { pageChecksum } from '../../../src/mdf/page-protection.ts';
import { Random } from '../../support/random.ts';
import { spreadDatabase } from '../../support/spread-database.ts';
import { tempFolder } from '../../support/temp.ts';

const PAGE = 8192;
/** 515 MiB: enough for two threads. */
const PAGES = 66_000;

it('the kernel sums as words do, at any place', () => {
  const random = new Random();
  const kernel = new PageKernel();
  const portable = new PageKernel(true);
  kernel.bytes.set(random.bytes(8 * PAGE));
  kernel.bytes.set(kernel.bytes.subarray(0, 8 * PAGE), (PAGES_MAX - 8) * PAGE);
  for (const page of [0, 1, 2, 7, PAGES_MAX - 8, PAGES_MAX - 1]) {
    const at = (page * PAGE) / 4;
    expect([random.seed, kernel.sum(kernel.words, at)]).toEqual([random.seed, pageChecksum(kernel.words, at)]);
  }
  expect(kernel.sum).not.toBe(pageChecksum);
  expect(portable.sum).toBe(pageChecksum);
});

/** A database whose maps call far more allocated than there is. */
function writeLarge(random: Random): string {
  const { primary } = spreadDatabase();
  const path = join(tempFolder(), 'large.mdf');
  const fd = openSync(path, 'w');
  ftruncateSync(fd, PAGES * PAGE);
  for (const [number, page] of primary.pages) {
    if (number >= PAGES) continue;
    const words = new Uint32Array(page.slice().buffer);
    const bytes = new Uint8Array(words.buffer);
    if (page[1] === 11) bytes.fill(0x40, 100 + (number === 1 ? 4000 : 1), 100 + 8088 - random.below(3000));
    words[15] = pageChecksum(words);
    if (random.below(8) === 0 && number > 200) bytes[200 + random.below(7000)]! ^= 4;
    writeSync(fd, bytes, 0, PAGE, number * PAGE);
  }
  for (let i = 0; i < 2000; i++) writeSync(fd, random.bytes(96), 0, 96, (200 + random.below(PAGES - 200)) * PAGE + 96);
  closeSync(fd);
  return path;
}

async function census(file: ByteFile, threads: 1 | 2): Promise<Pick<PageCensus, 'counts' | 'bad' | 'missing'>> {
  const map = new FileMap(file);
  const result = new PageCensus(Database.open({ map, name: file.name }), 1);
  await using checker = new PageChecker({ threads });
  let bytes = 0;
  await checker.check(map, result, { onBytes: (count) => (bytes += count) });
  expect(bytes).toBe(map.size);
  const { counts, bad, missing } = result;
  return { counts, bad, missing };
}

describe('one thread and two', () => {
  it('find the same, also where reading fails, and where only this thread can read', async () => {
    const random = new Random();
    const path = writeLarge(random);
    const file = new DiskFile(path);
    try {
      const alone = await census(file, 1);
      expect(alone.counts.total).toBe(PAGES);
      expect(alone.counts.bad).toBeGreaterThan(10_000);
      expect([random.seed, await census(file, 2)]).toEqual([random.seed, alone]);

      const failing = (at: number): ByteFile => ({
        name: path,
        size: file.size,
        identity: 'elsewhere',
        path: `${path}.gone`, // the other thread finds nothing there
        read: (offset, target) => {
          if (offset < at + PAGE && offset + target.length > at) throw new StorageError('io', 'EIO', 'no such sector');
          return file.read(offset, target);
        },
        close: () => {},
      });
      const hit = 20_000 * PAGE;
      const [one, two] = [await census(failing(hit), 1), await census(failing(hit), 2)];
      expect(two).toEqual(one);
      expect(one.bad.filter(({ defect }) => defect === 'unreadable')).toMatchObject([{ page: 20_000, count: 1 }]);
    } finally {
      file.close();
      rmSync(path);
    }
  });

  it('a cancelled check ends, and leaves no thread', async () => {
    const { primary } = spreadDatabase();
    const map = new FileMap(primary);
    const result = new PageCensus(Database.open({ map, name: 'p' }), 1);
    await using checker = new PageChecker();
    await expect(checker.check(map, result, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      kind: 'cancelled',
    });
  });
});

/**
 * Goal: databases of several data files, and pages beyond 4 GiB (whose byte offsets do not fit in 32 bits), read and prove
 * themselves as small ones do. Method: a generated database is spread over two files and 5.3 GiB, most of it holes; its
 * rows must be those that its writer meant.
 */

import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkDatabase } from '../../../src/database/health.ts';
import { openDatabase } from '../../../src/database/open-database.ts';
import type { StorageError } from '../../../src/errors.ts';
import { FileMap } from '../../../src/map/maps.ts';
import { Database } from '../../../src/mdf/database.ts';
import { hexText, type SqlValue } from '../../../src/mdf/value.ts';
import { FAR, type PageFile, SECOND, type SpreadDatabase, spreadDatabase } from '../../support/spread-database.ts';
import { tempFolder } from '../../support/temp.ts';

const truth: Record<string, { columns: string[]; rows: unknown[][] }> = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../fixtures/features.truth.json'), 'utf8'),
);

function open({ primary, second }: SpreadDatabase, withSecond = true): Database {
  const [first, other] = [primary, second].map((file) => ({ map: new FileMap(file), name: file.name }));
  return Database.open(first!, withSecond ? [other!] : []);
}

const plain = (value: SqlValue): unknown =>
  value instanceof Uint8Array ? hexText(value) : typeof value === 'bigint' ? String(value) : value;

function rowsOf(database: Database, name: string, lost: StorageError[] = []): unknown[][] {
  const rows = database.table(name).rows({ onDamage: (error) => lost.push(error) });
  return [...rows].map((row) => row.map(plain));
}

describe('two data files, one of more than 4 GiB', () => {
  const spread = spreadDatabase();

  it.each(Object.keys(truth))('%s has its rows', (name) => {
    const lost: StorageError[] = [];
    expect(rowsOf(open(spread), name, lost)).toEqual(truth[name]!.rows);
    expect(lost).toEqual([]);
  });

  it('every page of both files proves itself', async () => {
    const progress: number[] = [];
    const { verdict, pages, findings } = await checkDatabase(open(spread), {
      onProgress: (done, total) => progress.push(done / total),
    });
    expect([verdict, findings]).toEqual(['clean shutdown', []]);
    expect(pages).toMatchObject({ bad: 0, gamMismatches: 0, linkMismatches: 0, unprotected: 0 });
    expect(pages.total).toBe((spread.primary.size + spread.second.size) / 8192);
    const used = [...spread.primary.pages.values(), ...spread.second.pages.values()].filter((page) =>
      page.some(Boolean),
    );
    expect(pages.checksum).toBe(used.length);
    expect(progress.at(-1)).toBe(1);
  });

  it('a flipped byte is told with its file, its offset and its table', async () => {
    const damaged = spreadDatabase();
    damaged.primary.pages.get(FAR + 3)![4000]! ^= 1;
    damaged.second.pages.get(9)![4000]! ^= 1;
    const { verdict, badPages, summary } = await checkDatabase(open(damaged));
    expect(verdict).toBe('damaged');
    expect(badPages).toEqual([
      { page: `1:${FAR + 3}`, offset: (FAR + 3) * 8192, defect: 'checksum', owners: ['dbo.many_pages'] },
      { page: `${SECOND}:9`, offset: 9 * 8192, defect: 'checksum', owners: ['dbo.lobs'] },
    ]);
    expect(summary).toBe(`damaged: pages 1:${FAR + 3}, ${SECOND}:9`);
    expect(rowsOf(open(damaged), 'many_pages').length).toBe(96);
  });

  it('without its second file it says so, and reads the rest', async () => {
    const alone = open(spread, false);
    const lost: StorageError[] = [];
    expect(rowsOf(alone, 'many_pages', lost)).toEqual(truth['many_pages']!.rows.slice(0, 96));
    expect(lost.map(({ code, hint }) => [code, hint])).toEqual([
      ['MDF_FILE_MISSING', expect.stringContaining('--file')],
    ]);
    expect(rowsOf(alone, 'scalars')).toEqual(truth['scalars']!.rows);
    const { verdict, findings } = await checkDatabase(alone);
    expect(verdict).toBe('clean shutdown');
    expect(findings.filter(({ code }) => code !== 'MDF_COLLATION')).toMatchObject([
      { severity: 'warning', code: 'MDF_FILE_MISSING', message: expect.stringContaining('features_two.ndf') },
    ]);
  });

  it('a second file cut short costs what is cut off', () => {
    const { primary, second } = spread;
    const short = { ...second, name: 'short', identity: 'short', path: null, size: 10 * 8192, close: () => {}, read: second.read.bind(second) }; // biome-ignore format: one thing
    const database = Database.open({ map: new FileMap(primary), name: 'p' }, [
      { map: new FileMap(short), name: 'short' },
    ]);
    const lost: StorageError[] = [];
    expect(rowsOf(database, 'many_pages', lost).length).toBe(96);
    expect(lost.map(({ code }) => code)).toEqual(['MDF_PAGE_OUTSIDE']);
  });

  it('the second file is found beside the first, by the name that the catalog has, when it is of the same database', async () => {
    const folder = tempFolder();
    const [mdf, ndf] = [join(folder, 'copied.mdf'), join(folder, 'features_two.ndf')];
    writePages(mdf, spread.primary);
    writePages(ndf, spread.second);
    {
      await using handle = await openDatabase(mdf);
      expect([...handle.database.files.keys()]).toEqual([1, SECOND]);
      expect(rowsOf(handle.database, 'many_pages')).toEqual(truth['many_pages']!.rows);
    }
    const other = spreadDatabase();
    other.second.pages.set(0, other.primary.pages.get(0)!); // a file of that name, and no second file
    writePages(ndf, other.second);
    await using alone = await openDatabase(mdf);
    expect(alone.database.absentFiles()).toMatchObject([{ fileId: SECOND, logicalName: 'features_log' }]);
  });
});

/** As a sparse file on disk. */
function writePages(path: string, { size, pages }: PageFile): void {
  const fd = openSync(path, 'w');
  ftruncateSync(fd, size);
  for (const [number, page] of pages) if (page.some(Boolean)) writeSync(fd, page, 0, page.length, number * 8192);
  closeSync(fd);
}

/**
 * Goal: damage is told, costs what it hits and nothing else, and never more than time and memory allow. Method: bytes at
 * seeded places of real databases are changed, once as a disk does it (the page no longer proves itself), once as an
 * attacker does it (the checksum is made right again, so that the parser meets the nonsense).
 */

import { describe, expect, it } from 'vitest';
import { checkDatabase } from '../../../src/database/health.ts';
import { StorageError } from '../../../src/errors.ts';
import { MemoryFile } from '../../../src/io/memory-file.ts';
import { FileMap } from '../../../src/map/maps.ts';
import { Database } from '../../../src/mdf/database.ts';
import type { DatabaseHealth } from '../../../src/mdf/health.ts';
import { pageChecksum } from '../../../src/mdf/page-protection.ts';
import { fixturesRoot, fixturesTitle, readFixture } from '../../support/fixtures.ts';
import { Random } from '../../support/random.ts';

const PAGE = 8192;
const absent = fixturesRoot() === null;

function mapOf(bytes: Uint8Array): FileMap {
  return new FileMap(new MemoryFile(bytes, 'damaged.mdf'));
}

function open(bytes: Uint8Array): Database {
  return Database.open({ map: mapOf(bytes), name: 'damaged.mdf' });
}

async function health(bytes: Uint8Array): Promise<DatabaseHealth> {
  return checkDatabase(open(bytes));
}

/** Every row of every table; damage is collected. */
function readAll(bytes: Uint8Array): { rows: Map<string, number>; lost: StorageError[] } {
  const rows = new Map<string, number>();
  const lost: StorageError[] = [];
  for (const table of open(bytes).tables({ system: true })) {
    let count = 0;
    try {
      for (const _row of table.rows({ onDamage: (error) => lost.push(error) })) count++;
    } catch (error) {
      if (!StorageError.isDamage(error)) throw error;
      lost.push(error);
    }
    rows.set(table.fullName, count);
  }
  return { rows, lost };
}

function isAllocated(bytes: Uint8Array, page: number): boolean {
  return page === 0 || (bytes[PAGE + 100 + page]! & 0x40) !== 0;
}

describe.skipIf(absent)(fixturesTitle('flipped bytes'), () => {
  const sound = absent ? new Uint8Array(0) : new Uint8Array(readFixture('mssql/itsligo/northwnd.mdf.gz'));

  it('every flipped byte of an allocated page is reported, with its page', async () => {
    const random = new Random();
    const places = Array.from({ length: 60 }, () => random.below(sound.length)).filter((at) => {
      const page = Math.floor(at / PAGE);
      const flags = sound[page * PAGE + 4]! | (sound[page * PAGE + 5]! << 8);
      return isAllocated(sound, page) && (flags & 0x200) !== 0;
    });
    for (const at of places) {
      const bytes = sound.slice();
      bytes[at]! ^= 1 << random.below(8);
      const result = await health(bytes).catch((error: StorageError) => error);
      const page = `1:${Math.floor(at / PAGE)}`;
      const told = result instanceof Error ? [result.at.structure] : result.badPages.map((bad) => bad.page);
      expect([random.seed, at, told.join()]).toEqual([
        random.seed,
        at,
        expect.stringContaining(page === '1:1' ? '1:' : page),
      ]);
    }
  });

  it('a bad page costs its own rows only', () => {
    const before = readAll(sound);
    expect(before.lost).toEqual([]);
    const bytes = sound.slice();
    const table = open(sound).table('Orders');
    const pages = [
      ...open(sound).allocation.pagesOf(open(sound).catalog.rowUnit(table.partitions[0]!.rowset.id)!.firstIam),
    ];
    const leaf = pages.find(({ page }) => sound[page * PAGE + 1] === 1)!.page;
    bytes[leaf * PAGE + 4000]! ^= 0x10;
    const after = readAll(bytes);
    for (const [name, count] of before.rows) {
      if (name === 'dbo.Orders') expect(after.rows.get(name)).toBeLessThan(count);
      else expect([name, after.rows.get(name)]).toEqual([name, count]);
    }
    expect(after.lost.map((error) => error.code)).toEqual(['MDF_PAGE_CHECKSUM']);
  });

  it.each(['checksum', 'loop', 'type'])(
    'a table whose allocation map is damaged (%s) is read all the same, and told of',
    (how) => {
      const table = open(sound).table('Orders');
      const { firstIam } = open(sound).catalog.rowUnit(table.partitions[0]!.rowset.id)!;
      const bytes =
        how === 'checksum'
          ? sound.slice()
          : withPage(firstIam.page, (page) => {
              if (how === 'type') page[1] = 1;
              else new DataView(page.buffer, page.byteOffset).setUint32(16, firstIam.page, true);
              if (how === 'loop') page[20] = 1;
            });
      if (how === 'checksum') bytes[firstIam.page * PAGE + 4000]! ^= 0x10;
      const lost: StorageError[] = [];
      const ids = [
        ...open(bytes)
          .table('Orders')
          .rows({ columns: ['OrderID'], onDamage: (error) => lost.push(error) }),
      ].flat();
      expect(ids.length).toBe(830);
      expect(new Set(ids).size).toBe(830);
      const code = { checksum: 'MDF_PAGE_CHECKSUM', loop: 'MDF_IAM_LOOP', type: 'MDF_IAM_TYPE' }[how];
      expect(lost.map((error) => error.code)).toEqual([code]);
    },
  );

  it('a damaged catalog page is read as far as it goes', async () => {
    const bytes = sound.slice();
    bytes[18 * PAGE + 5000]! ^= 0x01; // sysrowsets
    const { badPages, verdict } = await health(bytes);
    expect(verdict).toBe('damaged');
    expect(badPages).toMatchObject([{ page: '1:18', defect: 'checksum', owners: ['sys.sysrowsets'] }]);
    expect(open(bytes).tables().length).toBe(13);
  });

  it('a torn page is told from a whole one', async () => {
    const upgraded = new Uint8Array(readFixture('mssql/sankaranarayanan/NORTHWND.MDF.gz'));
    const random = new Random();
    for (let i = 0; i < 20; i++) {
      const bytes = upgraded.slice();
      let page = random.below(400);
      while (!isAllocated(upgraded, page) || (upgraded[page * PAGE + 5]! & 1) === 0) page = random.below(400);
      const sector = 1 + random.below(15);
      const last = page * PAGE + sector * 512 + 511;
      bytes[last] = bytes[last]! ^ 3;
      const told = await health(bytes).then((result) => result.badPages.map((bad) => `${bad.page} ${bad.defect}`));
      if (page !== 1) expect([random.seed, told]).toEqual([random.seed, [`1:${page} torn`]]);
    }
  });

  /** Changes a page and makes its checksum right again. */
  function withPage(page: number, change: (bytes: Uint8Array) => void): Uint8Array {
    const bytes = sound.slice();
    change(bytes.subarray(page * PAGE, (page + 1) * PAGE));
    const words = new Uint32Array(bytes.buffer);
    words[(page * PAGE + 60) / 4] = pageChecksum(words, (page * PAGE) / 4);
    return bytes;
  }

  it('an encrypted database is refused by name, a version that was never seen is said', () => {
    const random = new Random();
    const encrypted = withPage(9, (page) => page.set(random.bytes(PAGE - 96 - 100), 96));
    expect(() => open(encrypted)).toThrow(
      expect.objectContaining({ code: 'MDF_BOOT_RECORD', hint: expect.stringMatching(/TDE/) }),
    );
    const flagged = withPage(9, (page) => {
      page.set(random.bytes(PAGE - 96), 96);
      page[4]! |= 8;
    });
    expect(() => open(flagged)).toThrow(
      expect.objectContaining({
        code: 'MDF_ENCRYPTED',
        kind: 'unsupported',
        hint: expect.stringMatching(/certificate/),
      }),
    );
    for (const [version, by] of [
      [515, /SQL Server 7\.0/],
      [539, /SQL Server 2000/],
      [1200, /newer than 2025/],
    ] as const) {
      const other = withPage(9, (page) => page.set([version & 255, version >> 8], 100));
      expect(() => open(other)).toThrow(
        expect.objectContaining({
          code: 'MDF_VERSION_UNKNOWN',
          kind: 'unsupported',
          message: expect.stringMatching(by),
        }),
      );
    }
    const torn = sound.slice();
    torn.set(random.bytes(PAGE - 96), 9 * PAGE + 96);
    expect(() => open(torn)).toThrow(
      expect.objectContaining({ code: 'MDF_PAGE_CHECKSUM', hint: expect.stringMatching(/another recovery point/) }),
    );
    const newer = open(withPage(9, (page) => page.set([0x2a, 0x04], 100))); // 1066
    expect(newer.boot.product).toBe('2025');
    expect(newer.findings).toMatchObject([{ code: 'MDF_VERSION', severity: 'warning' }]);
    expect(newer.tables().length).toBe(13);
  });

  it('a file cut short is damaged, and says so', async () => {
    const { verdict, summary } = await health(sound.slice(0, 300 * PAGE));
    expect(verdict).toBe('damaged');
    expect(summary).toMatch(/cut short|page/);
  });
});

describe.skipIf(absent)(fixturesTitle('hostile pages'), () => {
  it.each(['mssql/itsligo/pubs.mdf.gz', 'mssql/itsligo/Bookshop.mdf.gz'])(
    '%s: nonsense with a right checksum ends in typed errors',
    async (path) => {
      const sound = new Uint8Array(readFixture(path));
      const random = new Random();
      for (let round = 0; round < 40; round++) {
        const bytes = sound.slice();
        const words = new Uint32Array(bytes.buffer);
        for (let change = 0; change < 12; change++) {
          const page = random.below(sound.length / PAGE);
          for (let i = 0; i < 4; i++) {
            // Headers, slot arrays and the first record are where structures stand.
            const where = random.pick([
              random.below(96),
              PAGE - 1 - random.below(64),
              96 + random.below(120),
              random.below(PAGE),
            ]);
            if (where !== 4 && where !== 5)
              bytes[page * PAGE + where] = random.pick([0, 255, 1, 128, random.below(256)]);
          }
          words[(page * PAGE + 60) / 4] = pageChecksum(words, (page * PAGE) / 4);
        }
        try {
          readAll(bytes);
          await health(bytes);
        } catch (error) {
          expect([random.seed, round, StorageError.isDamage(error) || error]).toEqual([random.seed, round, true]);
        }
      }
    },
  );
});

it.skipIf(absent).each(['mssql/itsligo/pubs.mdf.gz', 'mssql/sankaranarayanan/NORTHWND.MDF.gz'])(
  '%s: listing the tables reads the catalog only, however large the file is',
  (path) => {
    const bytes = new Uint8Array(readFixture(path));
    let read = 0;
    const file = new MemoryFile(bytes, 'large.mdf');
    const large = {
      name: 'large.mdf',
      size: 2 ** 36,
      identity: 'large',
      path: null,
      read: (offset: number, target: Uint8Array): number => {
        read += target.length;
        target.fill(0);
        file.read(offset, target);
        return target.length;
      },
      close: () => {},
    };
    const tables = Database.open({ map: new FileMap(large), name: 'large.mdf' }).tables();
    expect(tables.length).toBeGreaterThan(10);
    expect(read).toBeLessThan(bytes.length);
  },
);

/**
 * Goal: real databases of SQL Server 2008 to 2008 R2 (one upgraded from 2000) read completely and rightly. Method: every
 * table, the catalog's own too, must give as many rows as the catalog counts; rows, images and long texts are compared
 * with what the scripts that made these databases insert, and with digests taken by another reader.
 */

import { describe, expect, it } from 'vitest';
import { MemoryFile } from '../../../src/io/memory-file.ts';
import { FileMap } from '../../../src/map/maps.ts';
import { Database } from '../../../src/mdf/database.ts';
import type { SqlRow } from '../../../src/mdf/value.ts';
import { fixturesRoot, fixturesTitle, readFixture } from '../../support/fixtures.ts';
import { sha256 } from '../../support/sample-pool.ts';

const FILES = {
  pubs: 'mssql/itsligo/pubs.mdf.gz',
  northwind: 'mssql/itsligo/northwnd.mdf.gz',
  bookshop: 'mssql/itsligo/Bookshop.mdf.gz',
  upgraded: 'mssql/sankaranarayanan/NORTHWND.MDF.gz',
} as const;

const opened = new Map<string, Database>();

function open(name: keyof typeof FILES): Database {
  let database = opened.get(name);
  if (database === undefined) {
    const file = new MemoryFile(readFixture(FILES[name]), name);
    opened.set(name, (database = Database.open({ map: new FileMap(file), name })));
  }
  return database;
}

function rows(name: keyof typeof FILES, table: string, columns?: string[]): SqlRow[] {
  return [...open(name).table(table).rows({ columns })];
}

/** Rows in the scripts that made the databases. */
const PUBS = {
  authors: 23,
  discounts: 3,
  employee: 43,
  jobs: 14,
  pub_info: 8,
  publishers: 8,
  roysched: 86,
  sales: 21,
  stores: 6,
  titleauthor: 25,
  titles: 18,
};
const NORTHWIND = {
  Categories: 8,
  CustomerCustomerDemo: 0,
  CustomerDemographics: 0,
  Customers: 91,
  Employees: 9,
  EmployeeTerritories: 49,
  'Order Details': 2155,
  Orders: 830,
  Products: 77,
  Region: 4,
  Shippers: 3,
  Suppliers: 29,
  Territories: 53,
};

describe.skipIf(fixturesRoot() === null)(fixturesTitle('real databases'), () => {
  it.each([
    ['pubs', '2008', 655, 'checksum'],
    ['northwind', '2008', 655, 'checksum'],
    ['bookshop', '2008 R2', 661, 'checksum'],
    ['upgraded', '2008 R2', 661, 'torn page'],
  ] as const)('%s: every table has the rows that the catalog counts', (name, product, version, pageVerify) => {
    const database = open(name);
    expect(database.boot).toMatchObject({ product, version, pageVerify, cleanShutdown: true });
    const tables = database.tables({ system: true });
    expect(tables.length).toBeGreaterThan(45);
    for (const table of tables)
      expect([table.fullName, [...table.rows()].length]).toEqual([table.fullName, table.rowCount]);
    expect(database.findings).toEqual([]);
  });

  it.each([
    ['pubs', PUBS],
    ['northwind', NORTHWIND],
    ['upgraded', NORTHWIND],
  ] as const)('%s: the rows that its script inserts', (name, counts) => {
    const found = open(name).tables();
    expect(
      Object.fromEntries(found.filter(({ name }) => name !== 'sysdiagrams').map((t) => [t.name, t.rowCount])),
    ).toEqual(counts);
  });

  it('scalar types at well-known places', () => {
    const byId = (table: string, id: unknown, from: keyof typeof FILES = 'pubs') =>
      rows(from, table).find(([first]) => first === id)!;
    expect(byId('authors', '172-32-1176')).toEqual([
      '172-32-1176',
      'White',
      'Johnson',
      '408 496-7223',
      '10932 Bigge Rd.',
      'Menlo Park',
      'CA',
      '94025',
      true,
    ]);
    expect(byId('authors', '341-22-1782').at(-1)).toBe(false);
    expect(byId('titles', 'BU1032')).toMatchObject({
      4: '19.9900',
      5: '5000.0000',
      6: 10,
      7: 4095,
      9: '1991-06-12 00:00:00.000',
    });
    expect(byId('titles', 'MC3026')).toMatchObject({ 4: null, 5: null, 6: null, 7: null });
    expect(rows('pubs', 'discounts')[0]).toEqual(['Initial Customer', null, null, null, '10.50']);
    expect(byId('jobs', 2)).toEqual([2, 'Chief Executive Officer', 200, 250]);
    expect(byId('employee', 'PMA42628M').slice(0, 4)).toEqual(['PMA42628M', 'Paolo', 'M', 'Accorti']);
    expect(byId('Orders', 10248, 'northwind').slice(0, 8)).toEqual([
      10248,
      'VINET',
      5,
      '1996-07-04 00:00:00.000',
      '1996-08-01 00:00:00.000',
      '1996-07-16 00:00:00.000',
      3,
      '32.3800',
    ]);
    expect(rows('northwind', 'Order Details').find((row) => row[0] === 10260 && row[1] === 41)).toEqual([
      10260,
      41,
      '7.7000',
      16,
      0.25,
    ]);
    expect(byId('Customers', 'BLAUS', 'northwind')[1]).toBe('Blauer See Delikatessen');
    expect(byId('Customers', 'BERGS', 'northwind')[1]).toBe('Berglunds snabbköp');
    expect(rows('bookshop', 'Book').find(([first]) => first === 1)).toMatchObject({
      1: 1,
      2: 'XML Developers Guide',
      4: '4.9500',
    });
  });

  it('images and long texts, through every kind of root', () => {
    const info = rows('pubs', 'pub_info').map(([id, logo, text]) => [
      id,
      (logo as Uint8Array).length,
      sha256(logo as Uint8Array).slice(0, 16),
      (text as string).length,
      sha256(Buffer.from(text as string, 'latin1')).slice(0, 16),
    ]);
    expect(info.filter(([id]) => ['0736', '1389', '1622', '9999'].includes(String(id)))).toEqual([
      ['0736', 643, 'cc4bad0ae22b66dc', 65071, 'a08e1489908de11e'],
      ['1389', 466, '312cdb226ed16a3b', 1476, 'd18bafd0a9c0e8a1'],
      ['1622', 914, 'ba7608acc08f1845', 18518, 'd2241c8ae952ec6b'],
      ['9999', 534, '1f8a748d605c0e4a', 544, '43483b58b2145089'],
    ]);
    const photo = rows('northwind', 'Employees', ['LastName', 'Photo']).find(([name]) => name === 'Davolio')![1];
    expect(sha256(photo as Uint8Array)).toBe('7700820f75719b5f9e25c7d4f3468752ec6a909b5e6f0455eb31a3a645e21757');
  });

  it('the same database under checksums and under torn-page bits gives equal rows', () => {
    const text = (row: SqlRow) =>
      row.map((value) => (value instanceof Uint8Array ? sha256(value) : String(value))).join('|');
    const differing = Object.keys(NORTHWIND).filter((table) => {
      const [left, right] = (['northwind', 'upgraded'] as const).map((name) => rows(name, table).map(text).sort());
      expect(left!.length).toBe(right!.length);
      return left!.some((row, index) => row !== right![index]);
    });
    expect(differing).toEqual([]);
  });

  it('columns are chosen by name, tables are found as people write them', () => {
    expect(rows('pubs', '[dbo].[JOBS]', ['job_desc', 'JOB_ID']).find((row) => row[1] === 5)).toEqual(['Publisher', 5]);
    expect(() => open('pubs').table('nothing')).toThrow(/no table nothing/);
    expect(() => rows('pubs', 'jobs', ['nothing'])).toThrow(/has no column nothing/);
    expect(
      open('pubs')
        .table('jobs')
        .columns.map((column) => `${column.name} ${column.type}${column.identity ? ' identity' : ''}`),
    ).toEqual(['job_id smallint identity', 'job_desc varchar(50)', 'min_lvl tinyint', 'max_lvl tinyint']);
  });

  it('a log is refused by name, and so is what is no database', () => {
    const log = new FileMap(new MemoryFile(readFixture('mssql/itsligo/northwnd.ldf.gz'), 'log'));
    expect(() => Database.open({ map: log, name: 'log' })).toThrow(/not the primary file/);
    const noise = new FileMap(new MemoryFile(new Uint8Array(1 << 20).fill(7), 'noise'));
    expect(() => Database.open({ map: noise, name: 'noise' })).toThrow(/no SQL Server data file/);
  });
});

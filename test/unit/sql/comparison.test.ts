/**
 * Goal: a query gives what SQL Server gives, or is refused; never other rows without a word. Method: one table for each kind of
 * value, whose rows lie where doubles, text and time zones mislead.
 */

import { describe, expect, it } from 'vitest';
import type { SqlRow, SqlValue } from '../../../src/mdf/value.ts';
import { runScript } from '../../../src/sql/script.ts';
import { MemoryTable, tablesOf } from '../../support/memory-table.ts';

const G1 = 'ffffffff-ffff-ffff-0000-000000000001';
const G2 = '00000000-0000-0000-0000-000000000002';
const G3 = '00000000-0000-00ff-0000-000000000002';
const G4 = '00000000-0000-ff00-0000-000000000002';
const DATABASE = tablesOf('values', [
  new MemoryTable('times', 'n:int at:datetime zoned:datetimeoffset(0) clock:time(0) day:date', [
    [1, '1998-05-01 00:00:00.000', '2024-01-01 01:00:00 +02:00', '08:00:00', '1998-05-01'],
    [2, '1998-05-06 23:59:59.997', '2023-12-31 23:30:00 +00:00', '09:30:00', '1998-05-06'],
    [3, '1998-04-30 12:00:00.000', '2023-12-31 20:00:00 -05:00', '10:00:00', '1998-04-30'],
  ]),
  new MemoryTable('exact', 'n:int wide:decimal(38,2) big:bigint money:money flag:bit', [
    [1, '123456789012345678.01', 9_007_199_254_740_993n, '19.9900', true],
    [2, '123456789012345678.02', 9_007_199_254_740_992n, '0.1000', false],
    [3, '-5.00', 7, '0.2000', null],
  ]),
  new MemoryTable('guids', 'n:int id:uniqueidentifier text', [
    [1, G1, G1.toUpperCase()],
    [2, G2, `{${G2}}`],
    [3, G3, 'no guid'],
    [4, G4, null],
  ]),
  new MemoryTable('texts', 'n:int folded cased:nvarchar(10):cs data:varbinary(8)', [
    [1, 'Alpha', 'Alpha', new Uint8Array([1, 255])],
    [2, 'ALPHA', 'ALPHA', new Uint8Array([2])],
    [3, 'alpha\t', 'alpha  ', null],
  ]),
  new MemoryTable('twins', 'id:int ID:int', [[1, 2]]),
  new MemoryTable('worked', 'n:int total:computed', [[1, null]]),
]);

async function run(script: string): Promise<{ rows: SqlRow[]; notes: readonly string[] }> {
  const { results, notes } = await runScript(script, DATABASE);
  return { rows: [...results[0]!.rows], notes };
}
const column = async (script: string): Promise<SqlValue[]> => (await run(script)).rows.map((row) => row[0]!);

describe('times', () => {
  it.each([
    ["at >= '19980501'", [1, 2]],
    ["at >= '1998-5-1'", [1, 2]],
    ["at < '1998-05-01T00:00:00Z'", [3]],
    ["at = '19980430 12:00'", [3]],
    ["at between '1998-05-06' and '1998-05-07'", [2]],
    ["at in ('19980501', '1998-04-30T12:00:00.000')", [1, 3]],
    ["zoned = '2023-12-31T23:00:00Z'", [1]],
    ["zoned > '2023-12-31 23:15'", [2, 3]],
    ["clock >= '9:30'", [2, 3]],
    ["day = '1998-05-06 00:00:00'", [2]],
  ])('%s', async (condition, expected) => {
    expect(await column(`select n from times where ${condition}`)).toEqual(expected);
  });

  it('sort as moments, not as they are written', async () => {
    expect(await column('select n from times order by zoned')).toEqual([1, 2, 3]);
  });

  it.each(["at >= 'May 6, 1998'", "at >= '5/6/1998'", "at >= '1998-02-30'", "at >= '1998-05-06 24:00'", "at <> 'x'"])(
    'refused, because it may mean another time or none: %s',
    async (condition) => {
      await expect(run(`select n from times where ${condition}`)).rejects.toThrow(/compared with time values/);
    },
  );
});

describe('numbers', () => {
  it.each([
    ["wide = '123456789012345678.02'", [2]],
    ["wide > '123456789012345678.01'", [2]],
    ['big = 9007199254740993', [1]],
    ['big > 9007199254740992', [1]],
    ['wide < big', [3]],
    ['wide = -5', [3]],
    ["flag = 'true'", [1]],
    ['flag = 0', [2]],
    ['money = 0.1', [2]],
  ])('%s', async (condition, expected) => {
    expect(await column(`select n from exact where ${condition}`)).toEqual(expected);
  });

  it('sort, join and are distinct to the last digit', async () => {
    expect(await column('select n from exact order by wide desc')).toEqual([2, 1, 3]);
    expect(await column('select a.n from exact a join exact b on a.wide = b.wide')).toEqual([1, 2, 3]);
    expect(await column('select distinct big from exact')).toHaveLength(3);
  });

  it('are added exactly', async () => {
    expect(await column('select wide + money from exact')).toEqual([
      '123456789012345698.0000',
      '123456789012345678.1200',
      '-4.8000',
    ]);
    expect(await column('select big + 1 from exact')).toEqual([9_007_199_254_740_994n, 9_007_199_254_740_993n, 8]);
  });

  it.each([
    ["select n + '5' from exact", /are not added/],
    ['select at + 1 from times', /are not added/],
    ["select at + ' x' from times", /are not added/],
    ["select n from exact where n <> 'seven'", /compared with number values/],
    ['select n from exact where big = 0x10', /this number is not understood/],
    ['select n from exact where money > 1e2', /this number is not understood/],
    ['select n from exact where wide = 123456789012345678.01', /this number is not understood/],
    ['select n from times where at > 5', /are not compared with each other/],
    ['select a.n from texts a join texts b on b.n = c.n join texts c on c.n = a.n', /joined after it/],
  ])('refused: %s', async (script, message) => {
    await expect(run(script)).rejects.toThrow(message);
  });
});

describe('GUIDs', () => {
  it("sort in SQL Server's order: the last six bytes first, the first numbers last and as stored", async () => {
    expect(await column('select n from guids order by id')).toEqual([1, 2, 4, 3]);
    expect(await column(`select n from guids where id > '${G2}'`)).toEqual([3, 4]);
  });

  it('are found in text of any form; text that is none is unknown', async () => {
    expect(await column('select a.n from guids a join guids b on a.id = b.text')).toEqual([1, 2]);
    expect(await column('select n from guids where id <> text')).toEqual([]);
    await expect(run("select n from guids where id = 'x'")).rejects.toThrow(/compared with guid values/);
  });
});

describe('text', () => {
  it.each([
    ["folded = 'alpha'", [1, 2]],
    ["cased = 'ALPHA'", [2]],
    ["cased = 'alpha'", [3]],
    ["cased like 'A%'", [1, 2]],
    ["folded like 'a%'", [1, 2, 3]],
    ["data = '0x01ff'", [1]],
    ["folded like '[z-a]%'", []],
    ["folded like '[^z-a]%'", [1, 2, 3]],
    ["folded like '[a-]lpha'", [1, 2]],
    ["folded like '%[\\d/{}|]%'", []],
  ])('%s', async (condition, expected) => {
    expect(await column(`select n from texts where ${condition}`)).toEqual(expected);
  });

  it('like ends, whatever the text and the pattern', async () => {
    const texts = ['a'.repeat(50_000), `x${'ab'.repeat(20_000)}y`, 'xby', 'xy', '', 'xbyby'];
    const long = tablesOf('long', [
      new MemoryTable(
        'long',
        'n:int text',
        texts.map((text, n): SqlRow => [n, text]),
      ),
    ]);
    const found = async (pattern: string): Promise<SqlValue[]> => {
      const { results } = await runScript(`select n from long where text like '${pattern}'`, long);
      return [...results[0]!.rows].map((row) => row[0]!);
    };
    expect(await found('%a%a%a%a%a%b')).toEqual([]);
    expect(await found('x%b%y')).toEqual([1, 2, 5]);
    expect(await found('x%b_')).toEqual([1, 2, 5]);
    expect(await found('%%y%%')).toEqual([1, 2, 3, 5]);
    expect(await found('x%y')).toEqual([1, 2, 3, 5]);
    expect(await found('x%xy')).toEqual([]);
    expect(await found('xby')).toEqual([2]);
    expect(await found('')).toEqual([4]);
    expect(await found('%')).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('of a case-sensitive column is distinct by its case', async () => {
    expect(await column('select distinct folded from texts')).toHaveLength(2);
    expect(await column('select distinct cased from texts')).toHaveLength(3);
  });
});

it('columns that differ in case only are two', async () => {
  expect((await run('select * from twins')).rows).toEqual([[1, 2]]);
  expect((await run('select ID, id, Id from twins')).rows).toEqual([[2, 1, 1]]);
});

it('a computed column is NULL, and that is said', async () => {
  const { rows, notes } = await run('select * from worked');
  expect(rows).toEqual([[1, null]]);
  expect(notes.join()).toContain('dbo.worked.total is computed');
  expect((await run('select n from worked')).notes).toEqual([]);
});

it('a query that gives nothing for long still lets others look up', async () => {
  const many = new MemoryTable(
    'many',
    'n:int',
    Array.from({ length: 20_000 }, (_, i): SqlRow => [i]),
  );
  const tables = tablesOf('many', [many]);
  const pauses = async (script: string): Promise<number> => {
    const { results } = await runScript(script, tables);
    return [...results[0]!.steps].filter((step) => step === null).length;
  };
  expect(await pauses('select n from many where n < 0')).toBe(4);
  expect(await pauses('select n from many where n < 0 order by n')).toBe(4);
  expect(await pauses('select a.n from many a, many b where a.n < 3 and b.n < a.n and b.n < 0')).toBe(8);
  expect(await pauses('select a.n from many a, many b where a.n < 3 and b.n + a.n < 0')).toBeGreaterThan(15);
});

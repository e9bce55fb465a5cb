/**
 * Goal: what a database has lost is told, in words, in the exit code and in what is made of it; JSON is one value whatever
 * happens; a query can be ended. Method: the built command line on databases that were cut, holed and changed.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { removeFolder, SAMPLE_ZIP } from '../support/sample-pool.ts';
import { CLI, pitvault } from '../support/tools.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures');
const unpacked = (name: string): Buffer => gunzipSync(readFileSync(join(FIXTURES, `${name}.gz`)));
const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');

let folder: string;
const file = (name: string): string => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pitvault-test-'));
  process.env['XDG_CACHE_HOME'] = folder;
  const bak = unpacked('dpmdb.bak');
  const mdf = unpacked('features.mdf');
  writeFileSync(file('features.mdf'), mdf);
  writeFileSync(file('dpmdb.bak'), bak);
  writeFileSync(file('cut.bak'), bak.subarray(0, 600_000));
  writeFileSync(file('cut.mdf'), mdf.subarray(0, 8192 * Math.floor(mdf.indexOf(utf16('row_compressed')) / 8192)));
  const changed = Buffer.from(bak);
  changed[bak.indexOf(utf16('PAYROLL'))]! ^= 1; // its page no longer proves itself
  writeFileSync(file('changed.bak'), changed);
  const tape = Buffer.from(bak);
  tape[bak.indexOf(utf16('A00001L6'))]! ^= 1;
  writeFileSync(file('tape.bak'), tape);
  const holed = Buffer.concat([bak, new Uint8Array(1024), bak.subarray(1536)]); // a second set behind a hole
  writeFileSync(file('holed.bak'), holed);
});
afterAll(() => removeFolder(folder));

describe('a catalog that is cut off', () => {
  it.each<[args: () => string[], message: RegExp]>([
    [() => ['dump', file('cut.mdf'), 'scalars'], /what is left of the catalog of features has no table scalars: /],
    [
      () => ['sql', file('cut.mdf'), 'select id from sparse'],
      /what is left of the catalog of features has no table sparse: /,
    ],
    [() => ['tapes', file('cut.bak')], /what is left of the catalog of DPMDB has no table dbo\.tbl_MM_MediaMap/],
    [
      () => ['dpm-version', file('cut.bak')],
      /what is left of the catalog of DPMDB has no table dbo\.tbl_AM_AgentPatch/,
    ],
    [
      () => ['catalog', SAMPLE_ZIP, '--dpmdb', file('cut.bak')],
      /what is left of the catalog of DPMDB has no table tbl_IM/,
    ],
  ])('is called damaged, not without the table', (args, message) => {
    const { code, err } = pitvault(...args());
    expect(err).toMatch(message);
    expect(err).toMatch(/what to do: .*another recovery point/);
    expect(code).toBe(4);
  });

  it('a backup that is cut short says so beside its tables', () => {
    const { code, err } = pitvault('tables', file('cut.bak'));
    expect(err).toMatch(/ends inside a stream: \d+ bytes are missing/);
    expect(code).toBe(8);
  });
});

describe('a table of which a page is lost', () => {
  it.each<[args: () => string[]]>([
    [() => ['sql', file('changed.bak'), 'select DataSourceName from tbl_IM_DataSource']],
    [() => ['dump', file('changed.bak'), 'tbl_IM_DataSource']],
    [() => ['catalog', SAMPLE_ZIP, '--dpmdb', file('changed.bak')]],
  ])('ends as partial, with the reason', (args) => {
    const { code, out, err } = pitvault(...args());
    expect(out + err).toMatch(/page 1:\d+ of .*changed\.bak is damaged: its checksum does not match/);
    expect(code).toBe(8);
  });

  it('the evidence bundle made of it says what it lacks, and is read with that', () => {
    const bundle = file('bundle.json');
    const made = pitvault('evidence', SAMPLE_ZIP, '--dpmdb', file('changed.bak'), '--out', bundle);
    expect(made.err).toMatch(/lost: .*tbl_IM_DataSource could not be read; the first: page/);
    expect(made.code).toBe(8);
    const { evidence } = JSON.parse(readFileSync(bundle, 'utf8')) as { evidence: { lost: string[] } };
    expect(evidence.lost.join()).toContain('tbl_IM_DataSource');
    const read = pitvault('catalog', SAMPLE_ZIP, '--dpmdb', bundle);
    expect(read.out).toMatch(/made of a database that could not be read whole/);
    expect(read.code).toBe(8);
    const whole = pitvault('evidence', SAMPLE_ZIP, '--dpmdb', file('dpmdb.bak'), '--out', file('whole.json'));
    expect(whole.code).toBe(0);
    expect(pitvault('catalog', SAMPLE_ZIP, '--dpmdb', file('whole.json')).code).toBe(0);
  });

  it('so does one whose tapes are lost', () => {
    const made = pitvault('evidence', SAMPLE_ZIP, '--dpmdb', file('tape.bak'), '--out', file('tape.json'), '--json');
    const { evidence } = JSON.parse(made.out) as { evidence: { lost: string[]; tapes: unknown[] } };
    expect(evidence.lost).not.toEqual([]);
    expect(made.code).toBe(8);
  });
});

it('a hole in a backup does not hide what comes after it', () => {
  const { code, out } = pitvault('check', file('holed.bak'));
  expect(out.match(/full backup of DPMDB/g)).toHaveLength(2);
  expect(out).toMatch(/error: no block header at \d+/);
  expect(code).toBe(4);
});

describe('JSON is one value', () => {
  const json = (...args: string[]): unknown => JSON.parse(pitvault(...args, '--json').out);

  it('of several statements an array of their arrays', () => {
    expect(
      json('sql', file('features.mdf'), 'select id from sparse where id < 3; select id from sparse where id > 5'),
    ).toEqual([[{ id: 1 }, { id: 2 }], []]);
  });

  it('when the query fails before its first row', () => {
    expect(json('sql', file('features.mdf'), 'select n from many_pages order by n', '--memory', '1K')).toMatchObject({
      error: { code: 'SQL_TOO_MANY_ROWS' },
    });
  });

  it('when it fails in the midst: what came first, and then the error', () => {
    const rows = json('sql', file('features.mdf'), 'select distinct n from many_pages', '--memory', '1K') as object[];
    expect(rows.length).toBeGreaterThan(2);
    expect(rows[0]).toEqual({ n: 0 });
    expect(rows.at(-1)).toMatchObject({ error: { code: 'SQL_TOO_MANY_ROWS' } });
    const lists = json(
      'sql',
      file('features.mdf'),
      'select id from sparse; select distinct n from many_pages',
      '--memory',
      '1K',
    );
    expect((lists as object[][])[1]!.at(-1)).toMatchObject({ error: { code: 'SQL_TOO_MANY_ROWS' } });
  });
});

it('wide rows are not all held to align them', () => {
  const { code, out, err } = pitvault(
    'sql',
    file('features.mdf'),
    'select l.tree, a.n from lobs l, many_pages a, many_pages b where l.id = 1 and b.n < 5',
  );
  const aligned = Number(/the rows after the first (\d+) are CSV/.exec(err)?.[1]);
  expect(aligned).toBeLessThan(100);
  expect(out.split('\n').filter((line) => line.startsWith('0x0001'))).toHaveLength(500);
  expect(code).toBe(0);
});

it('a query ends at Ctrl-C, also one that gives no row', async () => {
  const query =
    'select a.n from many_pages a, many_pages b, many_pages c, many_pages d, many_pages e where a.n + b.n + c.n + d.n + e.n < 0';
  const child = spawn(process.execPath, [CLI, 'sql', file('features.mdf'), query], { stdio: 'ignore' });
  const ended = once(child, 'exit');
  await new Promise((resolve) => setTimeout(resolve, 1500));
  child.kill('SIGINT');
  const late = setTimeout(() => child.kill('SIGKILL'), 10_000);
  expect(await ended).toEqual([130, null]);
  clearTimeout(late);
}, 20_000);

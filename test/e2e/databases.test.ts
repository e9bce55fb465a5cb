/**
 * Goal: what people give in the place of a database, whole or not, ends in its name and in what to give instead; a part that
 * does not belong is never taken silently. Method: the built command line on made files, wrong in every way people are.
 */

import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { removeFolder, SAMPLE_ZIP, truth } from '../support/sample-pool.ts';
import { pitvault, pitvaultJson } from '../support/tools.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures');
const states = truth.containers.find(({ replicaId }) => replicaId === truth.dpmdb.replicaId)!.states;
const live = states.find(({ kind }) => kind === 'replica')!;
const IMAGE = `${SAMPLE_ZIP}::${live.path}`;
const inImage = (ending: string): string => `${IMAGE}::${live.files.find(({ path }) => path.endsWith(ending))!.path}`;

let folder: string;
const file = (name: string): string => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pitvault-test-'));
  for (const name of ['features.mdf', 'dpmdb.bak'])
    writeFileSync(file(name), gunzipSync(readFileSync(join(FIXTURES, `${name}.gz`))));
  for (const [name, from, size] of [
    ['cut.bak', 'dpmdb.bak', 600_000],
    ['tiny.bak', 'dpmdb.bak', 1536],
    ['cut.mdf', 'features.mdf', 10_000],
  ] as const) {
    copyFileSync(file(from), file(name));
    truncateSync(file(name), size);
  }
  writeFileSync(file('empty.mdf'), '');
  writeFileSync(file('empty.bak'), '');
  writeFileSync(file('empty'), '');
  writeFileSync(file('text.mdf'), 'no database\n'.repeat(2000));
  copyFileSync(join(FIXTURES, 'features.mdf.gz'), file('packed.mdf'));
  mkdirSync(file('folder'));
});
afterAll(() => removeFolder(folder));

describe('what is no database', () => {
  it.each<[what: string, args: () => string[], code: number, message: RegExp]>([
    ['a folder', () => ['tables', file('folder')], 2, /is a folder[\s\S]*pitvault catalog/],
    ['a pool in a zip', () => ['tables', SAMPLE_ZIP], 6, /holds 15 images[\s\S]*pitvault catalog/],
    ['an image', () => ['tables', IMAGE], 4, /is no SQL Server data file[\s\S]*image of a disk[\s\S]*DPMDB\.mdf/],
    ['a packed file', () => ['tables', file('packed.mdf')], 4, /packed with gzip: unpack it/],
    ['text', () => ['tables', file('text.mdf')], 4, /is no SQL Server data file/],
    ['an empty database', () => ['tables', file('empty.mdf')], 4, /empty\.mdf is empty[\s\S]*copy it again/],
    ['an empty backup', () => ['check', file('empty.bak')], 4, /empty\.bak is empty[\s\S]*copy it again/],
    ['a database cut short', () => ['tables', file('cut.mdf')], 4, /too small for a database/],
    ['a backup cut short', () => ['tables', file('tiny.bak')], 3, /no full backup[\s\S]*cut short: copy it again/],
    ['a file that is not there', () => ['tables', file('nope.mdf')], 3, /nope\.mdf/],
    ['no such log', () => ['check', file('features.mdf'), '--log', file('nope.ldf')], 3, /nope\.ldf/],
    ['a log that is none', () => ['check', file('features.mdf'), '--log', file('features.mdf')], 2, /is no log of/],
    ['a second primary', () => ['tables', file('features.mdf'), '--file', file('features.mdf')], 2, /a primary file/],
    ['a log as a data file', () => ['check', inImage('.mdf'), '--file', inImage('.ldf')], 2, /a log[\s\S]*--log/],
    [
      'an odd backup beside one',
      () => ['tables', file('dpmdb.bak'), '--file', file('tiny.bak')],
      2,
      /tiny\.bak is nei/,
    ],
    ['another database', () => ['dpm-version', file('features.mdf')], 3, /it is no DPM database[\s\S]*DPMDB\.mdf/],
    ['no tapes', () => ['tapes', file('features.mdf')], 3, /it is no DPM database/],
    ['no name', () => ['recover', SAMPLE_ZIP, '--datasource', '', '--out', file('out')], 2, /is empty[\s\S]*SQL01/],
    ['a file as a folder', () => ['extract', file('dpmdb.bak'), '--out', file('empty')], 6, /not a folder/],
    ['no such column', () => ['dump', file('dpmdb.bak'), 'tbl_AM_Server', '--columns', 'nope'], 3, /it has: ServerId/],
    ['a table without columns', () => ['dump', inImage('.mdf'), 'sysschobjs'], 4, /knows no column/],
  ])('%s is told, with what to do', (_what, args, code, message) => {
    const result = pitvault(...args());
    expect(result.err).toMatch(message);
    expect(result.err).toMatch(/what to do: /);
    expect([result.code, result.out]).toEqual([code, '']);
  });
});

it('check passes nothing that it does not know for sound', () => {
  expect(pitvault('check', file('empty'))).toMatchObject({ code: 4, out: expect.stringMatching(/the file is empty/) });
  copyFileSync(file('packed.mdf'), file('packed'));
  expect(pitvault('check', file('packed')).out).toMatch(/warning: .*nothing was checked/);
  writeFileSync(file('blank.raw'), new Uint8Array(1 << 20));
  expect(pitvaultJson<{ findings: unknown[] }>('check', file('blank.raw')).findings).toMatchObject([
    { severity: 'warning', code: 'IMAGE_NOTHING_KNOWN' },
  ]);
  const { code, out } = pitvault('check', file('tiny.bak'));
  expect(out).toMatch(/ends before its first backup set/);
  expect(code).toBe(4);
});

it('extracting from a backup that is cut short ends as partial, and says what is missing', () => {
  const cut = pitvault('extract', file('cut.bak'), '--out', file('cut'));
  expect(cut.err).toMatch(/error: .*bytes are missing/);
  expect(cut.code).toBe(8);
  const whole = pitvaultJson<{ findings: unknown[] }>('extract', file('dpmdb.bak'), '--out', file('whole'));
  expect(whole.findings).toEqual([]);
});

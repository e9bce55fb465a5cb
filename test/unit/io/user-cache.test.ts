/**
 * Goal: what is kept of pools that are gone does not pile up, and nothing but that is removed. Method: a cache folder full of
 * files of different ages, written to by processes of their own.
 */

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { CacheFile, FILES_MAX } from '../../../src/io/user-cache.ts';
import { tempFolder } from '../../support/temp.ts';

const isText = (value: unknown): boolean => typeof value === 'string';
const fileOf = (folder: string, subject: string) => new CacheFile<string>(folder, 'test/1', [subject], isText);

/** `count` files of which the first is the oldest; the newest is an hour old. */
function filled(count: number): { folder: string; names: string[] } {
  const folder = tempFolder();
  const names = Array.from({ length: count }, (_, i) => `${i.toString(16).padStart(8, '0')}-44.json`);
  for (const [i, name] of names.entries()) {
    writeFileSync(join(folder, name), '{}');
    const seconds = Date.now() / 1000 - 3600 - (count - i);
    utimesSync(join(folder, name), seconds, seconds);
  }
  return { folder, names };
}

it('the oldest go where there are too many, and what was just written stays', () => {
  const { folder, names } = filled(FILES_MAX);
  writeFileSync(join(folder, 'notes.txt'), 'of the user');
  mkdirSync(join(folder, 'folder'));
  fileOf(folder, 'new').write('kept');
  expect(fileOf(folder, 'new').read()).toBe('kept');
  const left = readdirSync(folder);
  expect(left.filter((name) => name.endsWith('.json'))).toHaveLength(3072);
  expect(left).toEqual(expect.arrayContaining(['folder', 'notes.txt', names.at(-1)!]));
  expect(left).not.toContain(names[0]);
});

it('nothing goes below that, but for what killed processes have left half written', () => {
  const { folder, names } = filled(20);
  const [left, fresh] = [1, 2].map((pid) => join(folder, `0000000a-44.json.${pid}`)) as [string, string];
  for (const path of [left, fresh]) writeFileSync(path, '{');
  utimesSync(left, 1, 1);
  fileOf(folder, 'new').write('kept');
  expect(readdirSync(folder)).toEqual(expect.arrayContaining(names));
  expect([existsSync(left), existsSync(fresh)]).toEqual([false, true]);
});

it('processes that write at once keep what each wrote last', async () => {
  const { folder } = filled(FILES_MAX + 100);
  const module = join(import.meta.dirname, '../../../dist/io/user-cache.js');
  const code = `
    const { CacheFile } = await import(${JSON.stringify(module)});
    const { spawn } = await import('node:child_process');
    const one = (i) => new CacheFile(${JSON.stringify(folder)}, 'test/1', ['process ' + i], () => true);
    if (process.argv[1] !== undefined) one(process.argv[1]).write('by ' + process.argv[1]);
    else await Promise.all([1, 2, 3].map((i) => new Promise((resolve) =>
      spawn(process.execPath, ['--input-type=module', '-e', process.env.CODE, String(i)], { stdio: 'inherit' }).on('exit', resolve))));`;
  execFileSync(process.execPath, ['--input-type=module', '-e', code], { env: { ...process.env, CODE: code } });
  for (const i of [1, 2, 3]) expect(fileOf(folder, `process ${i}`).read()).toBe(`by ${i}`);
  expect(readdirSync(folder).length).toBeLessThanOrEqual(FILES_MAX);
  expect(readdirSync(folder).every((name) => readFileSync(join(folder, name)).length > 0)).toBe(true);
});

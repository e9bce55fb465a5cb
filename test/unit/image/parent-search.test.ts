/**
 * Goal: names are matched as Windows would, and what is remembered of folders never hides a file that came later. Method:
 * folders whose time of change is set back, so that their names are remembered, then changed.
 */

import { mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { placesOf } from '../../../src/image/parent-search.ts';
import { tempFolder } from '../../support/temp.ts';

function find(folder: string, path: string): string[] {
  return [...placesOf({ childFolder: folder, searchFolders: [] }, path)];
}

it('a file that appears, changes its name or goes is seen, however old its folder was', () => {
  const folder = join(tempFolder(), 'Child');
  mkdirSync(join(folder, 'BASES'), { recursive: true });
  const settle = (): void => {
    for (const each of [folder, join(folder, 'BASES')]) utimesSync(each, 1e9, 1e9);
  };
  settle();
  const path = '.\\Bases\\Grundgerät.vhdx';
  expect(find(folder, path)).toEqual([]);
  expect(find(folder, path)).toEqual([]);
  const file = join(folder, 'BASES', 'GRUNDGERA\u0308T.VHDX');
  writeFileSync(file, 'x');
  expect(find(folder, path)).toEqual([file]);
  settle();
  expect(find(folder, path)).toEqual([file]);
  expect(find(folder, path)).toEqual([file]);
  const renamed = join(folder, 'BASES', 'grundgerät.VHDX');
  renameSync(file, renamed);
  expect(find(folder, path)).toEqual([renamed]);
  rmSync(renamed);
  expect(find(folder, path)).toEqual([]);
});

/** Goal: folders are made as `mkdir -p` does, and a refusal is an error, never a wait. */

import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeFolders } from '../../../src/io/make-folders.ts';
import { tempFolder } from '../../support/temp.ts';

it('makes what is missing, with the mode, and is content with what is there', () => {
  const folder = join(tempFolder(), 'a', 'b', 'c');
  makeFolders(folder, 0o700);
  makeFolders(folder, 0o700);
  expect(statSync(folder).isDirectory()).toBe(true);
  if (process.platform !== 'win32') expect(statSync(join(folder, '..')).mode & 0o777).toBe(0o700);
});

it('a file in the way is an error', () => {
  const root = tempFolder();
  writeFileSync(join(root, 'file'), '');
  mkdirSync(join(root, 'x'));
  expect(() => makeFolders(join(root, 'file'))).toThrow(/EEXIST/);
  expect(() => makeFolders(join(root, 'file', 'below'))).toThrow(/ENOTDIR|EEXIST/);
});

it.skipIf(!existsSync('/proc/self'))('a file system that makes no folders says so', () => {
  expect(() => makeFolders('/proc/nope/below')).toThrow(/ENOENT/);
});

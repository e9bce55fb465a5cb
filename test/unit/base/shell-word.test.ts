/** Goal: a path that is printed for copying reaches the program whole. Method: sh reads it back. */

import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { shellWord } from '../../../src/base/shell-word.ts';

it.each(['/plain/path-1.vhdx', '/with blank', "/it's", '/$HOME/`x`', '/a\\b"c', '/ü/*?', ''])('%j', (path) => {
  const out = execFileSync('sh', ['-c', `printf '%s' ${shellWord(path, 'linux')}`], { encoding: 'utf8' });
  expect(out).toBe(path);
});

it('on Windows backslashes stay single', () => {
  expect(shellWord('C:\\pool one\\x', 'win32')).toBe('"C:\\pool one\\x"');
  expect(shellWord('D:\\', 'win32')).toBe('"D:\\\\"'); // the root of a pool: one alone would take the quotation mark with it
});

/**
 * Goal: no name from an image can escape the target or become no file. Method: a table of hostile names for both kinds
 * of platform, and random names whose results must satisfy the rule.
 */

import { describe, expect, it } from 'vitest';
import { safeComponents, safeName } from '../../../src/recovery/safe-name.ts';
import { Random } from '../../support/random.ts';

describe('on posix', () => {
  it.each([
    ['..', '%2e%2e'],
    ['.', '%2e'],
    ['', '%'],
    ['a/b', 'a%2fb'],
    ['a\0b', 'a%00b'],
    ['\ud800x', '%d800x'],
    ['x\udc00', 'x%dc00'],
    ['\u{1f4be}', '\u{1f4be}'],
    ['CON', 'CON'],
    ['a:b', 'a:b'],
    ['...', '...'],
    ['Файл.txt', 'Файл.txt'],
  ])('%j becomes %j', (name, expected) => {
    expect(safeName(name, 'linux')).toBe(expected);
  });
});

describe('on windows', () => {
  it.each([
    ['CON', '%43ON'],
    ['con.txt', '%63on.txt'],
    ['nul  .txt', '%6eul  .txt'],
    ['COM1', '%43OM1'],
    ['LPT²', '%4cPT²'],
    ['CONSOLE', 'CONSOLE'],
    ['a:b', 'a%3ab'],
    ['..\\..\\x', '..%5c..%5cx'],
    ['dot.', 'dot%2e'],
    ['blank ', 'blank%20'],
    ['a. .', 'a%2e%20%2e'],
    ['q?*|<>"', 'q%3f%2a%7c%3c%3e%22'],
    ['tab\t', 'tab%09'],
  ])('%j becomes %j', (name, expected) => {
    expect(safeName(name, 'win32')).toBe(expected);
  });
});

it('long names are cut below 255 bytes, keep their extension and stay distinct', () => {
  const a = safeName(`${'ж'.repeat(250)}1.mdf`, 'linux');
  const b = safeName(`${'ж'.repeat(250)}2.mdf`, 'linux');
  expect(Buffer.byteLength(a)).toBeLessThanOrEqual(255);
  expect(a.endsWith('.mdf')).toBe(true);
  expect(a).not.toBe(b);
});

it('random names never escape', () => {
  const random = new Random();
  const alphabet = ['.', '/', '\\', ':', '\0', ' ', 'a', '\ud800', '\udfff', 'CON', '..', '\n', '\u{1f600}'];
  for (let round = 0; round < 5000; round++) {
    const name = Array.from({ length: random.below(8) }, () => random.pick(alphabet)).join('');
    for (const platform of ['linux', 'win32'] as const) {
      const safe = safeName(name, platform);
      expect(safe, `seed ${random.seed}`).not.toMatch(platform === 'win32' ? /[/\\:\0]|[. ]$/ : /[/\0]/);
      expect(['', '.', '..']).not.toContain(safe);
      expect(Buffer.from(safe).toString()).toBe(safe);
    }
  }
});

it('paths become components, each safe', () => {
  expect(safeComponents('/a/../b', 'linux')).toEqual(['a', '%2e%2e', 'b']);
});

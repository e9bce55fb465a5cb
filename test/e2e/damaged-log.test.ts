/**
 * Goal: a disk whose log cannot be replayed is refused, and whoever has no other copy gets what is left of it, told so by
 * every command. Method: the sample pool's dirty disk, its log overwritten.
 */

import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openImage } from '../../src/index.ts';
import { removeFolder, states, unpackSamplePool } from '../support/sample-pool.ts';
import { pitvault } from '../support/tools.ts';

const MIB = 2 ** 20;
const dirty = states.find(({ condition }) => condition === 'dirty-log')!;

let pool: string;
let path: string;

beforeAll(async () => {
  pool = await unpackSamplePool();
  path = join(pool, dirty.path);
  await using image = await openImage(path);
  const { logOffset, logLength } = image.disk.describe()['log'] as { logOffset: number; logLength: number };
  const fd = openSync(path, 'r+');
  for (let at = 0; at < logLength; at += MIB) writeSync(fd, new Uint8Array(MIB), 0, MIB, logOffset + at);
  closeSync(fd);
});

afterAll(() => removeFolder(pool));

it.each(['ls', 'hash', 'map'])('%s', (command) => {
  const refused = pitvault(command, path);
  expect(refused.code).toBe(4);
  expect(refused.err).toContain('--ignore-log');
  const left = pitvault(command, path, '--ignore-log');
  expect(left.code).toBe(0);
  expect(left.out).not.toBe('');
  expect(left.err).toContain('the log is left out, as asked');
});

it('info and check mark it', () => {
  expect(pitvault('info', path, '--ignore-log').out).toContain('state left out');
  expect(pitvault('check', path, '--ignore-log').out).toContain('the log is left out, as asked');
});

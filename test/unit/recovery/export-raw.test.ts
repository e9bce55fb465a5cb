/**
 * Goal: a converted image replaces nothing that nobody said it may. Method: what stands under its name before, and what
 * comes while it is made.
 */

import { existsSync, lstatSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { MemoryFile } from '../../../src/io/memory-file.ts';
import { FileMap } from '../../../src/map/maps.ts';
import { convertToRaw } from '../../../src/recovery/export-raw.ts';
import { tempFolder } from '../../support/temp.ts';

const map = new FileMap(new MemoryFile(new Uint8Array(2 ** 20).fill(7), 'disk'));
const occupied = { code: 'TARGET_EXISTS', kind: 'conflict' };

it('a link that leads nowhere stays, unless forced', async () => {
  const out = join(tempFolder(), 'out.raw');
  symlinkSync('nowhere', out);
  await expect(convertToRaw(map, out, { threads: 1 })).rejects.toMatchObject(occupied);
  expect(lstatSync(out).isSymbolicLink()).toBe(true);
  await convertToRaw(map, out, { threads: 1, force: true });
  expect(lstatSync(out).isFile()).toBe(true);
});

it('a file that comes meanwhile stays, unless forced, and nothing else is left', async () => {
  for (const force of [false, true]) {
    const folder = tempFolder();
    const out = join(folder, 'out.raw');
    const onBytes = (): void => {
      if (!existsSync(out)) writeFileSync(out, 'mine');
    };
    const converting = convertToRaw(map, out, { threads: 1, onBytes, force });
    if (force) await converting;
    else await expect(converting).rejects.toMatchObject(occupied);
    expect(readFileSync(out).length).toBe(force ? map.size : 4);
    expect(readdirSync(folder)).toEqual(['out.raw']);
  }
});

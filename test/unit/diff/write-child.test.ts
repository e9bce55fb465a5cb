/**
 * Goal: a child that is written from a diff takes a name that is free, and touches nothing else in its folder.
 * Method: files beside it that have the names it might want; one that comes while it is written.
 */

import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { compareImages } from '../../../src/diff/compare-images.ts';
import { openImage } from '../../../src/image/image.ts';
import { DiskStore } from '../../../src/io/disk-store.ts';
import { createImage } from '../../../src/maintenance/create-image.ts';
import { VhdxWriter } from '../../../src/vhdx/vhdx-writer.ts';
import { Random } from '../../support/random.ts';
import { tempFolder } from '../../support/temp.ts';

const MIB = 2 ** 20;

async function twoDisks() {
  const folder = tempFolder();
  const [a, b] = [join(folder, 'a.vhdx'), join(folder, 'b.vhdx')];
  await createImage(a, { size: 4 * MIB, blockSize: MIB });
  copyFileSync(a, b);
  const disk = VhdxWriter.open(new DiskStore().openWritable(b));
  disk.write(MIB, new Random(1).bytes(4096));
  disk.close();
  return { folder, a, b, out: join(folder, 'out.vhdx') };
}

it('leaves alone what is called as a partial file of its might be', async () => {
  const { folder, a, b, out } = await twoDisks();
  writeFileSync(`${out}.partial`, 'precious');
  await using before = await openImage(a);
  await using after = await openImage(b);
  await compareImages(before, after, { out });
  expect(readFileSync(`${out}.partial`, 'utf8')).toBe('precious');
  expect(readdirSync(folder).sort()).toEqual(['a.vhdx', 'b.vhdx', 'out.vhdx', 'out.vhdx.partial']);
});

it('replaces nothing that came meanwhile', async () => {
  const { folder, a, b, out } = await twoDisks();
  await using before = await openImage(a);
  await using after = await openImage(b);
  const onRange = (): void => writeFileSync(out, 'mine');
  await expect(compareImages(before, after, { out, onRange })).rejects.toMatchObject({ code: 'TARGET_EXISTS' });
  expect(readFileSync(out, 'utf8')).toBe('mine');
  expect(readdirSync(folder).sort()).toEqual(['a.vhdx', 'b.vhdx', 'out.vhdx']);
});

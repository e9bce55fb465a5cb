/**
 * Goal: the second thread takes small files by itself, and gives itself up for a large copy. Method: files are handed
 * over and looked for on disk while this thread does nothing but wait; then the lane is closed half way.
 */

import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { CopyEngine } from '../../../src/copy/copy-engine.ts';
import { DiskFile } from '../../../src/io/disk-file.ts';
import { FileMap, SliceMap } from '../../../src/map/maps.ts';
import { Random } from '../../support/random.ts';
import { tempFolder } from '../../support/temp.ts';

const SIZE = 3000;
const COUNT = 300; // more than two batches

async function until(condition: () => boolean): Promise<void> {
  for (let waited = 0; !condition(); waited += 5) {
    if (waited > 10_000) throw new Error('waited in vain');
    await sleep(5);
  }
}

it('the second thread writes what is handed over while this one waits', async () => {
  const random = new Random();
  const folder = tempFolder();
  const bytes = random.bytes(COUNT * SIZE);
  writeFileSync(join(folder, 'source'), bytes);
  const source = new DiskFile(join(folder, 'source'));
  const map = new FileMap(source);
  const written = new Map<number, string | undefined>();
  const failed: number[] = [];
  await using engine = new CopyEngine();
  const lane = engine.fileLane<number>(
    { hash: true, sync: false },
    { written: (file, sha256) => written.set(file, sha256), failed: (file) => failed.push(file) },
  );
  const pathOf = (file: number): string => join(folder, `file ${file}`);
  const exists = (file: number): boolean => (statSync(pathOf(file), { throwIfNoEntry: false })?.mtimeMs ?? 0) === 5000;
  lane.open();
  await until(() => !lane.isStarting);
  writeFileSync(pathOf(7), 'in the way');
  for (let file = 0; file < COUNT; file++) {
    const times = { accessed: 4, modified: 5, sparse: false, readOnly: false };
    expect(lane.add(new SliceMap(map, file * SIZE, SIZE), { path: pathOf(file), ...times }, file)).toBe(true);
  }
  await until(() => exists(200)); // nothing in this thread has written it
  await engine.copy(map, { target: null });
  await lane.finish();
  await lane.close();
  expect(failed).toEqual([7]);
  expect(readFileSync(pathOf(7), 'utf8')).toBe('in the way');
  expect(written.size).toBe(COUNT - 1);
  for (const [file, sha256] of written) {
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    const part = bytes.subarray(file * SIZE, (file + 1) * SIZE);
    expect(readFileSync(pathOf(file)).equals(part), `file ${file}, seed ${random.seed}`).toBe(true);
  }
  source.close();
});

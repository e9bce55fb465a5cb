/**
 * Goal: of two batches that wait for the other thread, the first is told of as soon as it is done: who waits for it has a
 * share of the second to take. Method: both handed over before that thread has its modules; the second takes long.
 */

import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Control } from '../../../src/copy/batch.ts';
import { CheckBatch, type SharedCheck } from '../../../src/copy/check-batch.ts';
import { CopyThreads } from '../../../src/copy/copy-threads.ts';
import { ITEMS_MAX } from '../../../src/copy/item-batch.ts';
import { sourceName } from '../../../src/copy/kernel.ts';
import { DiskFile } from '../../../src/io/disk-file.ts';
import { FileMap } from '../../../src/map/maps.ts';
import { tempFolder } from '../../support/temp.ts';

const MIB = 2 ** 20;

/** The first blocks of the file, whose digests are asked for: some milliseconds each. */
function checkOf(file: DiskFile, count: number): SharedCheck {
  const batch = new CheckBatch(MIB, true);
  const map = new FileMap(file);
  for (let block = 0; block < count; block++) expect(batch.add(map, block, MIB)).toBe(true);
  const { items, pieces, expected, expectedWords, verdicts, digests } = batch;
  expected.fill(1);
  const control = new Int32Array(new SharedArrayBuffer(4 * Control.SIZE));
  const sources = batch.files.map(sourceName);
  return { items, count, pieces, sources, blockSize: MIB, expected, expectedWords, verdicts, digests, control };
}

it('a batch is told of before the next one is taken', async () => {
  const path = join(tempFolder(), 'disk');
  writeFileSync(path, '');
  truncateSync(path, ITEMS_MAX * MIB);
  const file = new DiskFile(path);
  const threads = new CopyThreads();
  try {
    const [first, second] = [checkOf(file, 1), checkOf(file, ITEMS_MAX)];
    const told = threads.run({ task: 'check', check: first });
    const rest = threads.run({ task: 'check', check: second });
    await told;
    const taken = Atomics.load(second.control, Control.next);
    Atomics.store(second.control, Control.cancelled, 1);
    await rest;
    expect(taken).toBeLessThan(ITEMS_MAX);
  } finally {
    await threads.close();
    file.close();
  }
});

/**
 * What the size of a disk costs when its data and its changes stay the same: a point derived, an express full with a change
 * list, and the diff of the two states, for disks of 1 to 64 GiB with --base bytes of data and 800 rewrites of 64 KiB.
 *
 *     node bench/growth.mjs FOLDER [--base 512M] [--sizes 1,4,16,64] [--mode clone|chain] [--rounds 3]
 *
 * FOLDER is emptied of what the run made. Prints medians in ms. Needs a build.
 */

import { randomFillSync } from 'node:crypto';
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import {
  backup,
  bestMode,
  ChangeMap,
  changeMapOf,
  compareImages,
  createReplicaPool,
  openBackupSource,
  openImage,
  protect,
} from '../dist/index.js';
import { loadHostFiles } from '../dist/native-shims/load.js';

const GIB = 2 ** 30;
const CHANGES = 800;
const LENGTH = 64 * 1024;
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    base: { type: 'string', default: '512M' },
    sizes: { type: 'string', default: '1,4,16,64' },
    mode: { type: 'string' },
    rounds: { type: 'string', default: '3' },
  },
});
const base = Number.parseFloat(values.base) * 1024 ** ' KMG'.indexOf(values.base.at(-1));
const host = await loadHostFiles();
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)].toFixed(0);

async function measure(size, folder) {
  const path = join(folder, 'source.raw');
  const fd = openSync(path, 'wx+');
  try {
    ftruncateSync(fd, size);
    const piece = new Uint8Array(2 ** 20);
    for (let at = 0; at < base; at += piece.length) writeSync(fd, randomFillSync(piece), 0, piece.length, at);
    const pool = createReplicaPool(join(folder, 'pool'), 'bench.example.com', host);
    const times = { derive: [], backup: [], diff: [] };
    const run = async (name, work) => {
      const source = await openBackupSource(path);
      const start = performance.now();
      await work(source);
      if (name !== null) times[name].push(performance.now() - start);
      await source.close();
    };
    await run(null, (source) => protect(pool, source, { name: 'disk', mode: values.mode ?? bestMode(pool) }));
    for (let round = 0; round < Number(values.rounds); round++) {
      await run('derive', (source) => backup(pool, 'disk', source, { changes: new ChangeMap() }));
      const ranges = Array.from({ length: CHANGES }, () => {
        const offset = Math.floor((Math.random() * (base - LENGTH)) / LENGTH) * LENGTH;
        writeSync(fd, randomFillSync(piece.subarray(0, LENGTH)), 0, LENGTH, offset);
        return { offset, length: LENGTH };
      });
      await run('backup', (source) => backup(pool, 'disk', source, { changes: changeMapOf(ranges, size) }));
      const states = pool.find('disk').container.states();
      const [before, after] = [await openImage(states.at(-2).path), await openImage(states.at(-1).path)];
      await run('diff', () => compareImages(before, after, { host }));
      await before.close();
      await after.close();
    }
    return times;
  } finally {
    closeSync(fd);
  }
}

for (const gib of values.sizes.split(',').map(Number)) {
  const folder = mkdtempSync(join(resolve(positionals[0] ?? '.'), 'growth-'));
  try {
    const { derive, backup: full, diff } = await measure(gib * GIB, folder);
    console.log(`${gib} GiB: derive ${median(derive)} ms, express full ${median(full)} ms, diff ${median(diff)} ms`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

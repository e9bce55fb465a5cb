/**
 * What depth costs a reader: the same disk as a chain of two files, and as one of 200, with the same changes in all.
 *
 *     node bench/depth.mjs FOLDER [--disk 2G] [--changes 2000] [--depth 200] [--rounds 7]
 *
 * The changes are rewrites of 4 to 64 KiB anywhere on the disk, in one state or spread over all. Rounds alternate; prints
 * medians in ms, to open and to read all, and their ratio. FOLDER is emptied of what the run made. Needs a build.
 */

import { randomFillSync } from 'node:crypto';
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import {
  backup,
  CopyEngine,
  changeMapOf,
  createReplicaPool,
  openBackupSource,
  openImage,
  protect,
} from '../dist/index.js';
import { loadHostFiles } from '../dist/native-shims/load.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    disk: { type: 'string', default: '2G' },
    changes: { type: 'string', default: '2000' },
    depth: { type: 'string', default: '200' },
    rounds: { type: 'string', default: '7' },
  },
});
const disk = Number.parseFloat(values.disk) * 1024 ** ' KMGT'.indexOf(values.disk.at(-1));
const [changes, depth, rounds] = [values.changes, values.depth, values.rounds].map(Number);
const UNIT = 4096;
const folder = mkdtempSync(join(resolve(positionals[0] ?? '.'), 'depth-'));
const sourcePath = join(folder, 'source.raw');

let state = 1;
function below(limit) {
  state = (state + 0x9e3779b9) >>> 0;
  let value = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return ((value ^ (value >>> 16)) >>> 0) % limit;
}
const ranges = Array.from({ length: changes }, () => {
  const length = UNIT * (1 + below(16));
  return { offset: UNIT * below((disk - length) / UNIT), length };
});

/** A pool whose replica hangs on `count` states before it, with a share of the changes in each. */
async function chain(count) {
  const source = openSync(sourcePath, 'w+');
  const piece = new Uint8Array(2 ** 20);
  try {
    ftruncateSync(source, disk);
    for (let done = 0; done < disk; done += piece.length)
      writeSync(source, randomFillSync(piece), 0, piece.length, done);
    const pool = createReplicaPool(join(folder, `pool-${count}`), 'bench.example.com', await loadHostFiles());
    const options = { name: 'disk', mode: 'chain', depthMax: depth + 1 };
    await using(sourcePath, (from) => protect(pool, from, options));
    for (let index = 0; index < count; index++) {
      const share = ranges.slice((index * changes) / count, ((index + 1) * changes) / count);
      for (const { offset, length } of share)
        writeSync(source, randomFillSync(new Uint8Array(length)), 0, length, offset);
      await using(sourcePath, (from) => backup(pool, 'disk', from, { changes: changeMapOf(share, disk) }));
    }
    return pool.find('disk').container.replica().path;
  } finally {
    closeSync(source);
  }
}

async function using(path, work) {
  const from = await openBackupSource(path);
  try {
    await work(from);
  } finally {
    await from.close();
  }
}

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
try {
  const paths = { shallow: await chain(1), deep: await chain(depth) };
  const engine = new CopyEngine({ threads: 1 });
  const times = { shallow: { open: [], read: [] }, deep: { open: [], read: [] } };
  for (let round = -1; round < rounds; round++) {
    for (const [name, path] of Object.entries(paths)) {
      const started = performance.now();
      const image = await openImage(path);
      const opened = performance.now();
      await engine.copy(image.disk, { target: null });
      if (round >= 0) times[name].read.push(performance.now() - opened);
      if (round >= 0) times[name].open.push(opened - started);
      await image.close();
    }
  }
  for (const [name, { open, read }] of Object.entries(times))
    console.log(`${name.padEnd(8)} open ${median(open).toFixed(1)} ms, read ${median(read).toFixed(1)} ms`);
  const ratios = times.deep.read.map((ms, round) => ms / times.shallow.read[round]);
  console.log(`depth ${depth} over depth 1: ${median(ratios).toFixed(2)}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/**
 * The life of many recovery points of one disk, measured: made one after another with scattered changes, listed, the
 * oldest opened, any two compared, their cost told, pruned, verified. Every step's result is checked against the source.
 *
 *     node bench/points.mjs FOLDER [--states 512] [--writes 1000] [--disk 4G] [--base 256M] [--keep 64]
 *                                  [--spread 256M] [--mode clone|chain] [--depth 64] [--seed 1]
 *
 * FOLDER lies on the file system to measure and is emptied of what the run made. Prints one line of JSON. Needs a build.
 * The source disk is a sparse file beside the pool, of which the first --base bytes hold data; it changes by writes of
 * 4 KiB anywhere in its first --spread bytes, told to each backup as a change list.
 */

import { createHash, randomFillSync } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import {
  applyPlan,
  backup,
  bestMode,
  CopyEngine,
  changeMapOf,
  compareImages,
  createReplicaPool,
  extentsOf,
  openBackupSource,
  openImage,
  planReplica,
  protect,
  usageOf,
  verify,
} from '../dist/index.js';
import { loadHostFiles } from '../dist/native-shims/load.js';

const UNIT = 4096;
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    states: { type: 'string', default: '512' },
    writes: { type: 'string', default: '1000' },
    disk: { type: 'string', default: '4G' },
    base: { type: 'string', default: '256M' },
    spread: { type: 'string', default: '256M' },
    keep: { type: 'string', default: '64' },
    mode: { type: 'string' },
    depth: { type: 'string', default: '64' },
    seed: { type: 'string', default: '1' },
  },
});
const sizeOf = (text) => Number.parseFloat(text) * 1024 ** ' KMGT'.indexOf(text.at(-1));
const [states, writes, keep, depthMax] = [values.states, values.writes, values.keep, values.depth].map(Number);
const [disk, base, spread] = [values.disk, values.base, values.spread].map(sizeOf);

let state = Number(values.seed) >>> 0;
function below(limit) {
  state = (state + 0x9e3779b9) >>> 0;
  let value = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return ((value ^ (value >>> 16)) >>> 0) % limit;
}
const clock = async (work) => {
  const start = performance.now();
  const result = await work();
  return [Math.round((performance.now() - start) * 10) / 10, result];
};
const quantile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
function check(condition, what) {
  if (!condition) throw new Error(`not as it must be: ${what}`);
}

const folder = mkdtempSync(join(resolve(positionals[0] ?? '.'), 'points-'));
const host = await loadHostFiles();
const sourcePath = join(folder, 'source.raw');
const source = openSync(sourcePath, 'wx+');
const report = { states, writes, disk, base, spread, depthMax, seed: Number(values.seed) };

/** SHA-256 of what lies in the file, hole by hole. */
function digest(read) {
  const hash = createHash('sha256');
  const bytes = new Uint8Array(2 ** 20);
  for (let offset = 0; offset < disk; offset += bytes.length) {
    read(offset, bytes);
    hash.update(bytes);
  }
  return hash.digest('hex');
}
const sourceDigest = () => digest((offset, bytes) => bytes.fill(0, readSync(source, bytes, 0, bytes.length, offset)));

try {
  ftruncateSync(source, disk);
  const piece = new Uint8Array(64 * 1024);
  for (let done = 0; done < base; done += piece.length) {
    randomFillSync(piece);
    writeSync(source, piece, 0, piece.length, done); // the first part of the disk is full, the rest is hit by the changes
  }
  const pool = createReplicaPool(join(folder, 'pool'), 'bench.example.com', host);
  const mode = values.mode ?? bestMode(pool);
  report.mode = mode;
  report.fileSystem = host.fileSystemName(folder);
  const digests = new Map();
  const times = [];
  const unit = new Uint8Array(UNIT);
  for (let index = 0; index < states; index++) {
    const ranges = [];
    for (let i = 0; index > 0 && i < writes; i++) {
      const offset = below(spread / UNIT) * UNIT;
      randomFillSync(unit);
      writeSync(source, unit, 0, UNIT, offset);
      ranges.push({ offset, length: UNIT });
    }
    if ([0, Math.floor(states / 3), states - keep, states - 1].includes(index)) digests.set(index, sourceDigest());
    const from = await openBackupSource(sourcePath);
    const [ms] = await clock(() =>
      index === 0
        ? protect(pool, from, { name: 'disk', mode, depthMax })
        : backup(pool, 'disk', from, { changes: changeMapOf(ranges, disk) }),
    );
    await from.close();
    if (index > 0) times.push(ms);
  }
  fsyncSync(source);
  const sorted = [...times].sort((a, b) => a - b);
  report.backupMs = { p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99), max: sorted.at(-1) };

  const entry = pool.find('disk');
  const { container } = entry;
  const [listMs, points] = await clock(() => container.states());
  report.listMs = listMs;
  check(points.length === states, `${points.length} states`);

  const engine = new CopyEngine({ threads: 1 });
  report.read = {};
  const wanted = { 1: 0, 64: 63, 200: 199, 512: 511 };
  for (const [name, index] of Object.entries(wanted)) {
    if (index >= states) continue;
    const { path } = points[index];
    const [openMs, image] = await clock(() => openImage(path));
    const extents = [...(fileExtents(path) ?? [])].length;
    const length = base;
    await engine.copy(image.disk, { target: null, length }); // the page cache is warm
    const best = [];
    for (let i = 0; i < 3; i++) best.push((await clock(() => engine.copy(image.disk, { target: null, length })))[0]);
    const [mapMs, leaves] = await clock(() => count(extentsOf(image.disk)));
    const { depth } = points[index].facts;
    const backupMs = times[Math.max(0, index - 1)];
    report.read[name] = { depth, backupMs, openMs, extents, leaves, mapMs, readMs: Math.min(...best) };
    await image.close();
  }

  const digestOf = async (path) => {
    const image = await openImage(path);
    const result = await clock(async () => {
      const hash = createHash('sha256');
      await engine.copy(image.disk, { target: null, hash });
      return hash.digest('hex');
    });
    await image.close();
    return result;
  };
  const [oldestMs, oldest] = await digestOf(points[0].path);
  report.oldestMs = oldestMs;
  check(oldest === digests.get(0), 'the oldest state');

  for (const [name, a, b] of [
    ['neighbours', states - 2, states - 1],
    ['oldest and newest', 0, states - 1],
  ]) {
    const [before, after] = [await openImage(points[a].path), await openImage(points[b].path)];
    const [ms, diff] = await clock(() => compareImages(before, after, { host }));
    await before.close();
    await after.close();
    report[`diff ${name}`] = { ms, bytes: diff.changed.bytes, readBytes: diff.readBytes };
    check(diff.changed.bytes > 0 && diff.possible.bytes === 0, `diff of ${name}`);
  }

  const [usageMs, usage] = await clock(() => usageOf(entry));
  report.usage = { ms: usageMs, total: usage.total, newestPoint: usage.unique(points.at(-2).id) };
  const [planMs, plan] = await clock(() => planReplica(entry, { keep }, Date.now()));
  check(plan.remove.length === Math.max(0, states - 1 - keep), `${plan.remove.length} points to prune`);
  const [pruneMs] = await clock(() => applyPlan(pool, plan));
  report.prune = { planMs, ms: pruneMs, removed: plan.remove.length, freedBytes: plan.freedBytes };
  const left = container.states();
  check(left.length === Math.min(states, keep + 1), `${left.length} states after pruning`);
  for (const index of [states - keep, states - 1]) {
    const { path } = left[left.length - (states - index)];
    check((await digestOf(path))[1] === digests.get(index), `state ${index} after pruning`);
  }

  for (const threads of [2, 1]) {
    const [ms, verified] = await clock(() => verify(pool.path, { host, threads }));
    report[`verify, ${threads} threads`] = { ms, bytesRead: verified.totals.bytesRead };
    check(verified.totals.verified === left.length && verified.totals.damagedBlocks === 0, 'verification');
  }
  report.stored = left.reduce((sum, { path }) => sum + statSync(path).blocks * 512, 0);
  report.peakMemoryMiB = Math.round(process.resourceUsage().maxRSS / 1024);
  console.log(JSON.stringify(report));
} finally {
  closeSync(source);
  rmSync(folder, { recursive: true, force: true });
}

function fileExtents(path) {
  const fd = openSync(path, 'r');
  try {
    const extents = host.physicalExtents({ fd, path }, 0, statSync(path).size);
    return extents === null ? null : [...extents];
  } finally {
    closeSync(fd);
  }
}

function count(iterable) {
  let number = 0;
  for (const _one of iterable) number++;
  return number;
}

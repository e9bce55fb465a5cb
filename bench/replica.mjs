/**
 * Times of the replica engine against what the file system itself needs, in process, rounds interleaved.
 *
 *     node bench/replica.mjs FOLDER [clone|chain] [v1.raw v2.raw changes.json]
 *
 * FOLDER is on the file system to measure; bench/make-images.sh and bench/mutate.py make the images. Prints medians in
 * ms, and the ratio of each to its reference. ROUNDS=5, STEPS=1 to see each operation of a publication.
 */
import { execFileSync, fork } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';

const made = (name) => join(import.meta.dirname, 'out', name);
const [folder, mode = 'clone', v1 = made('v1.raw'), v2 = made('v2.raw'), list = made('changes.json')] =
  process.argv.slice(2);
const ROUNDS = Number(process.env['ROUNDS'] ?? 5);
const { openBackupSource, createReplicaPool, protect, backup, openChangeList, ChangeMap } = await import(
  '../dist/index.js'
);
const { loadHostFiles } = await import('../dist/native-shims/load.js');

const host = await loadHostFiles();
const path = join(folder, 'pool');
rmSync(path, { recursive: true, force: true });
const pool = createReplicaPool(path, 'dpm01.contoso.com', host);
const times = {};
const run = (...command) => execFileSync(command[0], command.slice(1));
async function timed(name, work) {
  run('sync', '-f', folder);
  const start = performance.now();
  const result = await work();
  (times[name] ??= []).push(performance.now() - start);
  return result;
}
const median = (name) => [...times[name]].sort((a, b) => a - b)[Math.floor(times[name].length / 2)];

const [first, second] = [await openBackupSource(v1, {}, host), await openBackupSource(v2, {}, host)];
const changes = openChangeList(list, first.disk.size);
/** The reference that writes has a process of its own, warm: what it holds in memory is not ours. */
const writer = fork(new URL('./write-ranges.mjs', import.meta.url), { serialization: 'advanced' });
const reply = () => new Promise((resolve) => writer.once('message', resolve));
writer.send({ path: v2, ranges: [...changes.ranges()] });
await reply();

/** Times of the store's operations, printed when STEPS is set. */
function traced(store) {
  const spent = [];
  const names = Object.getOwnPropertyNames(Object.getPrototypeOf(store)).filter((name) => name !== 'constructor');
  const original = names.map((name) => [name, store[name]]);
  const trace = (name, path, work) => {
    const start = performance.now();
    try {
      return work();
    } finally {
      spent.push(`${name} ${String(path).slice(-22)} ${(performance.now() - start).toFixed(1)}`);
    }
  };
  for (const [name, method] of original) {
    store[name] = (...words) => {
      const result = trace(name, words.at(-1), () => method.apply(store, words));
      if (name === 'create' || name === 'openWritable' || name === 'openClone') {
        const flush = result.flush.bind(result);
        result.flush = () => trace('flush', words[0], flush);
      }
      return result;
    };
  }
  return () => {
    for (const [name] of original) delete store[name];
    console.log(spent.filter((line) => Number(line.split(' ').at(-1)) > 0.5).join('\n'));
  };
}

await timed('initial replica', () => protect(pool, first, { name: 'vm', mode }));
const replica = () => pool.find('vm').container.replica().path;
for (let round = 0; round < ROUNDS; round++) {
  const copy = join(folder, `copy${round}`);
  if (mode === 'clone') await timed('cp --reflink', () => run('cp', '--reflink=always', replica(), copy));
  else run('cp', '--sparse=always', v1, copy);
  const finish = process.env['STEPS'] ? traced(pool.store) : () => {};
  await timed('derive + publish', () => backup(pool, 'vm', first, { changes: new ChangeMap() }));
  finish();
  run('sync', '-f', folder);
  writer.send({ target: copy });
  (times['pwrite + fdatasync'] ??= []).push(await reply());
  await timed('express full, list', () => backup(pool, 'vm', second, { changes }));
  if (process.env['SCAN'] === 'off') {
    await backup(pool, 'vm', first, { changes });
    continue;
  }
  await timed('dd to null', () => run('dd', `if=${v1}`, 'of=/dev/null', 'bs=1M', 'status=none'));
  await timed('express full, no list, 1', () => backup(pool, 'vm', first, { threads: 1 }));
  await timed('express full, no list, 2', () => backup(pool, 'vm', second, { threads: 2 }));
  await backup(pool, 'vm', first, { changes });
}
writer.disconnect();
await first.close();
await second.close();
for (const [name, all] of Object.entries(times)) {
  console.log(
    `${name.padEnd(26)} ${median(name).toFixed(1).padStart(9)} ms   ${all.map((ms) => ms.toFixed(0)).join(' ')}`,
  );
}
for (const [job, reference] of [
  ['derive + publish', 'cp --reflink'],
  ['express full, list', 'pwrite + fdatasync'],
  ['express full, no list, 1', 'dd to null'],
  ['express full, no list, 2', 'dd to null'],
]) {
  if (times[job] && times[reference])
    console.log(`${job} / ${reference}: ${(median(job) / median(reference)).toFixed(2)}`);
}
const peak = (process.resourceUsage().maxRSS / 1024).toFixed(0);
console.log(`pool ${run('du', '-sm', path).toString().split('\t')[0]} MiB, peak RSS ${peak} MiB`);

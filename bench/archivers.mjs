/**
 * An incremental backup against archivers that cut their input into chunks: wall time and what it adds to the disk.
 *
 *     node bench/archivers.mjs FOLDER [--images DIR] [--rounds 3]
 *
 * FOLDER lies on a file system of its own that clones (XFS, Btrfs): what a backup adds is what that has less free space for
 * afterwards. It is emptied of what the run made. --images holds v1.raw and v2.raw, as bench/make-images.sh and
 * bench/mutate.py make them, and gets a folder while this runs. All read the images by one path, at which the second one lies after
 * the first backup; each round begins with repositories and a pool of its own. Needs a build, borg and restic; ends with 1 where a floor is missed.
 */

import { spawnSync } from 'node:child_process';
import { linkSync, mkdirSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    images: { type: 'string', default: join(import.meta.dirname, 'out') },
    rounds: { type: 'string', default: '3' },
  },
});
const folder = mkdtempSync(join(resolve(positionals[0] ?? '.'), 'archivers-'));
const images = resolve(values.images);
const main = resolve(import.meta.dirname, '../dist/cli/main.js');
const MIB = 2 ** 20;

const env = {
  ...process.env,
  BORG_BASE_DIR: join(folder, 'borg-home'),
  BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK: 'yes',
  RESTIC_PASSWORD: 'bench',
  RESTIC_CACHE_DIR: join(folder, 'restic-cache'),
};

function run(...command) {
  const { status, stderr } = spawnSync(command[0], command.slice(1), { env, encoding: 'utf8', cwd: folder });
  if (status !== 0) throw new Error(`${command.join(' ')} ended with ${status}: ${stderr}`);
}

/** The disk that all back up, by one path: a further name of an image, so that nothing is copied. Read once, it is warm. */
const place = mkdtempSync(join(images, 'archivers-'));
const disk = join(place, 'disk.raw');
function show(name) {
  rmSync(disk, { force: true });
  linkSync(join(images, name), disk);
}
const warm = () => run('dd', `if=${disk}`, 'of=/dev/null', 'bs=1M', 'status=none');

const pv = (...words) => run(process.execPath, main, ...words);
const backUp = (pool) => pv('backup', disk, '--pool', pool, '--replica', 'vm');
const borg = (repository) =>
  run('borg', 'create', '--chunker-params', 'fixed,65536', '-C', 'none', `${repository}::${Date.now()}`, disk);
const restic = (repository) => run('restic', '-q', '-r', repository, 'backup', disk);

const JOBS = {
  pitvault: {
    begin(pool) {
      pv('init', pool, '--server', 'bench.example.com');
      pv('protect', disk, '--pool', pool, '--name', 'vm');
    },
    next: backUp,
  },
  borg: {
    begin(repository) {
      run('borg', 'init', '-e', 'none', repository);
      borg(repository);
    },
    next: borg,
  },
  restic: {
    begin(repository) {
      run('restic', '-q', '-r', repository, 'init');
      restic(repository);
    },
    next: restic,
  },
};

function usedBytes() {
  run('sync', '-f', folder);
  const { blocks, bfree, bsize } = statfsSync(folder);
  return (blocks - bfree) * bsize;
}

const found = {};
try {
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const [name, { begin, next }] of Object.entries(JOBS)) {
      const target = join(folder, name);
      mkdirSync(join(folder, 'borg-home'), { recursive: true });
      show('v1.raw');
      begin(target);
      show('v2.raw');
      warm();
      const before = usedBytes();
      const start = performance.now();
      next(target);
      const ms = performance.now() - start;
      (found[name] ??= []).push({ ms, added: usedBytes() - before });
      for (const left of [name, 'borg-home', 'restic-cache'])
        rmSync(join(folder, left), { recursive: true, force: true });
    }
  }
} finally {
  for (const made of [folder, place]) rmSync(made, { recursive: true, force: true });
}

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const of = (name, key) => median(found[name].map((one) => one[key]));
for (const name of Object.keys(JOBS)) {
  console.log(
    `${name.padEnd(10)} ${(of(name, 'ms') / 1000).toFixed(2)} s, adds ${(of(name, 'added') / MIB).toFixed(1)} MiB`,
  );
}
for (const [what, key, peer, floor] of [
  ['time', 'ms', 'borg', 0.25],
  ['bytes', 'added', 'borg', 0.6],
  ['bytes', 'added', 'restic', 0.08],
]) {
  const ratio = of('pitvault', key) / of(peer, key);
  if (ratio > floor) process.exitCode = 1;
  console.log(`${what} over ${peer}: ${ratio.toFixed(3)} (floor ${floor})`);
}

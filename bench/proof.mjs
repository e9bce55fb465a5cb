/**
 * What proof and comparison of states cost against what one does without pitvault: `verify` over reading the files, `diff` over
 * comparing or hashing all, recovery by cloning over unpacking. Rounds alternate, after one that only warms up.
 *
 *     node bench/proof.mjs FOLDER [--images DIR] [--rounds 7] [--only TEXT]
 *
 * FOLDER lies on a file system that clones (XFS, Btrfs), and is emptied of what the run made. --images holds v1.raw, v2.raw
 * and changes.json, as bench/make-images.sh and bench/mutate.py make them. Prints medians in ms, the median of the rounds'
 * ratios, goal and floor; ends with 1 where a floor is missed. Needs a build, qemu-img, 7z, losetup, ntfs-3g and root.
 */

import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { compareImages, openImage } from '../dist/index.js';
import { loadHostFiles } from '../dist/native-shims/load.js';
import { MDF } from './jobs.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    images: { type: 'string', default: join(import.meta.dirname, 'out') },
    rounds: { type: 'string', default: '7' },
    only: { type: 'string', default: '' },
  },
});
const rounds = Number(values.rounds);
const folder = mkdtempSync(join(resolve(positionals[0] ?? '.'), 'proof-'));
const raw = (name) => join(resolve(values.images), name);
const main = resolve(import.meta.dirname, '../dist/cli/main.js');
const q = (text) => `'${text}'`;
const pv = (...words) => `${q(process.execPath)} ${q(main)} ${words.map(q).join(' ')}`;
const sh = (command) => execFileSync('bash', ['-c', command], { stdio: ['ignore', 'ignore', 'inherit'] });

/** Paths of a pool's disks, the live replica's last. */
function disksOf(pool) {
  const files = readdirSync(pool, { recursive: true }).filter((name) => name.endsWith('disk0.vhdx'));
  const isReplica = (name) => name.split('/').at(-2) === name.split('/').at(-3);
  return files.sort((a, b) => isReplica(a) - isReplica(b)).map((name) => join(pool, name));
}

function makePool(name, ...second) {
  const pool = join(folder, name);
  sh(
    `${pv('init', pool, '--server', 'bench.example.com')} && ${pv('protect', raw('v1.raw'), '--pool', pool, '--name', 'vm')}`,
  );
  if (second.length > 0) sh(pv('backup', ...second, '--pool', pool, '--replica', 'vm'));
  return { pool, disks: disksOf(pool) };
}

async function timed(work) {
  if (typeof work === 'string' && fresh !== null) rmSync(fresh, { recursive: true, force: true });
  const start = performance.now();
  // A comparison that finds differences ends with 1.
  if (typeof work === 'string') {
    const { status, stderr } = spawnSync('bash', ['-c', work], {
      encoding: 'utf8',
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    if (status !== 0 && !(status === 1 && work.includes("'diff'"))) throw new Error(`${work}: ${status} ${stderr}`);
  } else await work();
  return performance.now() - start;
}

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
/** Removed before each command. */
let fresh = null;
let missed = false;
const mounted = [];

function mount(image, name, mode = 'ro') {
  const place = join(folder, name);
  const access = mode === 'ro' ? ['-r'] : [];
  const loop = execFileSync('losetup', [...access, '--show', '-f', '-o', '1048576', image], {
    encoding: 'utf8',
  }).trim();
  mounted.push(() => sh(`losetup -d ${loop}`));
  sh(`mkdir ${q(place)} && ntfs-3g -o ${mode},noatime ${loop} ${q(place)}`);
  mounted.push(() => sh(`umount ${q(place)}`));
  return place;
}

function unmountAll() {
  while (mounted.length > 0) mounted.pop()();
}

/** v1 after a day's work in its files: v2 changes clusters at random, which leaves no file system that could be hashed. */
function changeFiles() {
  const image = join(folder, 'worked.raw');
  sh(`cp --sparse=always ${q(raw('v1.raw'))} ${q(image)}`);
  const docs = join(mount(image, 'worked', 'rw'), 'docs');
  for (let number = 0; number < 200; number += 2) {
    const inFolder = join(docs, `d${String(number).padStart(3, '0')}`);
    const first = join(inFolder, 'file_00.dat');
    writeFileSync(first, readFileSync(first).reverse());
    appendFileSync(join(inFolder, 'file_01.dat'), 'one more line\n');
    writeFileSync(join(inFolder, 'new.dat'), Buffer.alloc(10_000, number));
    rmSync(join(inFolder, 'file_02.dat'));
  }
  unmountAll();
  return image;
}

try {
  const isWanted = (job) => job.includes(values.only);
  const worked = isWanted('diff --files') ? changeFiles() : null;
  const one = makePool('one');
  const two = makePool('two', raw('v2.raw'), '--changes', raw('changes.json'));
  const three = worked === null ? two : makePool('three', worked);
  sh('sync'); // what is still being written takes time from both, and not alike
  const host = await loadHostFiles();
  const [before, after] = two.disks;
  const dd = (files) => files.map((file) => `dd if=${q(file)} of=/dev/null bs=1M status=none`).join(' && ');
  const out = join(folder, 'out');
  const trees = worked === null ? [] : [mount(raw('v1.raw'), 'a'), mount(worked, 'b')];
  // Without what the engine keeps beside them, all that is known of two clones is where their extents lie.
  const foreign = ['foreign0.vhdx', 'foreign1.vhdx'].map((name) => join(folder, name));
  for (const [number, disk] of [before, after].entries()) sh(`cp --reflink=always ${q(disk)} ${q(foreign[number])}`);
  const mapOnly = (disks) => async () => {
    const images = [await openImage(disks[0]), await openImage(disks[1])];
    await compareImages(...images, { host, mapOnly: true });
    for (const image of images) await image.close();
  };
  const jobs = [
    ['verify, one state', pv('verify', one.pool), dd(one.disks), 1.3, 1.8],
    ['verify, two clones', pv('verify', two.pool), dd(two.disks), 1.3, 1.8],
    [
      'diff of two points, map only, in process',
      mapOnly([before, after]),
      `qemu-img compare -f vhdx -F vhdx ${q(before)} ${q(before)}`,
      0.03,
      0.1,
    ],
    [
      'diff of two clones, by their extents only, in process',
      mapOnly(foreign),
      `qemu-img compare -f vhdx -F vhdx ${q(before)} ${q(before)}`,
      0.03,
      0.1,
    ],
    [
      'diff --files, against sha256sum of both trees, mounted',
      pv('diff', ...three.disks, '--files'),
      `find ${trees.map(q).join(' ')} -type f -print0 | xargs -0 sha256sum`,
      0.03,
      0.06,
    ],
    [
      'recover DPMDB.mdf, cloned, no hash',
      pv('recover', one.disks[0], '--files', MDF, '--no-hash', '--out', out),
      `7z x -y -bd -o${q(out)} ${q(one.disks[0])} ${q(MDF)}`,
      0.25,
      0.4,
    ],
  ];
  for (const [job, ours, theirs, goal, floor] of jobs.filter(([job]) => isWanted(job))) {
    fresh = out;
    const [mine, peers] = [[], []];
    for (let round = -1; round < rounds; round++) {
      const [a, b] = [await timed(ours), await timed(theirs)];
      if (round < 0) continue;
      mine.push(a);
      peers.push(b);
    }
    const ratio = median(mine.map((ms, round) => ms / peers[round]));
    const met = ratio <= goal ? 'goal' : ratio <= floor ? 'floor' : 'missed';
    missed ||= met === 'missed';
    console.log(
      `${job.padEnd(56)} ${median(mine).toFixed(0).padStart(6)} ms, peer ${median(peers).toFixed(0).padStart(6)} ms, ratio ${ratio.toFixed(3)} (goal ${goal}, floor ${floor}: ${met})`,
    );
  }
} finally {
  unmountAll();
  rmSync(folder, { recursive: true, force: true });
}
if (missed) process.exitCode = 1;

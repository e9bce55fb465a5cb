#!/usr/bin/env node
/**
 * pitvault against its peers, in one run: rounds alternate the two commands, so that a drifting machine drifts for both.
 * The cache is warm. Prints a Markdown table and writes bench/out/results.json. A missing peer ends the run with an error.
 *
 *   npm run bench [-- --images DIR] [--only TEXT] [-n ROUNDS]
 */

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: { images: { type: 'string' }, only: { type: 'string' }, n: { type: 'string', short: 'n' } },
});
const root = resolve(import.meta.dirname, '..');
const images = resolve(values.images ?? join(root, 'bench/out'));
const rounds = Number(values.n ?? 7);
const cli = join(root, 'dist/cli/main.js');
const work = join(images, 'work');
const memory = `/dev/shm/pitvault-bench-${process.pid}`;
const v1 = join(images, 'v1.vhdx');
const mdf = 'Microsoft DPM/DPM/DPMDB/DPMDB.mdf';

if (!existsSync(v1))
  execFileSync(join(root, 'bench/make-images.sh'), { env: { ...process.env, B: images }, stdio: 'inherit' });
for (const tool of ['qemu-img', '7z', 'vhdimount', 'ntfs-3g', 'fls', 'losetup', 'time']) {
  if (spawnSync('sh', ['-c', `command -v ${tool}`]).status !== 0)
    throw new Error(`the bench needs ${tool}: install it`);
}

const q = (text) => `'${text}'`;
const pv = (...args) => `${q(process.execPath)} ${q(cli)} ${args.map(q).join(' ')}`;
/** The file copied through vhdimount, a loop device and ntfs-3g, as one does without pitvault. */
const mounted = `mkdir -p ${work}/v ${work}/n && vhdimount ${q(v1)} ${work}/v >/dev/null && L=$(losetup -r --show -f -o 1048576 ${work}/v/vhdi1) && ntfs-3g -o ro,noatime $L ${work}/n && cp ${q(`${work}/n/${mdf}`)} ${work}/o/; S=$?; umount ${work}/n; losetup -d $L; umount ${work}/v; exit $S`;
const flsMounted = `mkdir -p ${work}/v && vhdimount ${q(v1)} ${work}/v >/dev/null && fls -r -o 2048 ${work}/v/vhdi1; S=$?; umount ${work}/v; exit $S`;
const fresh = `rm -rf ${work}/o ${memory}; mkdir -p ${work}/o ${memory}`;

const rows = [
  {
    job: 'whole virtual disk to null',
    ours: pv('bench', 'read', v1),
    peer: 'qemu-img convert -W -m16',
    theirs: `qemu-img convert -n -W -m 16 -f vhdx --target-image-opts ${q(v1)} driver=null-co,size=4294967296`,
    goal: 0.3,
    floor: 0.4,
  },
  {
    job: 'the same',
    ours: pv('bench', 'read', v1),
    peer: '7z e -so',
    theirs: `7z e -tvhdx -so ${q(v1)}`,
    goal: 1.0,
    floor: 1.3,
  },
  {
    job: 'convert to sparse raw',
    ours: `rm -f ${work}/a.raw; ${pv('convert', v1, `${work}/a.raw`)}`,
    peer: 'qemu-img convert -W -m16',
    theirs: `rm -f ${work}/b.raw; qemu-img convert -W -m 16 -f vhdx -O raw ${q(v1)} ${work}/b.raw`,
    prepare: `rm -f ${work}/*.raw; sync`,
    goal: 0.6,
    floor: 0.75,
  },
  {
    job: 'recover DPMDB.mdf, no hash',
    ours: pv('recover', v1, '--files', mdf, '--out', `${work}/o`, '--no-hash'),
    peer: '7z x',
    theirs: `7z e -y -bd -o${work}/o ${q(v1)} ${q(mdf)}`,
    prepare: `${fresh}; sync`,
    goal: 1.0,
    floor: 1.2,
  },
  {
    job: 'recover DPMDB.mdf with SHA-256',
    ours: pv('recover', v1, '--files', mdf, '--out', `${work}/o`),
    peer: '7z x',
    theirs: `7z e -y -bd -o${work}/o ${q(v1)} ${q(mdf)}`,
    prepare: `${fresh}; sync`,
    goal: 1.7,
    floor: 2.2,
  },
  {
    job: 'recover DPMDB.mdf, no hash',
    ours: pv('recover', v1, '--files', mdf, '--out', `${work}/o`, '--no-hash'),
    peer: 'vhdimount + ntfs-3g',
    theirs: mounted,
    prepare: `${fresh}; sync`,
    goal: 0.2,
    floor: 0.25,
  },
  {
    job: 'recover 20,000 small files, no hash (tmpfs)',
    ours: pv('recover', v1, '--files', 'docs/**', '--out', `${memory}/o`, '--no-hash'),
    peer: '7z x',
    theirs: `7z x -y -bd -o${memory} ${q(v1)} 'docs/*'`,
    prepare: fresh,
    goal: 0.9,
    floor: 1.2,
  },
  { job: 'list 20,000 files', ours: pv('ls', '-R', v1), peer: '7z l', theirs: `7z l ${q(v1)}`, goal: 0.9, floor: 1.3 },
  {
    job: 'list 20,000 files',
    ours: pv('ls', '-R', v1),
    peer: 'fls -r over vhdimount',
    theirs: flsMounted,
    goal: 0.7,
    floor: 0.9,
  },
  {
    job: 'map of an empty 64 TiB disk',
    ours: pv('map', join(images, 'empty64t.32m.vhdx')),
    seconds: true,
    goal: 0.3,
    floor: 1,
  },
  {
    job: 'convert of an empty 64 TiB disk (tmpfs)',
    ours: pv('convert', join(images, 'empty64t.32m.vhdx'), `${memory}/e.raw`),
    prepare: fresh,
    seconds: true,
    goal: 0.3,
    floor: 1,
  },
  { job: 'open + first 4 KiB, in process, warm', inProcess: true, seconds: true, goal: 0.005, floor: 0.01 },
  {
    job: 'info',
    ours: pv('info', v1),
    peer: 'node -e 0',
    theirs: `${q(process.execPath)} -e 0`,
    goal: 1.3,
    floor: 1.7,
  },
  {
    job: 'scan of 100 points',
    ours: pv('scan', join(images, 'pool100')),
    peer: 'node -e 0',
    theirs: `${q(process.execPath)} -e 0`,
    goal: 1.3,
    floor: 1.7,
  },
];

/** Runs a command line; gives seconds and the peak memory (MiB) of the largest process in its tree. */
function measure(command) {
  const started = performance.now();
  const result = spawnSync('/usr/bin/time', ['-f', 'peak %M', 'bash', '-c', `${command} >/dev/null`], {
    encoding: 'utf8',
  });
  const seconds = (performance.now() - started) / 1000;
  if (result.status !== 0) throw new Error(`${command} ended with ${result.status}: ${result.stderr}`);
  return { seconds, peak: Number(/peak (\d+)/.exec(result.stderr)?.[1] ?? Number.NaN) / 1024 };
}

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const prepare = (row) => row.prepare && execFileSync('bash', ['-c', row.prepare]);

async function openAndRead() {
  const { openImage } = await import(join(root, 'dist/index.js'));
  const started = performance.now();
  const image = await openImage(v1);
  const files = await (await image.volumes())[0].fileSystem();
  const file = await files.open(`/${mdf}`);
  await file.read(new Uint8Array(4096), 0);
  const seconds = (performance.now() - started) / 1000;
  await image.close();
  return { seconds, peak: process.memoryUsage.rss() / 2 ** 20 };
}

async function bench(row) {
  const ours = [];
  const theirs = [];
  for (let round = -1; round < rounds; round++) {
    execFileSync('bash', ['-c', `cat ${q(v1)} >/dev/null`]); // an idle machine gives its cache away
    prepare(row);
    const mine = row.inProcess ? await openAndRead() : measure(row.ours);
    prepare(row);
    const other = row.theirs === undefined ? null : measure(row.theirs);
    if (round < 0) continue; // warm-up
    ours.push(mine);
    if (other !== null) theirs.push(other);
  }
  const seconds = median(ours.map((run) => run.seconds));
  const ratio = row.theirs === undefined ? null : median(ours.map((run, i) => run.seconds / theirs[i].seconds));
  return {
    job: row.job,
    peer: row.peer ?? null,
    seconds,
    peerSeconds: row.theirs === undefined ? null : median(theirs.map((run) => run.seconds)),
    ratio,
    goal: row.goal,
    floor: row.floor,
    peak: Math.max(...ours.map((run) => run.peak)),
  };
}

mkdirSync(work, { recursive: true });
const results = [];
try {
  console.log(
    '| job | peer | pitvault s | peer s | ratio | goal | floor | peak MiB |\n|---|---|---|---|---|---|---|---|',
  );
  for (const row of rows.filter(
    ({ job, peer }) => values.only === undefined || `${job} ${peer}`.includes(values.only),
  )) {
    const result = await bench(row);
    results.push(result);
    const unit = row.seconds ? ' s' : '';
    const got = result.ratio === null ? `${result.seconds.toFixed(3)} s` : result.ratio.toFixed(2);
    console.log(
      `| ${result.job} | ${result.peer ?? '-'} | ${result.seconds.toFixed(3)} | ${result.peerSeconds?.toFixed(3) ?? '-'} | ${got} | ${row.goal}${unit} | ${row.floor}${unit} | ${result.peak.toFixed(0)} |`,
    );
  }
} finally {
  rmSync(work, { recursive: true, force: true });
  rmSync(memory, { recursive: true, force: true });
}
const commit = spawnSync('git', ['-C', root, 'rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).stdout.trim();
const machine = `${cpus().length} x ${cpus()[0].model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}, ${process.platform} ${readFileSync('/proc/sys/kernel/osrelease', 'utf8').trim()}`;
const about = { machine, commit, date: new Date().toISOString().slice(0, 10), rounds };
writeFileSync(join(images, 'results.json'), `${JSON.stringify({ ...about, results }, null, 2)}\n`);
console.log(`\n${machine}; commit ${commit}; ${about.date}; medians of ${rounds} paired rounds, warm cache`);

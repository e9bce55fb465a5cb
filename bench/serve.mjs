/**
 * The servers against their peers: FUSE, NBD, WebDAV, and one file of a shadow copy. Each round starts servers afresh, so nobody
 * reads from a cache that an earlier round has filled; the image itself is warm. Peers take turns with pitvault, round by
 * round. A mount does the FUSE jobs one after the other: random reads meet a file that was read before, of which fio
 * makes the kernel forget the pages above the mount and nothing below it. NBD and WebDAV servers have sent everything once before.
 *
 *     node bench/serve.mjs [--images bench/out] [--only TEXT] [-n ROUNDS]
 *
 * Needs root, the built command, and everything that TOOLS names. Prints a table, and leaves serve.json in the images' folder.
 */

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { cleanUpAfterDeath } from './janitor.mjs';
import { memoryOf, servers, TOOLS } from './servers.mjs';
import { root, setUp } from './setup.mjs';

const { place: images, only, rounds } = setUp({ folder: 'images', tools: TOOLS });
if (process.getuid() !== 0) throw new Error('the bench mounts: run it as root');
// Node reads these certificates whenever it starts, which takes longer than the rest of its start: a setting of this machine.
delete process.env.NODE_EXTRA_CA_CERTS;

const MDF = 'Microsoft DPM/DPM/DPMDB/DPMDB.mdf';

const FIRST = 'docs/d000/file_00.dat';
const COPY = 4;
const image = join(images, 'v1.vhdx');
const work = join(images, `serve-${process.pid}`);
const memory = `/dev/shm/pitvault-serve-${process.pid}`;
const main = join(root, 'dist/cli/main.js');
process.env.PITVAULT_STATE = join(work, 'state');

if (!existsSync(image))
  execFileSync(join(root, 'bench/make-images.sh'), { env: { ...process.env, B: images }, stdio: 'inherit' });
const shadows = join(images, 'shadows.raw');
if (!existsSync(shadows)) {
  const [v1, v2] = ['v1.raw', 'v2.raw'].map((name) => join(images, name));
  if (!existsSync(v2)) throw new Error(`${v2} is missing: bench/mutate.py makes it`);
  execFileSync(process.execPath, [join(root, 'bench/make-shadows.mjs'), v1, v2, shadows], { stdio: 'inherit' });
}
/** The same files in a plain folder, for who can only serve that. */
const plain = join(images, 'plain');
if (!existsSync(join(plain, MDF)))
  execFileSync(process.execPath, [main, 'recover', image, '--files', MDF, '--out', plain, '--no-hash', '--json'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });

const served = servers({ root, image, plain, shadows, copy: COPY });
const folder = join(work, 'f');

/** Seconds of one command; what it prints is thrown away, what it complains of is shown. */
function timed(command, ...args) {
  const started = performance.now();
  const result = spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (result.status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${result.status}`);
  return (performance.now() - started) / 1000;
}

/**
 * Seconds in which fio reads so many blocks at random places, each at most once by each reader. What the kernel has of the
 * file is forgotten before: fio's own forgetting is part of what it times, and that of a whole file takes longer than the reads.
 */
function random(file, block, readers, count) {
  run_('dd', `if=${file}`, 'of=/dev/null', 'iflag=nocache', 'count=0', 'status=none');
  const args = ['--name=r', `--filename=${file}`, '--rw=randread', `--bs=${block}`, `--numjobs=${readers}`];
  const more = [
    '--thread',
    '--ioengine=psync',
    `--number_ios=${count / readers}`,
    '--group_reporting',
    '--randseed=74',
  ];
  const said = execFileSync('fio', [...args, ...more, '--readonly', '--output-format=json'], { encoding: 'utf8' });
  const { read, error } = JSON.parse(said).jobs[0];
  if (error !== 0 || read.total_ios !== count)
    throw new Error(`fio read ${read.total_ios} of ${count} blocks of ${file}`);
  return read.runtime / 1000;
}

/** Does the steps in turn on a fresh server; the memory it took counts for all of them. */
function on(start, steps) {
  const server = start(folder);
  try {
    const seconds = [];
    for (const { work: job } of steps) seconds.push(job(server, seconds));
    const peak = memoryOf(server.pids, 'VmHWM');
    return seconds.map((time) => ({ seconds: time, peak }));
  } finally {
    server.stop();
  }
}

const sequential = ({ at }) => timed('dd', `if=${join(at, MDF)}`, 'of=/dev/null', 'bs=1M', 'status=none');
const find = ({ at }) => timed('find', join(at, 'docs'), '-type', 'f', '-name', '*.none');
const copyAll = (server) => {
  rmSync(memory, { recursive: true, force: true });
  return timed('cp', '-r', join(server.at, 'docs'), memory);
};
const twice = (job) => (server) => {
  job(server);
  return job(server);
};
const download = ({ at, login }) => timed('curl', '-sf', '-u', login, '-o', '/dev/null', `${at}/${encodeURI(MDF)}`);
const nbdcopy = ({ at }) => timed('nbdcopy', at, 'null:');

/** What a shell needs from nothing to a byte of a file. */
function ready(script, start) {
  // Servers started for the bench are found and stopped as the others are; here the shell does it all, as a user would.
  return () => {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(join(folder, 'v'), { recursive: true });
    mkdirSync(join(folder, 'n'));
    try {
      return [{ seconds: timed('sh', '-c', `cd '${folder}' && ${script} && head -c1 'n/${FIRST}'`), peak: Number.NaN }];
    } finally {
      run_('sh', '-c', `cd '${folder}' && ${start}`);
    }
  };
}

const randomly = (block, readers, count) => ({
  job: `FUSE: random ${block} reads, ${readers} at a time`,
  work: ({ at }) => random(join(at, MDF), block, readers, count),
  goal: 0.7,
  floor: 1.0,
});

const fuse = (peer, start, { goal, floor }) => {
  const steps = [
    { job: 'FUSE: sequential read of DPMDB.mdf', work: sequential, goal, floor },
    randomly('4k', 1, 20_000),
    randomly('4k', 8, 20_000),
    randomly('64k', 1, 4_000),
    randomly('64k', 8, 4_000),
    { job: 'FUSE: find of 20,000 files', work: find },
    { job: 'FUSE: then cp -r of them to tmpfs', work: copyAll },
    {
      job: 'FUSE: find, then cp -r: both',
      work: (_, seconds) => seconds.at(-2) + seconds.at(-1),
      goal: 0.5,
      floor: 0.8,
    },
  ];
  return { peer, steps, ours: () => on(served.pitvaultMount, steps), theirs: () => on(start, steps) };
};

const alone = (peer, ours, theirs, step) => ({
  peer,
  steps: [step],
  ours: () => on(ours, [step]),
  theirs: () => on(theirs, [step]),
});

const races = [
  fuse('vhdimount + ntfs-3g', served.vhdimount, { goal: 0.25, floor: 0.4 }),
  fuse('qemu-storage-daemon FUSE + ntfs-3g', served.qemuFuse, { goal: 0.2, floor: 0.35 }),
  alone('qemu-nbd', served.pitvaultNbd, served.qemuNbd, {
    job: 'NBD: nbdcopy of the whole disk',
    work: twice(nbdcopy),
    goal: 0.7,
    floor: 0.85,
  }),
  alone('rclone serve webdav', served.pitvaultWebDav, served.rcloneWebDav, {
    job: 'WebDAV: download of DPMDB.mdf',
    work: twice(download),
    goal: 0.8,
    floor: 1.2,
  }),
  {
    peer: 'vhdimount + ntfs-3g',
    steps: [{ job: 'mount ready, first byte of a file', goal: 3.0, floor: 4.0 }],
    ours: ready(`'${process.execPath}' '${main}' mount '${image}' n`, `'${process.execPath}' '${main}' unmount n`),
    theirs: ready(
      `vhdimount '${image}' v && losetup -r --show -f -o 1048576 v/vhdi1 >loop && ntfs-3g -o ro,noatime "$(cat loop)" n`,
      'umount n; losetup -d "$(cat loop)"; umount v',
    ),
  },
  {
    peer: 'vshadowmount + ntfs-3g',
    steps: [{ job: 'one file (DPMDB.mdf) of a shadow copy', goal: 0.3, floor: 0.5, least: 2 }],
    ours: () => [{ seconds: recoverShadow(), peak: Number.NaN }],
    theirs: () => [copyShadow()],
  },
];

function recoverShadow() {
  rmSync(memory, { recursive: true, force: true });
  const which = ['--shadow', String(COPY), '--files', MDF];
  return timed(process.execPath, main, 'recover', shadows, ...which, '--out', memory, '--no-hash', '--json');
}

function copyShadow() {
  rmSync(memory, { recursive: true, force: true });
  const started = performance.now();
  const server = served.vshadowmount(folder);
  try {
    run_('cp', join(server.at, MDF), memory);
    return { seconds: (performance.now() - started) / 1000, peak: memoryOf(server.pids, 'VmHWM') };
  } finally {
    server.stop();
  }
}

const run_ = (command, ...args) => execFileSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const line = (...cells) => console.log(`| ${cells.join(' | ')} |`);

function race({ peer, steps, ours, theirs }) {
  const [mine, others] = [[], []];
  for (let round = -1; round < rounds; round++) {
    for (const [runs, one] of [
      [mine, ours],
      [others, theirs],
    ]) {
      run_('sh', '-c', `cat '${image}' >/dev/null`);
      const result = one();
      if (round >= 0) runs.push(result);
    }
  }
  return steps.map((step, index) =>
    row(
      { ...step, peer },
      mine.map((run) => run[index]),
      others.map((run) => run[index]),
    ),
  );
}

function row({ job, peer, goal, floor, least = 0 }, mine, others) {
  const seconds = median(mine.map((run) => run.seconds));
  const peerSeconds = median(others.map((run) => run.seconds));
  if (peerSeconds < least)
    throw new Error(`${peer} took ${peerSeconds} s for ${job}: this says nothing below ${least} s`);
  const ratio = median(mine.map((run, round) => run.seconds / others[round].seconds));
  const peakMiB = Math.max(...mine.map((run) => run.peak));
  const met = goal === undefined ? '-' : ratio <= goal ? 'goal' : ratio <= floor ? 'floor' : 'missed';
  const peak = Number.isNaN(peakMiB) ? '-' : peakMiB.toFixed(0);
  line(job, peer, seconds.toFixed(3), peerSeconds.toFixed(3), ratio.toFixed(2), goal ?? '-', floor ?? '-', met, peak);
  return { job, peer, seconds, peerSeconds, ratio, goal, floor, met, peakMiB };
}

/** A mount that is left alone, and one that has done everything above. */
function memoryOfMount() {
  const server = served.pitvaultMount(folder);
  try {
    spawnSync('sleep', ['1']);
    const restMiB = memoryOf(server.pids, 'VmRSS');
    sequential(server);
    random(join(server.at, MDF), '4k', 8, 20_000);
    copyAll(server);
    spawnSync('sleep', ['1']);
    return { restMiB, busyMiB: memoryOf(server.pids, 'VmHWM'), afterMiB: memoryOf(server.pids, 'VmRSS') };
  } finally {
    server.stop();
  }
}

const wanted = races.filter(({ peer, steps }) => steps.some(({ job }) => `${job} ${peer}`.includes(only)));
if (wanted.length === 0) throw new Error(`no job is called ${only}`);
mkdirSync(work, { recursive: true });
cleanUpAfterDeath(realpathSync(work), memory); // as the kernel names what is mounted there
const results = [];
let mount;
try {
  line('job', 'peer', 'pitvault s', 'peer s', 'ratio', 'goal', 'floor', 'met', 'peak MiB');
  line(...'---------'.split(''));
  for (const one of wanted) results.push(...race(one));
  mount = memoryOfMount();
} finally {
  rmSync(work, { recursive: true, force: true });
  rmSync(memory, { recursive: true, force: true });
}
const commit = spawnSync('git', ['-C', root, 'rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).stdout.trim();
const machine = `${cpus().length} x ${cpus()[0].model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`;
const about = { machine, commit, date: new Date().toISOString().slice(0, 10), rounds };
writeFileSync(join(images, 'serve.json'), `${JSON.stringify({ ...about, results, mount }, null, 2)}\n`);
const { restMiB, busyMiB, afterMiB } = mount;
console.log(
  `\na mount at rest ${restMiB.toFixed(0)} MiB, at most ${busyMiB.toFixed(0)} MiB, at rest again ${afterMiB.toFixed(0)} MiB`,
);
console.log(`${machine}; commit ${commit}; ${about.date}; medians of ${rounds} paired rounds, image warm`);

#!/usr/bin/env node
/**
 * pitvault against its peers, in one run: rounds alternate the two commands, so that a drifting machine drifts for both,
 * and the ratio is the median of the rounds' ratios. The image is in the page cache, and what the last command wrote is
 * removed just before the next one: its memory serves again, which matters more than anything else on a virtual machine
 * whose host takes idle memory back. Prints Markdown tables and writes results.json beside the images. A missing peer,
 * or a command that fails, ends the run with an error.
 *
 *   npm run bench [-- --images DIR] [--only TEXT] [-n ROUNDS]
 */

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { jobs, MDF, TOOLS } from './jobs.mjs';
import { root, setUp } from './setup.mjs';

const { place: images, only, rounds } = setUp({ folder: 'images', tools: TOOLS });

const v1 = join(images, 'v1.vhdx');
const work = join(images, `work-${process.pid}`);
const memory = `/dev/shm/pitvault-bench-${process.pid}`;
const { rows, scaling, fresh } = jobs({ images, work, memory, root });
const wanted = ({ job, peer }) => `${job} ${peer ?? ''}`.includes(only);
if (![...rows, ...scaling].some(wanted)) throw new Error(`no job is called ${only}`);
if (!existsSync(v1))
  execFileSync(join(root, 'bench/make-images.sh'), { env: { ...process.env, B: images }, stdio: 'inherit' });

/** Seconds and peak memory (MiB) of a command; pitvault is one process, so its peak is that of its tree. */
function measure(command) {
  execFileSync('bash', ['-c', `cat '${v1}' >/dev/null; ${fresh}`]);
  const started = performance.now();
  const result = spawnSync('/usr/bin/time', ['-f', 'peak %M', 'bash', '-c', command], {
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const seconds = (performance.now() - started) / 1000;
  if (result.status !== 0) throw new Error(`${command} ended with ${result.status}: ${result.stderr}`);
  return { seconds, peak: Number(/peak (\d+)/.exec(result.stderr)[1]) / 1024 };
}

async function openAndRead(path) {
  const { openImage } = await import(join(root, 'dist/index.js'));
  const started = performance.now();
  const image = await openImage(path);
  const files = await (await image.volumes())[0].fileSystem();
  await (await files.open(`/${MDF}`)).read(new Uint8Array(4096), 0);
  const seconds = (performance.now() - started) / 1000;
  await image.close();
  return { seconds, peak: Number.NaN };
}

/** Rounds of all commands in turn, after one that only warms up: a list of runs for each. */
async function alternate(commands) {
  const runs = commands.map(() => []);
  for (let round = -1; round < rounds; round++) {
    for (const [index, command] of commands.entries()) {
      const run = typeof command === 'string' ? measure(command) : await command();
      if (round >= 0) runs[index].push(run);
    }
  }
  return runs;
}

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const seconds = (runs) => median(runs.map((run) => run.seconds));
const ratio = (runs, others) => median(runs.map((run, round) => run.seconds / others[round].seconds));
const peak = (runs) => Math.max(...runs.map((run) => run.peak));
const cell = (value, digits) => (value === null || Number.isNaN(value) ? '-' : value.toFixed(digits));
const line = (...cells) => console.log(`| ${cells.join(' | ')} |`);

/** Bytes or items in a second. */
function throughput({ bytes, count }, time) {
  if (bytes !== undefined) return `${(bytes / time / 2 ** 30).toFixed(2)} GiB/s`;
  return count === undefined ? '-' : `${Math.round(count / time)}/s`;
}

async function againstPeer(row) {
  const ours = row.ours ?? (() => openAndRead(row.inProcess));
  const [mine, theirs] = await alternate(row.theirs === undefined ? [ours] : [ours, row.theirs]);
  const result = {
    job: row.job,
    peer: row.peer ?? null,
    seconds: seconds(mine),
    peerSeconds: theirs === undefined ? null : seconds(theirs),
    ratio: theirs === undefined ? null : ratio(mine, theirs),
    goal: row.goal,
    floor: row.floor,
    peakMiB: peak(mine),
  };
  const got = result.ratio ?? result.seconds;
  const unit = result.ratio === null ? ' s' : '';
  line(
    result.job,
    result.peer ?? '-',
    cell(result.seconds, 3),
    cell(result.peerSeconds, 3),
    `${cell(got, got < 0.1 ? 4 : 2)}${unit}`,
    `${row.goal}${unit}`,
    `${row.floor}${unit}`,
    got <= row.goal ? 'goal' : got <= row.floor ? 'floor' : 'missed',
    throughput(row, result.seconds),
    cell(result.peakMiB, 0),
  );
  return result;
}

async function withOneAndTwo({ job, command }) {
  const [one, two] = await alternate([command.replace('%', '1'), command.replace('%', '2')]);
  const result = {
    job,
    oneSeconds: seconds(one),
    twoSeconds: seconds(two),
    speedup: ratio(one, two),
    onePeakMiB: peak(one),
    twoPeakMiB: peak(two),
  };
  const { oneSeconds, twoSeconds, speedup, onePeakMiB, twoPeakMiB } = result;
  line(job, cell(oneSeconds, 3), cell(twoSeconds, 3), cell(speedup, 2), cell(onePeakMiB, 0), cell(twoPeakMiB, 0));
  return result;
}

const results = [];
const scaled = [];
try {
  line('job', 'peer', 'pitvault s', 'peer s', 'ratio', 'goal', 'floor', 'met', 'throughput', 'peak MiB');
  line(...'----------'.split(''));
  for (const row of rows.filter(wanted)) results.push(await againstPeer(row));
  console.log();
  line('scaling', '1 thread s', '2 threads s', 'speed-up', 'peak MiB, 1', 'peak MiB, 2');
  line(...'------'.split(''));
  for (const row of scaling.filter(wanted)) scaled.push(await withOneAndTwo(row));
} finally {
  rmSync(work, { recursive: true, force: true });
  rmSync(memory, { recursive: true, force: true });
}
const certificates =
  process.env.NODE_EXTRA_CA_CERTS === undefined ? '' : '; NODE_EXTRA_CA_CERTS is set, which every start of Node reads';
const commit = spawnSync('git', ['-C', root, 'rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).stdout.trim();
const machine = `${cpus().length} x ${cpus()[0].model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}, ${process.platform} ${readFileSync('/proc/sys/kernel/osrelease', 'utf8').trim()}`;
const about = { machine, commit, date: new Date().toISOString().slice(0, 10), rounds };
writeFileSync(join(images, 'results.json'), `${JSON.stringify({ ...about, results, scaling: scaled }, null, 2)}\n`);
console.log(
  `\n${machine}; commit ${commit}; ${about.date}; medians of ${rounds} paired rounds, warm cache${certificates}`,
);

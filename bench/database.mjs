/**
 * What the database side costs: each job and its peer in turn, built and warm, medians of paired rounds, and the peak memory
 * of the process. Prints a Markdown table and ends with 1 when a row misses its floor or its peak.
 *
 *     node bench/database.mjs [--work DIR] [--only TEXT] [-n ROUNDS]
 *
 * DIR (default: bench/out/database, not committed) takes 1.6 GiB and 66,000 folders, made by fixtures/make/large_file.py
 * and pool_tree.py; what exists is kept. Needs a build, python3, GNU time, dd and find. The pool must lie on a file system
 * with hard links. What jobs print is compared with what the makers wrote.
 */

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { root, setUp } from './setup.mjs';

const PEAK_MAX = 160;
const { place: work, only, rounds } = setUp({ folder: 'work', below: 'database' });
mkdirSync(work, { recursive: true });
// Names found in a pool are kept in the user's cache: here in one of the bench's own, filled by the round that warms up.
process.env['XDG_CACHE_HOME'] = join(work, 'cache');

/** A file that a maker writes, and beside it what the maker printed. */
function made(name, ...words) {
  const path = join(work, name);
  if (!existsSync(path)) {
    const maker = [join(root, 'fixtures/make/large_file.py'), `${path}.part`, ...words];
    writeFileSync(`${path}.txt`, execFileSync('python3', maker, { stdio: ['ignore', 'pipe', 'inherit'] }));
    renameSync(`${path}.part`, path);
  }
  return { path, ...JSON.parse(readFileSync(`${path}.txt`, 'utf8')) };
}
const large = made('large.mdf', '--size', '1536M');
const narrow = made('narrow.mdf', '--rows', '1000000');
const pool = join(work, 'pool1000');
if (!existsSync(pool)) execFileSync('python3', [join(root, 'fixtures/make/pool_tree.py'), pool], { stdio: 'inherit' });

const truth = JSON.parse(readFileSync(join(root, 'fixtures/sample-pool.truth.json'), 'utf8'));
const container = truth.containers.find(({ replicaId }) => replicaId === truth.dpmdb.replicaId);
const live = container.states.find(({ kind }) => kind === 'replica');
const mdf = live.files.find(({ path }) => path.endsWith('.mdf')).path;
const inPoint = `${join(root, 'fixtures/sample-pool.zip')}::${live.path}::${mdf}`;

const node = process.execPath;
const pitvault = (...words) => [node, join(root, 'dist/cli/main.js'), ...words];
const rows = [
  {
    job: 'health of every page, 1.5 GiB',
    ours: pitvault('check', large.path),
    expected: new RegExp(`clean shutdown\\n +${large.pages} pages, (\\d+) in use: \\1 proved by checksum\\n`),
    peer: 'dd bs=1M',
    theirs: ['dd', `if=${large.path}`, 'of=/dev/null', 'bs=1M', 'status=none'],
    goal: 1.8,
    floor: 3,
  },
  {
    job: 'tables of DPMDB in a point in a zip',
    ours: pitvault('tables', inPoint),
    expected: /dbo\.tbl_TE_TaskTrail +950 +rows/,
    peer: 'node -e 0',
    theirs: [node, '-e', '0'],
    goal: 2.5,
    floor: 4,
  },
  { job: 'scan of 1,000,000 narrow rows, in process', inProcess: narrow, goal: 1, floor: 2 },
  {
    job: 'catalog of 1,000 containers of 64 points',
    ours: pitvault('catalog', pool),
    expected: /^from .*DPMDB\.mdf[\s\S]*DPM01\\DPMDB .* 64 points[\s\S]*orphans:.*\n( +\S+ +64 points .*\n){999}$/,
    peer: 'find',
    theirs: ['find', pool],
    goal: 3,
    floor: 6,
  },
].filter(({ job, peer }) => `${job} ${peer ?? ''}`.includes(only));
if (rows.length === 0) throw new Error(`no job is called ${only}`);

/** Seconds and peak memory (MiB) of a command without children. */
function measure(command, expected) {
  const started = performance.now();
  const result = spawnSync('/usr/bin/time', ['-f', 'peak %M', ...command], { encoding: 'utf8', maxBuffer: 2 ** 28 });
  const seconds = (performance.now() - started) / 1000;
  if (result.status !== 0) throw new Error(`${command.join(' ')} ended with ${result.status}: ${result.stderr}`);
  if (expected?.test(result.stdout) === false)
    throw new Error(`${command.join(' ')} printed ${result.stdout.slice(0, 1000)}`);
  return { seconds, peak: Number(/peak (\d+)/.exec(result.stderr)[1]) / 1024 };
}

/** In a process of its own, so that the peak is the job's. */
function scan({ path, rows: count, sums }) {
  const words = [join(root, 'bench/scan-rows.mjs'), path, count, ...sums].map(String);
  return JSON.parse(execFileSync(node, words, { encoding: 'utf8' }));
}

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const line = (...cells) => console.log(`| ${cells.join(' | ')} |`);

let missed = 0;
line('job', 'peer', 'pitvault s', 'peer s', 'ratio', 'goal', 'floor', 'met', 'peak MiB');
line(...'---------'.split(''));
for (const row of rows) {
  const [mine, theirs] = [[], []];
  for (let round = -1; round < rounds; round++) {
    const run = row.inProcess === undefined ? measure(row.ours, row.expected) : scan(row.inProcess);
    const peer = row.theirs === undefined ? null : measure(row.theirs);
    if (round < 0) continue; // it only warms up
    mine.push(run);
    if (peer !== null) theirs.push(run.seconds / peer.seconds);
  }
  const seconds = median(mine.map((run) => run.seconds));
  const peak = Math.max(...mine.map((run) => run.peak));
  const got = row.theirs === undefined ? seconds : median(theirs);
  const unit = row.theirs === undefined ? ' s' : '';
  const met = got > row.floor || peak > PEAK_MAX ? 'missed' : got <= row.goal ? 'goal' : 'floor';
  if (met === 'missed') missed++;
  const peerSeconds = row.theirs === undefined ? '-' : (seconds / got).toFixed(3);
  const cells = [seconds.toFixed(3), peerSeconds, got.toFixed(2) + unit, row.goal + unit, row.floor + unit, met];
  line(row.job, row.peer ?? '-', ...cells, peak.toFixed(0));
}
const commit = spawnSync('git', ['-C', root, 'rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).stdout.trim();
const machine = `${cpus().length} x ${cpus()[0].model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`;
console.log(`\n${machine}; commit ${commit}; medians of ${rounds} paired rounds, warm; peak at most ${PEAK_MAX} MiB`);
process.exitCode = missed === 0 ? 0 : 1;

/**
 * Goal: whoever reads what a command prints may leave, stop reading or have a full disk; jobs finish all the same, and the exit
 * code says what came of them. Method: the built command line, whose readers are closed before it has said a word.
 */

import { spawn, spawnSync } from 'node:child_process';
import { openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NtfsBuilder } from '../support/ntfs-builder.ts';
import { removeFolder, truth, unpackSamplePool } from '../support/sample-pool.ts';
import { tempFolder } from '../support/temp.ts';
import { CLI, pitvault, title, without } from '../support/tools.ts';
import { buildZip } from '../support/zip-builder.ts';

const { server, replicaId } = truth.dpmdb;
const live = truth.containers
  .find((container) => container.replicaId === replicaId)!
  .states.find(({ kind }) => kind === 'replica')!;

let pool: string;
beforeAll(async () => {
  pool = await unpackSamplePool();
});
afterAll(() => removeFolder(pool));

const image = (): string => join(pool, live.path);

type Ending = {
  readonly code: number | null;
  readonly signal: string | null;
  readonly out: string;
  readonly err: string;
};

/** Runs a command whose reader of `closed` has left before it starts. */
async function unread(closed: 'stdout' | 'stderr', args: readonly string[], input = ''): Promise<Ending> {
  const child = spawn(process.execPath, [CLI, ...args], { stdio: 'pipe' });
  child[closed].destroy();
  child.stdin.on('error', () => undefined); // it may end before it has read all
  child.stdin.end(input);
  const [out, err] = [child.stdout, child.stderr].map((stream) => (stream.destroyed ? '' : text(stream)));
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve) =>
    child.on('close', (...ending) => resolve(ending)),
  );
  return { code, signal, out: await out!, err: await err! };
}

/** Runs a command whose standard output is a full disk. */
function onFullDisk(...args: readonly string[]): { code: number | null; err: string } {
  const full = openSync('/dev/full', 'w');
  const { status, stderr } = spawnSync(process.execPath, [CLI, ...args], {
    stdio: ['ignore', full, 'pipe'],
    encoding: 'utf8',
  });
  return { code: status, err: stderr };
}

/** A pool of pitvault's with one replica, `vm`; returns its disk too. */
function ownPool(): { root: string; disk: string } {
  const root = join(tempFolder(), 'own');
  expect(pitvault('init', root, '--server', server).code).toBe(0);
  expect(pitvault('protect', image(), '--pool', root, '--name', 'vm', '--seal').code).toBe(0);
  const disk = readdirSync(root, { recursive: true, encoding: 'utf8' }).find((name) => name.endsWith('disk0.vhdx'));
  return { root, disk: join(root, disk!) };
}

describe('standard error without a reader', () => {
  it('changes neither what is printed nor the exit code', async () => {
    for (const args of [
      ['ls', '-R', image()],
      ['scan', join(pool, 'nope')],
      ['scan', pool, '--json'],
    ]) {
      const whole = pitvault(...args);
      expect(await unread('stderr', args)).toMatchObject({ code: whole.code, out: whole.out });
    }
  });

  it('does not cost the rows that a note comes before or after', async () => {
    const database = live.files.find(({ path }) => path.endsWith('.mdf'))!.path;
    const ask = ['sql', `${image()}::${database}`, 'select * from tbl_AM_Server'];
    const whole = pitvault(...ask);
    expect(whole.err).toContain('note: ');
    expect(await unread('stderr', ask)).toMatchObject({ code: whole.code, out: whole.out });
  });
});

describe('standard output without a reader', () => {
  it('ends nothing that has work to do', async () => {
    const out = join(tempFolder(), 'out');
    const { code, err } = await unread('stdout', ['recover', pool, '--out', out, '--json']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const report = JSON.parse(readFileSync(join(out, 'recovery-report.json'), 'utf8')) as {
      totals: { failed: number };
    };
    expect(report.totals.failed).toBe(0);
  });

  it('does not hide that a pool is damaged', async () => {
    const { root, disk } = ownPool();
    const bytes = readFileSync(disk);
    for (let at = bytes.length - 4096; at > bytes.length / 2; at -= 65_536) bytes[at]! ^= 1;
    writeFileSync(disk, bytes);
    expect(pitvault('verify', root).code).toBe(4);
    expect((await unread('stdout', ['verify', root])).code).toBe(4);
    expect((await unread('stdout', ['verify', root, '--json'])).code).toBe(4);
  });

  it('does not hide an error', async () => {
    expect(await unread('stdout', ['scan', join(pool, 'nope'), '--json'])).toMatchObject({ code: 3 });
    expect((await unread('stdout', ['cat', image(), '/nope'])).code).toBe(3);
  });

  it.skipIf(without('bash', 'head'))(title('ends a listing, which only prints', 'bash', 'head'), () => {
    const piped = 'set -o pipefail; "$0" "$@" | head -1';
    const { status, stdout } = spawnSync('bash', ['-c', piped, process.execPath, CLI, 'ls', '-R', image()], {
      encoding: 'utf8',
    });
    expect([status, stdout.split('\n').length]).toEqual([0, 2]);
  });

  it('lets a script of diskshadow run to its end', async () => {
    const { root } = ownPool();
    const [replica] = (JSON.parse(pitvault('points', root, '--json').out) as { replicas: { replicaId: string }[] })
      .replicas;
    const add = `add volume \\\\?\\Volume{${replica!.replicaId}}\\`;
    const script = `${'list shadows all\n'.repeat(30)}${add}\ncreate\n${'help\n'.repeat(30)}${add}\ncreate\n`;
    const ending = await unread('stdout', ['diskshadow', '--image', root], script);
    expect(ending).toMatchObject({ code: 0, err: '' });
    expect(pitvault('diskshadow', '--image', root, '-s', listing()).out).toContain('copies listed: 2');
  });
});

/** A script that lists all shadow copies. */
function listing(): string {
  const path = join(tempFolder(), 'list.dsh');
  writeFileSync(path, 'list shadows all\n');
  return path;
}

describe.skipIf(without('/dev/full'))(title('standard output on a full disk', '/dev/full'), () => {
  it.each([
    ['a listing', () => ['scan', pool]],
    ['a listing as JSON', () => ['scan', pool, '--json']],
    ['what is printed while it is read', () => ['ls', '-R', image()]],
    ['the bytes of a file', () => ['cat', image(), live.files[0]!.path]],
    ['a recovery as JSON', () => ['recover', pool, '--out', join(tempFolder(), 'out'), '--json']],
  ])('%s ends with an error that says so', (_what, args) => {
    const { code, err } = onFullDisk(...args());
    expect(err).toMatch(/^pitvault: ENOSPC[^\n]*\n(?: {2}.*\n)*? {2}what to do: .*\n {2}code: ENOSPC\n$/);
    expect(code).toBe(7);
  });

  it('an error stays the one it is, and is told', () => {
    const { code, err } = onFullDisk('scan', join(pool, 'nope'), '--json');
    expect(err).toContain('does not exist');
    expect(code).toBe(3);
  });
});

it.skipIf(without('/proc/self/stat')).each(['SIGINT', 'SIGTERM'] as const)(
  title('%s ends a command whose reader does not read', '/proc/self/stat'),
  async (signal) => {
    const database = live.files.find(({ path }) => path.endsWith('.mdf'))!.path;
    const child = spawn(process.execPath, [CLI, 'cat', image(), database], { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      await untilBlocked(child.pid!);
      child.kill(signal);
      const ended = await new Promise((resolve) => child.on('exit', (...ending) => resolve(ending)));
      expect(ended).toEqual([null, signal]);
    } finally {
      child.kill('SIGKILL');
      child.stdout.destroy();
    }
  },
  30_000,
);

/** Waits until the process has slept for a second after it had something to do. */
async function untilBlocked(pid: number): Promise<void> {
  let last = '';
  for (let same = 0; same < 10; ) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    const ticks = readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ').slice(13, 15).join(' ');
    same = ticks === last ? same + 1 : 0;
    last = ticks;
  }
}

it('an error comes after the output that it ends', () => {
  const script = join(tempFolder(), 'script.dsh');
  writeFileSync(script, 'list providers\nunexpose Q:\n');
  const both = spawnSync('bash', ['-c', '"$0" "$@" 2>&1', process.execPath, CLI, 'diskshadow', '-s', script], {
    encoding: 'utf8',
    env: { ...process.env, PITVAULT_STATE: join(tempFolder(), 'state') },
  });
  expect(both.stdout).toMatch(/On computer[\s\S]*Number of providers[\s\S]*-> unexpose Q:[\s\S]*pitvault: line 2/);
});

it('lines of diskshadow that fail are told, and decide the exit code', () => {
  const input = { input: 'list providers\ncreate\nbogus\n', encoding: 'utf8' } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, 'diskshadow'], input);
  expect(status).toBe(2);
  expect(stdout).toContain('"bogus" is no command of diskshadow');
  expect(stderr).toMatch(/2 lines failed, the first: no volume was added[\s\S]*code: DISKSHADOW_NO_VOLUME/);
});

it('control characters of names never reach a terminal, and JSON has them all', () => {
  const names = ['esc\u001b[31m', 'back\rforth', 'new\nline', 'c1\u009b1m', 'del\u007f', 'tab\there'];
  const builder = new NtfsBuilder();
  for (const name of names) builder.add({ name, namespace: 0, content: 'x' });
  const path = join(tempFolder(), 'volume.raw');
  writeFileSync(path, builder.build());
  const unsafe = /(?![\n\t])\p{Cc}/u;
  const shown = ['esc\\u001b[31m', 'back\\u000dforth', 'new\\u000aline', 'c1\\u009b1m', 'del\\u007f', 'tab\there'];
  for (const words of [
    ['ls', path],
    ['ls', '-l', path],
    ['recover', path, '--no-hash', '--out', tempFolder()],
  ]) {
    const { out, err, code } = pitvault(...words);
    expect(code).toBe(0);
    expect(out + err).not.toMatch(unsafe);
    for (const name of shown) expect(out).toContain(name);
  }
  const missing = pitvault('cat', path, '/no\u001b[31m');
  expect(missing.err).not.toMatch(unsafe);
  expect(missing.err).toContain('no\\u001b[31m');
  const listed = pitvault('ls', path, '--json').out;
  expect(listed).not.toMatch(unsafe);
  expect((JSON.parse(listed) as { name: string }[]).map(({ name }) => name).sort()).toEqual(names.toSorted());
});

it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s while an archive is unpacked leaves nothing of it',
  async (signal) => {
    const zip = join(tempFolder(), 'large.zip');
    writeFileSync(zip, buildZip([{ path: 'disk.img', bytes: new Uint8Array(2 ** 28).fill(1), deflate: true }]));
    const temp = tempFolder();
    const env = { ...process.env, TMPDIR: temp };
    const child = spawn(process.execPath, [CLI, 'hash', zip], { stdio: 'ignore', env });
    const ended = new Promise((resolve) => child.on('exit', (...ending) => resolve(ending)));
    while (child.exitCode === null && readdirSync(temp).length === 0) await new Promise((done) => setTimeout(done, 5));
    child.kill(signal);
    expect(await ended).toEqual([130, null]);
    expect(readdirSync(temp)).toEqual([]);
  },
);

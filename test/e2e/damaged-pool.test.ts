/**
 * Goal: what is damaged, or no file at all, costs itself: it is told, the rest is done, and the exit code says so. Nothing
 * waits for a pipe. Method: the built command on a pool of two replicas, and with a time limit on pipes and sockets.
 */

import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  constants,
  cpSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backup } from '../../src/backup/backup.ts';
import { createReplicaPool } from '../../src/backup/pool-on-disk.ts';
import { protect } from '../../src/backup/protect.ts';
import { Random } from '../support/random.ts';
import { sourceOf } from '../support/replica-pool.ts';
import { CLI, type Outcome, pitvault, title, without } from '../support/tools.ts';

const SERVER = 'dpm01.contoso.com';
const [ONE, TWO] = ['1', '2'].map((digit) => `${digit.repeat(8)}-0000-4000-8000-000000000000`) as [string, string];
const PIPE_ID = '33333333-0000-4000-8000-000000000000';
const LIMIT_MS = 20_000;

const folder = mkdtempSync(join(tmpdir(), 'pitvault-test-'));
const source = join(folder, 'source.img');
const whole = join(folder, 'whole');

beforeAll(async () => {
  const bytes = new Random(1).bytes(256 * 1024);
  writeFileSync(source, bytes);
  const pool = createReplicaPool(whole, SERVER);
  for (const [name, replicaId] of [
    ['one', ONE],
    ['two', TWO],
  ] as const) {
    await protect(pool, sourceOf(bytes), { name, replicaId, mode: 'chain', threads: 1 });
    await backup(pool, name, sourceOf(bytes), { threads: 1 });
  }
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A copy of the pool. */
function copied(name: string): string {
  const root = join(folder, name);
  cpSync(whole, root, { recursive: true });
  return root;
}

type Told = { readonly replicas: { name: string }[]; readonly findings: { code: string; severity: string }[] };

describe('one damaged file of a replica', () => {
  it.each([
    ['replica.json', 'POOL_FILE_DAMAGED'],
    ['prune.json', 'POOL_FILE_DAMAGED'],
  ])('%s is told by points, prune and verify, which do the rest', (file, code) => {
    const root = copied(`bad-${file}`);
    const damaged = join(root, SERVER, ONE, '.pitvault', file);
    writeFileSync(damaged, '');
    truncateSync(damaged, 0);
    for (const args of [
      ['points', root],
      ['prune', root, '--keep', '1'],
      ['prune', root, '--keep', '1', '--apply'],
    ]) {
      const { code: exit, out } = pitvault(...args, '--json');
      const told = JSON.parse(out) as Told;
      expect(exit, args.join(' ')).toBe(4);
      expect(told.replicas.map(({ name }) => name)).toEqual(['two']);
      expect(told.findings).toEqual([expect.objectContaining({ code, severity: 'error' })]);
      const text = pitvault(...args);
      expect([text.code, text.out]).toEqual([4, expect.stringContaining(damaged)]);
    }
    const scanned = pitvault('scan', root, '--json');
    const { containers } = JSON.parse(scanned.out) as { containers: Told[] };
    expect([scanned.code, containers.length]).toEqual(file === 'replica.json' ? [4, 2] : [0, 2]); // the other is none of its files
    expect(pitvault('scan', root).code).toBe(scanned.code);
    const verified = pitvault('verify', root, '--json');
    const report = JSON.parse(verified.out) as { totals: { errors: number; verified: number } } & Told;
    expect(verified.code).toBe(4);
    expect(report.totals.errors).toBe(1);
    expect(report.totals.verified).toBeGreaterThan(0);
    expect(report.findings).toContainEqual(expect.objectContaining({ code, severity: 'error' }));
  });

  it('commands on another replica just work; who asks for it is told', () => {
    const root = copied('bad');
    truncateSync(join(root, SERVER, ONE, '.pitvault', 'replica.json'), 0);
    for (const args of [
      ['points', root, '--replica', 'two'],
      ['prune', root, '--replica', TWO, '--keep', '1'],
      ['verify', root, '--replica', 'two'],
      ['backup', source, '--pool', root, '--replica', 'two'],
      ['backup', source, '--pool', root, '--replica', TWO],
      ['diff', '--pool', root, 'two', 'two@2999-01-01'],
      ['protect', source, '--pool', root, '--name', 'three', '--mode', 'chain'],
    ])
      expect(pitvault(...args), args.join(' ')).toMatchObject({ code: 0 });
    for (const [wanted, code] of [
      [ONE, 'POOL_FILE_DAMAGED'],
      ['one', 'REPLICA_NAME_UNKNOWN'],
    ] as const) {
      const told = pitvault('backup', source, '--pool', root, '--replica', wanted);
      expect([told.code, told.err]).toEqual([4, expect.stringContaining(code)]);
      expect(told.err).toMatch(/what to do: .*replica\.json|what to do: .*put a good copy/);
    }
    const recovering = pitvault('verify', root, '--replica', 'one');
    expect([recovering.code, recovering.err]).toEqual([3, expect.stringContaining(`the name of ${ONE}`)]);
  });
});

describe('verify --repair-from', () => {
  it('looks at the source first', () => {
    const missing = pitvault('verify', whole, '--repair-from', join(folder, 'nope'));
    expect([missing.code, missing.out]).toEqual([3, '']);
    expect(missing.err).toContain('REPAIR_SOURCE_MISSING');
    const empty = join(folder, 'empty');
    mkdirSync(empty);
    expect(pitvault('verify', whole, '--repair-from', empty)).toMatchObject({ code: 3, out: '' });
    expect(pitvault('verify', source, '--repair-from', whole)).toMatchObject({ code: 2, out: '' });
    expect(pitvault('verify', join(folder, 'nope'), '--repair-from', whole).err).toContain('VERIFY_TARGET');
    expect(pitvault('verify', whole, '--repair-from', whole).code).toBe(0);
  });
});

/** Killed, with exit code -1, when it does not end by itself. */
function withinLimit(...args: readonly string[]): Outcome {
  const limit = { encoding: 'utf8', timeout: LIMIT_MS, killSignal: 'SIGKILL' } as const;
  const result = spawnSync(process.execPath, [CLI, ...args], limit);
  return { code: result.status ?? -1, out: result.stdout, err: result.stderr };
}

const nobody = { uid: 65_534, gid: 65_534, encoding: 'utf8', env: { PATH: process.env['PATH'] } } as const;
/** Node and the built command may lie where only their owner gets to. */
const othersMay = !without('root') && spawnSync(process.execPath, [CLI, '--version'], nobody).status === 0;

it.skipIf(!othersMay)(
  `a folder that may not be read makes a scan partial${othersMay ? '' : ' (needs root, and that others may run this)'}`,
  () => {
    const root = join(folder, 'closed');
    const closed = join(root, SERVER, TWO);
    for (const id of [ONE, TWO]) {
      mkdirSync(join(root, SERVER, id, id), { recursive: true });
      writeFileSync(join(root, SERVER, id, id, 'disk0.vhdx'), 'a disk');
    }
    chmodSync(closed, 0);
    chmodSync(folder, 0o755);
    const scanned = spawnSync(process.execPath, [CLI, 'scan', root], nobody);
    expect([scanned.status, scanned.stdout]).toEqual([8, expect.stringContaining(`cannot list ${closed}`)]);
    expect(scanned.stdout).toContain(ONE);
  },
);

it.skipIf(!othersMay)(
  `an image that belongs to somebody else is read${othersMay ? '' : ' (needs root, and that others may run this)'}`,
  () => {
    const image = join(folder, 'of-root.img');
    writeFileSync(image, Buffer.alloc(4096, 7), { mode: 0o644 });
    chmodSync(folder, 0o755);
    expect(spawnSync(process.execPath, [CLI, 'hash', image], nobody)).toMatchObject({ status: 0, stderr: '' });
  },
);

/** Opens the pipe for writing as soon as somebody waits in it to read, and writes nothing. */
async function readerOf(pipe: string): Promise<number> {
  for (const end = Date.now() + LIMIT_MS; ; ) {
    try {
      return openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENXIO' || Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

describe.skipIf(without('mkfifo', '/dev/zero'))(
  title('pipes, sockets and character devices', 'mkfifo', '/dev/zero'),
  () => {
    const pipe = join(folder, 'pipe');
    const mkfifo = (path: string): void => {
      expect(spawnSync('mkfifo', [path]).status).toBe(0);
    };
    const expectRefused = (args: readonly string[], told: RegExp): void => {
      const { code, err } = withinLimit(...args);
      expect([code, err], args.join(' ')).toEqual([2, expect.stringMatching(told)]);
    };

    it('are refused at once by whatever reads images', () => {
      const saved = join(folder, 'catalog.json');
      for (const path of [pipe, saved]) mkfifo(path);
      for (const args of [
        ['info', pipe],
        ['check', pipe],
        ['ls', pipe],
        ['map', pipe],
        ['hash', pipe],
        ['cat', pipe, '/x'],
        ['convert', pipe, join(folder, 'out.vhdx')],
        ['diff', pipe, source],
        ['diff', source, pipe],
        ['protect', pipe, '--pool', whole, '--name', 'pipe'],
        ['verify', pipe],
        ['verify', whole, '--repair-from', pipe],
        ['scan', pipe],
        ['tables', pipe],
        ['info', `${pipe}::/x`],
        ['catalog', whole, '--dpmdb', saved],
      ])
        expectRefused(args, /is a pipe[\s\S]*what to do: save .* to a file[\s\S]*FILE_IS_STREAM/);
      expectRefused(['info', '/dev/zero'], /character device[\s\S]*FILE_IS_DEVICE/);
    });

    it('a socket too', async () => {
      const path = join(folder, 'socket');
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(path, resolve));
      expectRefused(['info', path], /is a socket[\s\S]*FILE_IS_STREAM/);
      await new Promise((resolve) => server.close(resolve));
    });

    it('scripts and lists may come out of one: who waits for its writer is ended by a signal', async () => {
      const empty = join(folder, 'nobody-writes');
      mkfifo(empty);
      const waiting = [
        ['sql', source, '--script'],
        ['diskshadow', '-s'],
        ['scripting-config', 'check'],
        ['backup', source, '--pool', whole, '--replica', 'one', '--changes'],
        ['sql', source, '--script', '-'],
      ].map(async (words, i) => {
        const pipe = words.at(-1) === '-' ? null : `${empty}-${i}`;
        if (pipe !== null) mkfifo(pipe);
        const args = pipe === null ? words : [...words, pipe];
        const child = spawn(process.execPath, [CLI, ...args], { stdio: ['pipe', 'ignore', 'ignore'] });
        const ended = new Promise((resolve) =>
          child.once('exit', (code, signal) => resolve([args[0], signal ?? code])),
        );
        const late = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
        const writer = pipe === null ? null : await readerOf(pipe);
        // Nobody can see when standard input is read: this is many times what starting takes.
        if (writer === null) await new Promise((resolve) => setTimeout(resolve, 3000));
        child.kill('SIGTERM');
        expect(await ended).toEqual([args[0], 'SIGTERM']);
        clearTimeout(late);
        if (writer !== null) closeSync(writer);
      });
      await Promise.all(waiting);
      expectRefused(['scripting-config', 'set', empty, '--datasource', 'C:'], /is no file[\s\S]*CLI_SCRIPTING_FILE/);
      expectRefused(['sql', source, '--script', '/dev/zero'], /INPUT_TOO_LARGE/);
    });

    it.skipIf(without('bash'))(title('a pipe of the shell is read to its end', 'bash'), () => {
      const through = (command: string): Outcome => {
        const result = spawnSync('bash', ['-c', command], { encoding: 'utf8', timeout: LIMIT_MS });
        return { code: result.status ?? -1, out: result.stdout, err: result.stderr };
      };
      const cli = `'${process.execPath}' '${CLI}'`;
      const database = join(folder, 'features.mdf');
      writeFileSync(database, gunzipSync(readFileSync(join(import.meta.dirname, '../../fixtures/features.mdf.gz'))));
      const config = '<DatasourceScriptConfig xmlns="http://schemas.microsoft.com/2003/dls/ScriptingConfig.xsd"/>';
      expect(through(`${cli} diskshadow -s <(sleep 0.2; echo 'exit')`).code).toBe(0);
      expect(through(`${cli} scripting-config check <(sleep 0.2; echo '${config}')`).err).not.toContain('cannot');
      expect(through(`echo nonsense | ${cli} sql '${database}' --script -`).err).toMatch(/SQL/);
      const root = copied('list-of-a-pipe');
      const job = `${cli} backup '${source}' --pool '${root}' --replica one --changes <(sleep 0.2; echo '[]')`;
      expect(through(job)).toMatchObject({ code: 0, err: '' });
    });

    it('one in the place of a disk costs its own point', () => {
      const root = copied('with-pipe');
      const point = join(root, SERVER, ONE, PIPE_ID);
      mkdirSync(point);
      mkfifo(join(point, 'disk0.vhdx'));
      const scanned = withinLimit('scan', root);
      expect([scanned.code, scanned.out]).toEqual([0, expect.stringMatching(/no disk0\.vhdx \(disk0\.vhdx is a pipe/)]);
      const points = withinLimit('points', root);
      expect([points.code, points.out]).toEqual([0, expect.stringMatching(new RegExp(`${PIPE_ID} +time not known`))]);
      expect(withinLimit('backup', source, '--pool', root, '--replica', 'one').code).toBe(0);
      expect(withinLimit('prune', root, '--keep', '1', '--apply')).toMatchObject({ code: 0 });
      const verified = withinLimit('verify', root);
      expect([verified.code, verified.out]).toEqual([4, expect.stringContaining('is a pipe')]);
    });
  },
);

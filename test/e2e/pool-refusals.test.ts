/**
 * Goal: the commands that keep a pool refuse what is more likely a mistake, with exit code and next step, and tell what
 * the states are. Method: the built command on files in a temporary folder.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { backup } from '../../src/backup/backup.ts';
import { bestMode, createReplicaPool } from '../../src/backup/pool-on-disk.ts';
import { protect } from '../../src/backup/protect.ts';
import { Random } from '../support/random.ts';
import { sourceOf } from '../support/replica-pool.ts';
import { tempFolder } from '../support/temp.ts';
import { CLI, pitvault, pitvaultJson, run, title, without } from '../support/tools.ts';

const KIB = 1024;

it('sources without a byte, or smaller than the replica; a name that is taken', () => {
  const folder = tempFolder();
  const root = join(folder, 'pool');
  createReplicaPool(root, 'dpm01.contoso.com');
  const [empty, small, large] = ['empty', 'small', 'large'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  for (const [path, size] of [
    [empty, 0],
    [small, 7 * KIB],
    [large, 800 * KIB],
  ] as const)
    writeFileSync(path, new Random(1).bytes(size));
  const protecting = ['protect', large, '--pool', root, '--name', 'db'];
  const backing = (source: string): string[] => ['backup', source, '--pool', root, '--replica', 'db'];
  const expectRefused = (args: readonly string[], code: number, told: RegExp): void => {
    const refused = pitvault(...args);
    expect([refused.code, refused.err], args.join(' ')).toEqual([code, expect.stringMatching(told)]);
  };
  for (const source of [empty, '-']) // nobody writes to its standard input
    expectRefused(['protect', source, '--pool', root, '--name', 'db'], 2, /not one byte[\s\S]*what to do: .*pipe/);
  expect(pitvaultJson('points', root)).toMatchObject({ replicas: [], unfinished: [] });
  const sealed = pitvault(...protecting, '--seal');
  expect([sealed.code, sealed.out]).toEqual([
    0,
    expect.stringMatching(/seal [0-9a-f]{64} \(a digest of block digests/),
  ]);
  expectRefused(protecting, 6, /protected already[\s\S]*what to do: .*pitvault backup/);
  for (const source of [empty, '-']) expectRefused(backing(source), 2, /not one byte/);
  expectRefused(backing(small), 6, /7168 bytes[\s\S]*what to do: .*--shrink/);
  expectRefused(['consistency-check', ...backing(small).slice(1)], 6, /SOURCE_SMALLER/);
  const shrunk = pitvault(...backing(small), '--shrink');
  expect([shrunk.code, shrunk.out]).toEqual([0, expect.stringContaining('made smaller: 800 KiB before, 7 KiB now')]);
  const grown = pitvault(...backing(large));
  expect([grown.code, grown.out]).toEqual([0, expect.stringContaining('grown: 7 KiB before, 800 KiB now')]);
});

it('what is no list of changes, and names that nobody could type', () => {
  const folder = tempFolder();
  const root = join(folder, 'pool');
  createReplicaPool(root, 'dpm01.contoso.com');
  const [before, after, list] = ['before', 'after', 'list'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const bytes = new Random(3).bytes(800 * KIB);
  writeFileSync(before, bytes);
  for (const at of [8 * KIB, 20 * KIB, 300 * KIB]) bytes[at]! ^= 1;
  writeFileSync(after, bytes);
  for (const name of ['', 'a\nb']) {
    const refused = pitvault('protect', before, '--pool', root, '--name', name);
    expect([refused.code, refused.err]).toEqual([2, expect.stringMatching(/no name[\s\S]*--name[\s\S]*PROTECT_NAME/)]);
  }
  expect(pitvaultJson('points', root)).toMatchObject({ replicas: [], unfinished: [] });
  pitvaultJson('protect', before, '--pool', root, '--name', 'db');
  const backing = ['backup', after, '--pool', root, '--replica', 'db', '--changes'];
  for (const [content, code, told] of [
    ['hello', 4, 'CHANGES_MALFORMED'],
    ['null', 4, 'CHANGES_MALFORMED'],
    ['\u0000\u0000\u0000', 2, 'CHANGES_UNKNOWN'],
    ['', 2, 'CHANGES_EMPTY'],
  ] as const) {
    writeFileSync(list, content);
    const refused = pitvault(...backing, list);
    expect([refused.code, refused.err]).toEqual([code, expect.stringContaining(told)]);
  }
  expect(pitvaultJson('points', root)).toMatchObject({ replicas: [{ states: [{}] }] });
  writeFileSync(list, `\ufeff[{"offset": ${8 * KIB}, "length": 512}]`, 'utf16le'); // less than has changed
  expect(pitvaultJson(...backing, list)).toMatchObject({ changedBytes: 512 + 4 * KIB, scannedBytes: 64 * KIB });
  expect(pitvaultJson('verify', root)).toMatchObject({ totals: { damagedBlocks: 0, errors: 0 } });
});

it.skipIf(without('sh', 'cat', '/dev/stdin'))(
  title('a change list comes out of a pipe', 'sh', 'cat', '/dev/stdin'),
  () => {
    const folder = tempFolder();
    const root = join(folder, 'pool');
    createReplicaPool(root, 'dpm01.contoso.com');
    const [source, list] = [join(folder, 'source'), join(folder, 'list')];
    const bytes = new Random(4).bytes(800 * KIB);
    writeFileSync(source, bytes);
    pitvaultJson('protect', source, '--pool', root, '--name', 'db');
    bytes[8 * KIB]! ^= 1;
    writeFileSync(source, bytes);
    writeFileSync(list, `\ufeff[{"offset": ${8 * KIB}, "length": 512}]`, 'utf16le');
    const backing = ['backup', source, '--pool', root, '--replica', 'db', '--changes', '/dev/stdin', '--json'];
    const piped = run('sh', '-c', 'cat "$0" | "$@"', list, process.execPath, CLI, ...backing);
    expect(JSON.parse(piped)).toMatchObject({ changedBytes: 512, scannedBytes: 64 * KIB });
  },
);

it('points tells what the states are where files cannot be cloned', async (test) => {
  const folder = tempFolder();
  const root = join(folder, 'pool');
  const pool = createReplicaPool(root, 'dpm01.contoso.com');
  test.skip(bestMode(pool) === 'clone', 'the folder for temporary files can share extents: nothing to refuse');
  const source = join(folder, 'source');
  const bytes = new Random(2).bytes(64 * KIB);
  writeFileSync(source, bytes);
  const refused = pitvault('protect', source, '--pool', root, '--mode', 'clone');
  expect([refused.code, refused.err]).toEqual([5, expect.stringMatching(/cannot share extents[\s\S]*XFS/)]);
  await protect(pool, sourceOf(bytes), { name: 'vm', mode: 'clone', threads: 1 }); // a pool that was moved here
  await backup(pool, 'vm', sourceOf(bytes), { threads: 1 });
  const { out } = pitvault('points', root);
  expect(out).toContain('1 of 2 states are links of a chain');
  expect(out).toMatch(/point .*stands alone\n.*live .*depth 2/);
});

it('prune refuses what is no rule, in a pool without points too', () => {
  const root = join(tempFolder(), 'pool');
  createReplicaPool(root, 'dpm01.contoso.com');
  for (const rules of [[], ['--keep', '0'], ['--days', '0'], ['--policy', 'dpm', '--days', '5', '--weekdays', '8']])
    expect(pitvault('prune', root, ...rules, '--apply').code, rules.join(' ')).toBe(2);
  expect(pitvault('prune', root, '--keep', '1', '--apply').code).toBe(0);
});

it('a state that comes through a pipe has the time at which the reading began', async () => {
  const root = join(tempFolder(), 'pool');
  createReplicaPool(root, 'dpm01.contoso.com');
  const child = spawn(process.execPath, [CLI, 'protect', '-', '--pool', root, '--name', 'p', '--json']);
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stdin.write(new Random(1).bytes(64 * KIB));
  await new Promise((resolve) => setTimeout(resolve, 3000));
  const before = Date.now();
  child.stdin.end();
  await once(child, 'close');
  const { capturedMs } = JSON.parse(Buffer.concat(chunks).toString()) as { capturedMs: number };
  expect(capturedMs).toBeLessThan(before);
});

it('states that a clock made which was ahead: later ones follow them in time, and that is told', async () => {
  const folder = tempFolder();
  const root = join(folder, 'pool');
  const bytes = new Random(1).bytes(64 * KIB);
  const source = join(folder, 'source');
  writeFileSync(source, bytes);
  const pool = createReplicaPool(root, 'dpm01.contoso.com');
  await protect(pool, sourceOf(bytes), { name: 'db', threads: 1, nowMs: Date.now() + 5 * 365 * 86_400_000 });
  const backing = ['backup', source, '--pool', root, '--replica', 'db'];
  const { code, out } = pitvault(...backing);
  expect([code, out]).toEqual([0, expect.stringMatching(/later than this machine thinks it is.*--keep/)]);
  expect(pitvault('prune', root, '--days', '1').out).toMatch(/stays .*of a time that is still to come/);
  const usual = join(folder, 'usual');
  await protect(createReplicaPool(usual, 'dpm01.contoso.com'), sourceOf(bytes), { name: 'db', threads: 1 });
  expect(pitvault('backup', source, '--pool', usual, '--replica', 'db').out).not.toContain('later than');
});

it('a live folder that leads to another file system is named', async (test) => {
  const elsewhere = '/dev/shm';
  const folder = tempFolder();
  const isOther = existsSync(elsewhere) && statSync(elsewhere).dev !== statSync(folder).dev;
  test.skip(!isOther, 'there is no second file system to write to');
  const root = join(folder, 'pool');
  const bytes = new Random(1).bytes(64 * KIB);
  const source = join(folder, 'source');
  writeFileSync(source, bytes);
  const pool = createReplicaPool(root, 'dpm01.contoso.com');
  const { replicaId } = await protect(pool, sourceOf(bytes), { name: 'db', mode: 'chain', threads: 1 });
  const live = join(pool.find('db').container.path, replicaId);
  const away = mkdtempSync(join(elsewhere, 'pitvault-test-'));
  test.onTestFinished(() => rmSync(away, { recursive: true }));
  cpSync(live, away, { recursive: true, preserveTimestamps: true });
  rmSync(live, { recursive: true });
  symlinkSync(away, live);
  const { code, err } = pitvault('backup', source, '--pool', root, '--replica', 'db');
  expect([code, err]).toEqual([7, expect.stringMatching(/EXDEV[\s\S]*what to do: .*on one file system/)]);
  expect(pitvault('verify', root).code).toBe(0);
});

/**
 * Goal: whoever reads a point through the command line keeps pruning from taking it away, and a reader that was killed
 * does not. Method: the built command serves a point over NBD while the pool is pruned; then the server is killed.
 */

import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { backup } from '../../src/backup/backup.ts';
import { createReplicaPool } from '../../src/backup/pool-on-disk.ts';
import { protect } from '../../src/backup/protect.ts';
import { claimName } from '../../src/io/claim.ts';
import { ownIdentity } from '../../src/io/process-identity.ts';
import { sidecarPath } from '../../src/sidecar/sidecar-files.ts';
import { Random } from '../support/random.ts';
import { bytesOf, mutate, sourceOf } from '../support/replica-pool.ts';
import { tempFolder } from '../support/temp.ts';
import { CLI, pitvault, pitvaultJson } from '../support/tools.ts';

/** Serves the image until the test ends; resolves when it can be read. */
function serving(image: string, socket: string): Promise<{ pid: number; kill(signal: NodeJS.Signals): Promise<void> }> {
  const server = spawn(process.execPath, [CLI, 'serve', 'nbd', image, '--socket', socket], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  onTestFinished(() => void server.kill('SIGKILL'));
  return new Promise((resolve, reject) => {
    server.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
    server.stdout.once('data', () => {
      const kill = async (signal: NodeJS.Signals): Promise<void> => {
        server.kill(signal);
        await gone;
      };
      resolve({ pid: server.pid!, kill });
    });
  });
}

it('prune waits for a server of the point, names it, and goes on when it is dead', async () => {
  const folder = tempFolder();
  const root = join(folder, 'pool');
  const pool = createReplicaPool(root, 'dpm01.contoso.com');
  const states = [new Random(1).bytes(96 * 1024)];
  await protect(pool, sourceOf(states[0]!), { name: 'vm', mode: 'chain' });
  for (let i = 1; i < 4; i++) {
    states.push(mutate(states[i - 1]!, new Random(i), 3));
    await backup(pool, 'vm', sourceOf(states[i]!));
  }
  const { container } = pool.find('vm');
  const [oldest] = container.states();
  const leases = (): string[] => readdirSync(join(root, '.pitvault/leases'));

  const server = await serving(oldest!.path, join(folder, 'socket'));
  expect(leases()).toEqual([expect.stringContaining(`.read-by-${server.pid}.`)]);
  const prune = ['prune', root, '--keep', '2', '--apply', '--wait', '0.2'];
  const refused = pitvault(...prune);
  expect(refused.code).toBe(6);
  expect(refused.err).toContain(`waiting for process ${server.pid}`);
  expect(refused.err).toContain(`read by process ${server.pid}`);
  expect(refused.err).toMatch(/what to do: .*pitvault mounts.*then prune again/);
  const asJson = pitvault(...prune, '--json');
  expect(asJson.code).toBe(6);
  expect(JSON.parse(asJson.out)).toMatchObject({
    error: { kind: 'conflict', code: 'PRUNE_READERS', message: expect.stringContaining(String(server.pid)) },
  });
  expect(pitvaultJson<{ replicas: { states: unknown[] }[] }>('points', root).replicas[0]!.states).toHaveLength(3);
  expect(pitvault('verify', root).code).toBe(0); // what stands on the point that is going reads as ever

  await server.kill('SIGKILL');
  expect(leases()).toHaveLength(1); // it could not give it back
  const { replicas } = pitvaultJson<{ replicas: { removed: string[] }[] }>(...prune);
  expect(replicas[0]!.removed).toEqual([oldest!.id]);
  expect(leases()).toEqual([]);
  const left = container.states();
  expect(left.map((state) => Buffer.compare(bytesOf(container, state), states[1 + left.indexOf(state)]!))).toEqual([
    0, 0, 0,
  ]);
});

it('a server that ends well gives its lease back', async () => {
  const folder = tempFolder();
  const root = join(folder, 'pool');
  const pool = createReplicaPool(root, 'dpm01.contoso.com');
  await protect(pool, sourceOf(new Random(1).bytes(96 * 1024)), { name: 'vm', mode: 'chain' });
  const server = await serving(pool.find('vm').container.replica()!.path, join(folder, 'socket'));
  await server.kill('SIGTERM');
  expect(readdirSync(join(root, '.pitvault/leases'))).toEqual([]);
});

it('a replica that a living process writes is left to it, one of a dead process is not', async () => {
  const folder = tempFolder();
  const root = join(folder, 'pool');
  const pool = createReplicaPool(root, 'dpm01.contoso.com');
  const bytes = new Random(1).bytes(96 * 1024);
  await protect(pool, sourceOf(bytes), { name: 'vm', mode: 'chain' });
  const source = join(folder, 'source.raw');
  writeFileSync(source, mutate(bytes, new Random(2), 3));
  const args = ['backup', source, '--pool', root, '--replica', 'vm'];
  {
    using _held = pool.lock(pool.find('vm'));
    const refused = pitvault(...args);
    expect(refused.code).toBe(6);
    expect(refused.err).toMatch(new RegExp(`held by process ${process.pid}[\\s\\S]*what to do: wait`));
    expect(JSON.parse(pitvault(...args, '--json').out)).toMatchObject({
      error: { kind: 'conflict', code: 'LOCK_HELD', message: expect.stringContaining(`process ${process.pid}`) },
    });
  }
  const { replicaId } = pool.find('vm').file;
  const locks = join(root, '.pitvault/locks');
  const dead = claimName(replicaId, 'held', { ...ownIdentity(), boot: 'the-boot-before' }, false);
  writeFileSync(join(locks, dead), '');
  expect(pitvault(...args).code).toBe(0);
  expect(readdirSync(locks)).toEqual([replicaId]);
});

it('diskshadow says for whom it waits, ends with Ctrl-C, and is done when asked again', async () => {
  const folder = tempFolder();
  const root = join(folder, 'pool');
  const pool = createReplicaPool(root, 'dpm01.contoso.com');
  await protect(pool, sourceOf(new Random(1).bytes(96 * 1024)), { name: 'vm', mode: 'chain' });
  await backup(pool, 'vm', sourceOf(new Random(2).bytes(96 * 1024)));
  const script = join(folder, 'delete.dsh');
  writeFileSync(script, 'delete shadows all\n');
  const words = ['diskshadow', '--image', root, '--allow-delete', '-s', script];

  const server = await serving(pool.find('vm').container.states()[0]!.path, join(folder, 'socket'));
  const waiting = spawn(process.execPath, [CLI, ...words], { stdio: ['ignore', 'ignore', 'pipe'] });
  let told = '';
  const code = await new Promise((resolve) => {
    waiting.stderr.on('data', (part) => {
      const isFirst = told === '';
      told += part;
      if (isFirst) waiting.kill('SIGINT');
    });
    waiting.on('close', resolve);
  });
  expect(told.match(/waiting for process \d+/g)).toEqual([`waiting for process ${server.pid}`]);
  expect(code).toBe(130);
  await server.kill('SIGTERM');
  expect(pitvault(...words)).toMatchObject({ code: 0, err: '' });
  expect(pool.find('vm').container.pointIds()).toEqual([]);
});

it('a replica that is being backed up costs the others no pruning, and is told', async () => {
  const root = join(tempFolder(), 'pool');
  const pool = createReplicaPool(root, 'dpm01.contoso.com');
  for (const name of ['a', 'b', 'c']) {
    let bytes = new Random(1).bytes(96 * 1024);
    await protect(pool, sourceOf(bytes), { name, mode: 'chain' });
    for (let i = 1; i < 4; i++) {
      bytes = mutate(bytes, new Random(i), 3);
      await backup(pool, name, sourceOf(bytes));
    }
  }
  const points = (name: string): number => pool.find(name).container.pointIds().length;
  {
    using _lock = pool.lock(pool.find('b'));
    const told = pitvault('prune', root, '--keep', '1', '--apply', '--json');
    expect(told.code).toBe(6);
    const value = JSON.parse(told.out);
    expect(
      value.replicas.map(({ name, removed }: { name: string; removed: string[] }) => [name, removed.length]),
    ).toEqual([
      ['a', 2],
      ['c', 2],
    ]);
    expect(value.findings).toEqual([expect.objectContaining({ message: expect.stringMatching(/process/) })]);
  }
  expect(['a', 'b', 'c'].map(points)).toEqual([1, 3, 1]);

  const [oldest] = pool.find('b').container.states();
  const sidecar = sidecarPath(pool.find('b').container.path, oldest!.guid!);
  const bytes = readFileSync(sidecar);
  bytes.fill(0xff, 4096, 8192); // fingerprints
  writeFileSync(sidecar, bytes);
  const listed = pitvault('points', root, '--usage', '--json');
  expect(listed.code).toBe(4);
  const value = JSON.parse(listed.out);
  expect(value.replicas.map(({ states }: { states: unknown[] }) => states.length)).toEqual([2, 4, 2]);
  expect(value.findings).toEqual([expect.objectContaining({ code: 'SIDECAR_DAMAGED' })]);
  const pruned = pitvault('prune', root, '--keep', '1', '--apply');
  expect([pruned.code, points('b')]).toEqual([4, 1]);
});

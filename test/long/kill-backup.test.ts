/**
 * Goal: a backup that is killed at any moment leaves every point and a whole replica, on real file systems. Method: the
 * built command is killed (SIGKILL) after random times, then the pool is opened and read. This is the death of a
 * process, not of the power: what it had written stays visible. Loop mounts of ext4, XFS and Btrfs, seeded times.
 */

import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bestMode, createReplicaPool, openReplicaPool } from '../../src/backup/pool-on-disk.ts';
import { protect } from '../../src/backup/protect.ts';
import { loopMount } from '../support/loop-mount.ts';
import { Random } from '../support/random.ts';
import { bytesOf, mutate, sourceOf } from '../support/replica-pool.ts';
import { CLI, title, without } from '../support/tools.ts';

const SIZE = 8 * 2 ** 20;
const ROUNDS = 12;
const SEED = Number(process.env['SEED'] ?? 1);

/** Name, tool, size of the loop file, mode expected there. */
const FILE_SYSTEMS = [
  ['ext4', 'mkfs.ext4', 1, 'chain'],
  ['xfs', 'mkfs.xfs', 1, 'clone'],
  ['btrfs', 'mkfs.btrfs', 1, 'clone'],
] as const;

/** Runs the command; killed after so many milliseconds unless it has ended by then. True when it ended well. */
function run(args: readonly string[], killAfterMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [CLI, ...args], { stdio: 'ignore' });
    const timer = setTimeout(() => child.kill('SIGKILL'), killAfterMs);
    child.once('exit', (code) => {
      clearTimeout(timer);
      resolve(code === 0);
    });
  });
}

const needs = ['root', 'mount', 'umount', 'mkfs.ext4', 'mkfs.xfs', 'mkfs.btrfs'];

describe.skipIf(without(...needs))(title('kill -9', ...needs), () => {
  it.each(FILE_SYSTEMS)('on %s', async (_, tool, gib, mode) => {
    const random = new Random(SEED);
    const folder = loopMount(tool, gib);
    const image = join(folder, 'source.raw');
    const created = createReplicaPool(join(folder, 'pool'), 'dpm01.contoso.com');
    expect(bestMode(created)).toBe(mode);
    const states = [random.bytes(SIZE)];
    await protect(created, sourceOf(states[0]!), { name: 'vm', mode });
    let killed = 0;
    for (let round = 0; round <= ROUNDS; round++) {
      const next = mutate(states.at(-1)!, random, 40);
      writeFileSync(image, next);
      const limit = round === ROUNDS ? 600_000 : 60 + random.below(900);
      const args = ['backup', image, '--pool', join(folder, 'pool'), '--replica', 'vm', '--threads', '1'];
      const isDone = await run(args, limit);
      if (!isDone) killed++;
      const pool = openReplicaPool(join(folder, 'pool'));
      const entry = pool.find('vm');
      pool.lock(entry)[Symbol.dispose]();
      const found = entry.container.states();
      if (found.length === states.length + 1) states.push(next);
      else expect(isDone, `round ${round}, seed ${SEED}`).toBe(false);
      expect(found.length).toBe(states.length);
      for (const [i, state] of found.entries()) {
        expect(Buffer.compare(bytesOf(entry.container, state), states[i]!), `round ${round}, state ${i}`).toBe(0);
      }
    }
    console.log(`${mode}: ${killed} of ${ROUNDS} killed, ${states.length} states`);
  });

  it.each(FILE_SYSTEMS)('an initial replica on %s is gone on with until it is whole', async (_, tool, gib) => {
    const random = new Random(SEED);
    const folder = loopMount(tool, gib);
    const image = join(folder, 'source.raw');
    const size = 192 * 2 ** 20;
    let bytes: Uint8Array = new Uint8Array(size);
    for (let at = 0; at < size; at += 2 ** 20) if (random.below(8) > 0) bytes.set(random.bytes(2 ** 20), at);
    const created = createReplicaPool(join(folder, 'pool'), 'dpm01.contoso.com');
    const args = ['protect', image, '--pool', join(folder, 'pool'), '--name', 'vm', '--threads', '1'];
    let killed = 0;
    for (let limit = 150; ; limit += random.below(400)) {
      writeFileSync(image, bytes);
      if (await run(args, limit)) break;
      killed++;
      expect(created.replicas()).toEqual([]);
      bytes = mutate(bytes, random, 40);
    }
    const { container } = created.find('vm');
    expect(Buffer.compare(bytesOf(container, container.replica()!), bytes), `seed ${SEED}`).toBe(0);
    expect(created.unfinished()).toEqual([]);
    console.log(`protect: killed ${killed} times`);
    expect(killed).toBeGreaterThan(0);
  });
});

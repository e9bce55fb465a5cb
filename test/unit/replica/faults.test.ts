/**
 * Goal: a disk that is full or fails loses nothing but the backup that met it, with an error that says so, and locks
 * are held by living processes only. Method: operation N of a backup fails, for every N; the next backup works.
 */

import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { backup, consistencyCheck } from '../../../src/backup/backup.ts';
import { createReplicaPool, openReplicaPool } from '../../../src/backup/pool-on-disk.ts';
import { protect } from '../../../src/backup/protect.ts';
import { StorageError } from '../../../src/errors.ts';
import { ownIdentity } from '../../../src/io/process-identity.ts';
import { judgePool } from '../../support/backup-crash.ts';
import { filledPool, judgeChanges, pruneNumbers } from '../../support/prune-crash.ts';
import { Random } from '../../support/random.ts';
import {
  backupBytes,
  countingGuids,
  mutate,
  newPool,
  openedPool,
  protectBytes,
  REPLICA,
  sourceOf,
} from '../../support/replica-pool.ts';
import type { SimulatedStore } from '../../support/simulated-store.ts';
import { tempFolder } from '../../support/temp.ts';

const SIZE = 96 * 1024;

describe.each(['clone', 'chain'] as const)('%s', (mode) => {
  describe.each(['ENOSPC', 'EIO'] as const)('%s', (code) => {
    it('at any operation of a backup leaves the replica old or new, and the pool usable', async () => {
      for (let failing = 0; ; failing++) {
        const random = new Random(failing);
        const { store } = newPool();
        const newGuid = countingGuids();
        const first = random.bytes(SIZE);
        const second = mutate(first, random, 3);
        await protectBytes(openedPool(store), first, mode, { nowMs: 1, newGuid });
        store.fault = { operation: store.operations + failing, code };
        const before = store.operations;
        const failure = await backupBytes(openedPool(store), second, { nowMs: 2, newGuid }).catch((error) => error);
        store.fault = null;
        if (store.operations <= before + failing) break; // there are no more operations
        if (failure instanceof Error) {
          expect(StorageError.is(failure) && failure.code, `operation ${failing}`).toBe(code);
        }
        await judgePool(store, [[first], [first, second]], `${code} at operation ${failing}`);
        const third = mutate(second, random, 2);
        await backupBytes(openedPool(store), third, { nowMs: 3, newGuid });
        await judgePool(
          store,
          [
            [first, third],
            [first, second, third],
          ],
          `after ${code} at operation ${failing}`,
        );
      }
    });
  });

  it('at any operation of an initial replica leaves nothing of it', async () => {
    for (let failing = 0; ; failing++) {
      const { store, pool } = newPool();
      const bytes = new Random(failing).bytes(SIZE);
      const before = store.operations;
      store.fault = { operation: before + failing, code: 'ENOSPC' };
      const jobs = { nowMs: 1, newGuid: countingGuids() };
      const failure = await protectBytes(pool, bytes, mode, jobs).catch((error) => error);
      store.fault = null;
      if (store.operations <= before + failing) break;
      if (failure instanceof Error) expect(StorageError.is(failure) && failure.code).toBe('ENOSPC');
      await judgePool(store, [[], [bytes]], `ENOSPC at operation ${failing}`);
    }
  });
});

/** Makes operation after operation of the work fail; `judge` sees the store afterwards, the fault gone. */
async function failEverywhere(
  code: 'ENOSPC' | 'EIO',
  prepare: () => Promise<{
    store: SimulatedStore;
    work: () => Promise<unknown>;
    judge: (where: string) => Promise<void>;
  }>,
): Promise<number> {
  for (let failing = 0; ; failing++) {
    const { store, work, judge } = await prepare();
    const before = store.operations;
    store.fault = { operation: before + failing, code };
    const failure = await work().catch((error: unknown) => error);
    store.fault = null;
    if (store.operations <= before + failing) return failing;
    if (failure instanceof Error) expect(StorageError.is(failure) && failure.code, `operation ${failing}`).toBe(code);
    await judge(`${code} at operation ${failing}`);
  }
}

describe.each(['clone', 'chain'] as const)('%s', (mode) => {
  it.each(['ENOSPC', 'EIO'] as const)('%s at any operation of a pruning costs no state that stays', async (code) => {
    const operations = await failEverywhere(code, async () => {
      const { store, states } = await filledPool({ mode, seed: 0, states: 4, diskSize: SIZE }, new Random(21));
      const kept = [states[1]!, states[3]!];
      return {
        store,
        work: () => pruneNumbers(store, [0, 2]),
        judge: async (where) => {
          await judgePool(store, [states, kept], where);
          await judgeChanges(openedPool(store).find(REPLICA).container, where);
        },
      };
    });
    expect(operations).toBeGreaterThan(10);
  });

  it.each(['ENOSPC', 'EIO'] as const)('%s at any operation of a consistency check leaves the states', async (code) => {
    await failEverywhere(code, async () => {
      const random = new Random(22);
      const { store, pool } = newPool();
      const jobs = { nowMs: 1, newGuid: countingGuids() };
      const first = random.bytes(SIZE);
      const second = mutate(first, random, 3);
      await protectBytes(pool, first, mode, jobs);
      const check = () => consistencyCheck(openedPool(store), REPLICA, sourceOf(second), { threads: 1, ...jobs });
      return {
        store,
        work: check,
        judge: async (where) => {
          await check(); // it may be marked inconsistent: another check is what it asks for
          await judgePool(
            store,
            [
              [first, second],
              [first, second, second],
            ],
            where,
          );
        },
      };
    });
  });
});

describe('locks', () => {
  const source = sourceOf(new Random(1).bytes(SIZE));

  it('a replica is written by one at a time, and by any after that', async () => {
    const folder = tempFolder();
    const pool = createReplicaPool(join(folder, 'pool'), 'dpm01.contoso.com');
    const { replicaId } = await protect(pool, source, { name: 'vm', mode: 'chain' });
    const held = pool.lock(pool.find('vm'));
    const other = openReplicaPool(join(folder, 'pool'));
    await expect(backup(other, 'vm', source)).rejects.toMatchObject({ kind: 'conflict', code: 'LOCK_HELD' });
    held[Symbol.dispose]();
    await backup(other, replicaId, source);
  });

  it.skipIf(process.platform !== 'linux')(
    'what a dead process held is free, what a living one holds is not (on Linux: reads /proc)',
    async () => {
      const folder = tempFolder();
      const pool = createReplicaPool(join(folder, 'pool'), 'dpm01.contoso.com');
      await protect(pool, source, { name: 'vm', mode: 'chain' });
      const { file } = pool.find('vm');
      const locks = join(folder, 'pool/.pitvault/locks');
      const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
      try {
        const stat = readFileSync(`/proc/${child.pid}/stat`, 'utf8');
        const started = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
        const { namespace, boot, machine } = ownIdentity();
        const name = `${file.replicaId}.held-by-${[child.pid, started, namespace, boot, machine, 'file', 'abc123'].join('.')}`;
        mkdirSync(locks, { recursive: true });
        writeFileSync(join(locks, name), '');
        await expect(backup(pool, 'vm', source)).rejects.toMatchObject({ code: 'LOCK_HELD' });
        const gone = new Promise((resolve) => child.once('exit', resolve));
        child.kill('SIGKILL');
        await gone;
        await backup(pool, 'vm', source);
        expect(readdirSync(locks)).toEqual([file.replicaId]);
      } finally {
        child.kill('SIGKILL');
      }
    },
  );
});

/** The store, full for whoever merges disks. */
function fullForMerges(store: SimulatedStore): SimulatedStore {
  const create = (path: string) => {
    const file = store.create(path);
    const write = (): void => {
      throw new StorageError('io', 'ENOSPC', `${path}: no space left on device`, { image: path });
    };
    return path.endsWith('disk0.vhdx.part') ? Object.assign(file, { write }) : file;
  };
  return new Proxy(store, {
    get(target, key) {
      const value: unknown = key === 'create' ? create : Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

it('a pruning that finds no room gives back what it took, is told, and stops no backup', async () => {
  const { store, states } = await filledPool({ mode: 'chain', seed: 0, states: 4 }, new Random(5));
  const full = fullForMerges(store);
  const prune = pruneNumbers(full, [0, 1]);
  await expect(prune).rejects.toMatchObject({ code: 'ENOSPC' });
  const { container } = openedPool(full).find(REPLICA);
  for (const id of container.pointIds())
    expect(store.list(`${container.path}/${id}`).map(({ name }) => name)).toEqual(['disk0.vhdx']);
  const next = mutate(states[3]!, new Random(6), 2);
  await backupBytes(openedPool(full), next, { nowMs: 2000, newGuid: countingGuids(99) });
  await judgePool(store, [[states[2]!, states[3]!, next]], 'full');
  await pruneNumbers(store, []);
  await judgePool(store, [[states[2]!, states[3]!, next]], 'with room again');
  expect(container.store.exists(`${container.path}/.pitvault/prune.json`)).toBe(false);
});

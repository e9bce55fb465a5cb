/**
 * Goal: an interrupted initial replica is gone on with, and what comes out is the source as it is then: no byte of the
 * unfinished file is believed. Method: sources that fail at seeded places and change in between, on the simulated store;
 * power cuts through it all.
 */

import { describe, expect, it } from 'vitest';
import type { BackupSource } from '../../../src/backup/job.ts';
import { protect } from '../../../src/backup/protect.ts';
import { StorageError } from '../../../src/errors.ts';
import { MemoryFile } from '../../../src/io/memory-file.ts';
import type { AddressMap } from '../../../src/map/address-map.ts';
import { unreadable } from '../../../src/map/address-map.ts';
import { FileMap } from '../../../src/map/maps.ts';
import type { ReplicaMode } from '../../../src/replica/layout.ts';
import { judgePool } from '../../support/backup-crash.ts';
import { crashEverywhere } from '../../support/crash-suite.ts';
import { judgeChanges } from '../../support/prune-crash.ts';
import { Random } from '../../support/random.ts';
import {
  backupBytes,
  countingGuids,
  type Jobs,
  mutate,
  newPool,
  openedPool,
  protectBytes,
  REPLICA,
  sourceOf,
} from '../../support/replica-pool.ts';
import type { SimulatedStore } from '../../support/simulated-store.ts';

const MIB = 2 ** 20;
const SEED = Number(process.env['SEED'] ?? 1);

/** A source that cannot be read from `end` on. */
function failingFrom(bytes: Uint8Array, end: number): BackupSource {
  const whole = new FileMap(new MemoryFile(bytes));
  const broken = unreadable(new StorageError('io', 'EIO', 'the device is gone', { image: '/dev/source' }));
  const disk: AddressMap = {
    size: bytes.length,
    resolve(offset, length, at, sink) {
      const good = Math.max(0, Math.min(length, end - offset));
      if (good > 0) whole.resolve(offset, good, at, sink);
      if (good < length) sink.computed(at + good, length - good, broken, offset + good);
    },
  };
  return { name: '/dev/source', disk };
}

async function interrupt(store: SimulatedStore, bytes: Uint8Array, end: number, jobs: Jobs, mode: ReplicaMode) {
  const options = { name: 'vm', mode, replicaId: REPLICA, depthMax: 64, threads: 1, ...jobs } as const;
  return await protect(openedPool(store), failingFrom(bytes, end), options).catch((error: StorageError) => error);
}

/** Scattered data: some blocks full, some sparse, some zero. */
function sourceBytes(random: Random, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at += 256 * 1024) {
    if (random.below(3) > 0) bytes.set(random.bytes(Math.min(size - at, 4096 * (1 + random.below(64)))), at);
  }
  return bytes;
}

const inUse = (bytes: Uint8Array): number => {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 4096)
    if (bytes.subarray(at, at + 4096).some((byte) => byte > 0)) sum += 4096;
  return sum;
};

describe.each(['clone', 'chain'] as const)('%s', (mode) => {
  it('goes on from any place, and writes only what is missing', async () => {
    for (let seed = SEED; seed < SEED + 8; seed++) {
      const random = new Random(seed);
      const { store } = newPool();
      const jobs = { nowMs: 1, newGuid: countingGuids() };
      const bytes = sourceBytes(random, 6 * MIB);
      const end = MIB * (1 + random.below(5));
      const failure = await interrupt(store, bytes, end, jobs, mode);
      expect(failure).toMatchObject({ code: 'EIO', hint: expect.stringContaining('--restart') });
      expect(openedPool(store).replicas()).toEqual([]);
      expect(() => openedPool(store).find('vm')).toThrow(expect.objectContaining({ code: 'REPLICA_UNFINISHED' }));
      const [left] = openedPool(store).unfinished();
      expect(left).toMatchObject({ file: { name: 'vm', replicaId: REPLICA, mode } });
      const report = await protectBytes(openedPool(store), bytes, mode, { ...jobs, nowMs: 2 });
      const before = inUse(bytes.subarray(0, end));
      expect(report.keptBytes, `seed ${seed}`).toBe(before);
      expect(report.writtenBytes).toBe(inUse(bytes) - before);
      expect(report.changedBytes).toBe(inUse(bytes));
      await judgePool(store, [[bytes]], `seed ${seed}`);
      await judgeChanges(openedPool(store).find(REPLICA).container, `seed ${seed}`);
      const later = mutate(bytes, random, 5);
      await backupBytes(openedPool(store), later, { ...jobs, nowMs: 3 });
      await judgePool(store, [[bytes, later]], `seed ${seed}, later`);
    }
  });

  it('takes the source as it is now, however it has changed, also when it is interrupted again', async () => {
    for (let seed = SEED; seed < SEED + 8; seed++) {
      const random = new Random(seed);
      const { store } = newPool();
      const jobs = { nowMs: 1, newGuid: countingGuids() };
      let bytes = sourceBytes(random, 4 * MIB);
      bytes.set(random.bytes(4096), bytes.length - 4096);
      for (let times = 1 + random.below(3); times > 0; times--) {
        const failure = await interrupt(store, bytes, MIB * (1 + random.below(3)), jobs, mode);
        if (!(failure instanceof Error)) return expect.fail(`seed ${seed}: nothing was left to read`);
        bytes = mutate(bytes, random, 6);
        const hole = 64 * 1024 * random.below(24);
        bytes.fill(0, hole, hole + 64 * 1024 * (1 + random.below(24))); // what was data is zeros now
        bytes.set(random.bytes(4096), bytes.length - 4096);
      }
      await protectBytes(openedPool(store), bytes, mode, { ...jobs, nowMs: 2 });
      await judgePool(store, [[bytes]], `seed ${seed}`);
      await judgeChanges(openedPool(store).find(REPLICA).container, `seed ${seed}`);
    }
  });

  it('survives power cuts at every operation of an interrupted and a resumed run', async () => {
    const random = new Random(SEED);
    const { store } = newPool();
    const jobs = { nowMs: 1, newGuid: countingGuids() };
    const first = random.bytes(3 * 64 * 1024);
    const second = mutate(first, random, 3);
    const { images } = await crashEverywhere(store, {
      work: async () => {
        await interrupt(store, first, 128 * 1024, jobs, mode);
        await interrupt(store, second, 160 * 1024, jobs, mode);
        await protectBytes(openedPool(store), second, mode, jobs);
      },
      judge: async (found, where, isDone) => {
        if (isDone) return judgePool(found, [[second]], where);
        const pool = openedPool(found);
        const isThere = pool.replicas().length > 0;
        if (!isThere) await protectBytes(pool, second, mode, { nowMs: 2, newGuid: countingGuids(500) });
        await judgePool(found, [[second]], where);
        await judgeChanges(openedPool(found).find(REPLICA).container, where);
      },
      random,
      choices: 6,
      imagesMax: 150,
    });
    expect(images).toBeGreaterThan(50);
  });
});

describe('what is not gone on with', () => {
  const jobs = () => ({ nowMs: 1, newGuid: countingGuids() });

  it.each([
    ['the same', (bytes: Uint8Array) => bytes, {}],
    ['another size', (bytes: Uint8Array) => bytes.slice(0, MIB), {}],
    ['another mode', (bytes: Uint8Array) => bytes, { mode: 'clone' }],
    ['another depth', (bytes: Uint8Array) => bytes, { depthMax: 5 }],
  ] as const)('--restart, %s: it starts anew, and nothing is left of the other', async (_what, change, extra) => {
    const { store } = newPool();
    const bytes = sourceBytes(new Random(3), 2 * MIB);
    const guids = jobs();
    await interrupt(store, bytes, MIB, guids, 'chain');
    const now = change(bytes);
    const options = { name: 'vm', mode: 'chain', replicaId: REPLICA, depthMax: 64, threads: 1, ...extra } as const;
    const report = await protect(openedPool(store), sourceOf(now), { ...options, restart: true, ...guids });
    expect(report.keptBytes).toBe(0);
    await judgePool(store, [[now]], 'anew');
  });

  it.each([
    ['another size', MIB, {}, 'another size'],
    ['another mode', 2 * MIB, { mode: 'clone' }, '--mode chain'],
    ['another depth', 2 * MIB, { depthMax: 5 }, '--depth 64'],
    ['another id', 2 * MIB, { replicaId: REPLICA.replaceAll('a', 'c') }, `--replica ${REPLICA}`],
    ['the id of another name', 2 * MIB, { name: 'other' }, '--name vm'],
  ] as const)('%s without --restart: refused, and what was written stays', async (_what, size, extra, told) => {
    const { store } = newPool();
    const bytes = sourceBytes(new Random(3), 2 * MIB);
    const guids = jobs();
    await interrupt(store, bytes, MIB, guids, 'chain');
    const options = { name: 'vm', mode: 'chain', replicaId: REPLICA, depthMax: 64, threads: 1, ...extra } as const;
    const again = protect(openedPool(store), sourceOf(bytes.slice(0, size)), { ...options, ...guids });
    await expect(again).rejects.toMatchObject({
      kind: 'conflict',
      code: 'PROTECT_UNFINISHED',
      message: expect.stringContaining(told),
      hint: expect.stringContaining('--restart'),
    });
    const report = await protectBytes(openedPool(store), bytes, 'chain', guids);
    expect(report.keptBytes).toBe(inUse(bytes.subarray(0, MIB)));
    await judgePool(store, [[bytes]], 'as before');
  });

  it('a replica of another name is left alone', async () => {
    const { store } = newPool();
    const bytes = sourceBytes(new Random(3), 2 * MIB);
    const guids = jobs();
    await interrupt(store, bytes, MIB, guids, 'chain');
    const other = { name: 'other', mode: 'chain', threads: 1, ...guids } as const;
    expect((await protect(openedPool(store), sourceOf(bytes), other)).keptBytes).toBe(0);
    const pool = openedPool(store);
    expect(pool.replicas().map(({ file }) => file.name)).toEqual(['other']);
    expect(pool.unfinished().map(({ file }) => file.name)).toEqual(['vm']);
  });

  it('what the target refused with EIO: nothing of it is left, as it may have been in a cache only', async () => {
    const bytes = sourceBytes(new Random(3), 2 * MIB);
    const isKept = new Set<number>();
    for (let failing = 0; ; failing++) {
      const { store } = newPool();
      const before = store.operations;
      store.fault = { operation: before + failing, code: 'EIO' };
      const guids = jobs();
      const failure = await protectBytes(openedPool(store), bytes, 'chain', guids).catch((error) => error);
      store.fault = null;
      if (store.operations <= before + failing) break;
      if (failure instanceof Error) isKept.add(openedPool(store).unfinished().length);
      if (openedPool(store).replicas().length === 0) await protectBytes(openedPool(store), bytes, 'chain', guids);
      await judgePool(store, [[bytes]], `EIO at operation ${failing}`);
    }
    expect([...isKept]).toEqual([0]);
  });
});

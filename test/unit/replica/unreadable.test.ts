/**
 * Goal: a replica.json that is damaged costs the name of its own replica, and nothing of the others.
 * Method: pools on the simulated store in which one such file is overwritten; hashes of the store where nothing may change.
 */

import { expect, it } from 'vitest';
import { backup } from '../../../src/backup/backup.ts';
import { protect } from '../../../src/backup/protect.ts';
import { StorageError } from '../../../src/errors.ts';
import type { AddressMap } from '../../../src/map/address-map.ts';
import { replicaFilePath } from '../../../src/replica/layout.ts';
import type { ReplicaPool } from '../../../src/replica/replica-pool.ts';
import { pathOfState } from '../../../src/replica/state-name.ts';
import { Random } from '../../support/random.ts';
import { countingGuids, newPool, sourceOf } from '../../support/replica-pool.ts';
import type { SimulatedStore } from '../../support/simulated-store.ts';

const KIB = 1024;
const BYTES = new Random(1).bytes(64 * KIB);
const guid = (digit: string): string => `${digit.repeat(8)}-0000-4000-8000-000000000000`;
const [ONE, TWO, THREE] = [guid('1'), guid('2'), guid('3')] as [string, string, string];

/** Replicas `one` and `two`, each with a recovery point. */
async function twoReplicas() {
  const { store, pool } = newPool();
  const newGuid = countingGuids();
  let nowMs = 0;
  const jobs = () => ({ nowMs: ++nowMs, newGuid, threads: 1 }) as const;
  for (const [name, replicaId] of [
    ['one', ONE],
    ['two', TWO],
  ] as const) {
    await protect(pool, sourceOf(BYTES), { name, replicaId, mode: 'chain', ...jobs() });
    await backup(pool, name, sourceOf(BYTES), jobs());
  }
  return { store, pool, jobs };
}

function damage(store: SimulatedStore, pool: ReplicaPool, replicaId: string, text: string): void {
  const file = store.openWritable(replicaFilePath(`${pool.path}/${pool.server}/${replicaId}`));
  file.truncate(0);
  file.write(0, new TextEncoder().encode(text));
  file.flush();
  file.close();
}

it.each([
  ['empty', '', 'POOL_FILE_DAMAGED'],
  ['zeros', '\0'.repeat(200), 'POOL_FILE_DAMAGED'],
  [
    'without a name',
    '{"format": "pitvault replica", "version": 1, "mode": "chain", "depthMax": 1}',
    'POOL_FILE_DAMAGED',
  ],
  ['of a later version', '{"format": "pitvault replica", "version": 2}', 'POOL_FILE_VERSION'],
])('a file that is %s leaves the other replica as it is', async (_what, text, code) => {
  const { store, pool, jobs } = await twoReplicas();
  damage(store, pool, ONE, text);
  expect(pool.replicas().map(({ file }) => file.name)).toEqual(['two']);
  expect(pool.unreadable().map(({ container, error }) => [container.replicaId, error.code])).toEqual([[ONE, code]]);
  for (const wanted of ['two', TWO]) {
    await backup(pool, wanted, sourceOf(BYTES), jobs());
    expect(pathOfState(pool, wanted)).toContain(TWO);
  }
  const [point] = pool.find('two').container.pointIds();
  expect(pathOfState(pool, point!)).toContain(point);
});

it('who asks for it is told: by id what is wrong, by a name that nobody has that it may be this one', async () => {
  const { store, pool } = await twoReplicas();
  const [point] = pool.find('one').container.pointIds();
  damage(store, pool, ONE, '');
  const told = { kind: 'corrupt', code: 'POOL_FILE_DAMAGED', hint: expect.stringContaining(`"replicaId":"${ONE}"`) };
  expect(() => pool.find(ONE)).toThrow(expect.objectContaining(told));
  for (const name of [ONE, point!]) expect(() => pathOfState(pool, name)).toThrow(expect.objectContaining(told));
  const perhaps = { kind: 'corrupt', code: 'REPLICA_NAME_UNKNOWN', message: expect.stringContaining('replica.json') };
  expect(() => pool.find('one')).toThrow(expect.objectContaining(perhaps));
  expect(() => pool.find(THREE)).toThrow(expect.objectContaining({ kind: 'not-found', code: 'REPLICA_MISSING' }));
});

it('what its hint says to write makes it whole', async () => {
  const { store, pool, jobs } = await twoReplicas();
  damage(store, pool, ONE, '');
  const text = /\{.*\}/.exec(pool.unreadable()[0]!.error.hint!)![0].replace('NAME', 'one');
  damage(store, pool, ONE, text);
  expect(pool.unreadable()).toEqual([]);
  await backup(pool, 'one', sourceOf(BYTES), jobs());
});

it('a new replica never takes its place', async () => {
  const { store, pool, jobs } = await twoReplicas();
  damage(store, pool, ONE, '');
  const before = store.imageHash();
  const taken = { name: 'new', replicaId: ONE, mode: 'chain', restart: true, ...jobs() } as const;
  await expect(protect(pool, sourceOf(BYTES), taken)).rejects.toMatchObject({ code: 'POOL_FILE_DAMAGED' });
  const file = { replicaId: ONE, name: 'new', mode: 'chain', depthMax: 64 } as const;
  expect(() => pool.create(file)).toThrow(expect.objectContaining({ code: 'POOL_FILE_DAMAGED' }));
  expect(store.imageHash()).toBe(before);
  await protect(pool, sourceOf(BYTES), { ...taken, replicaId: THREE });
  expect(pool.replicas().map(({ file }) => file.name)).toEqual(['new', 'two']);
});

it('what an interrupted first backup has written stays where its file is damaged', async () => {
  const { store, pool, jobs } = await twoReplicas();
  const long = new Random(2).bytes(1024 * KIB);
  const { disk } = sourceOf(long);
  const broken: AddressMap = {
    size: long.length,
    resolve(offset, length, at, sink) {
      if (offset + length > 512 * KIB) throw new StorageError('io', 'EIO', 'the device is gone');
      disk.resolve(offset, length, at, sink);
    },
  };
  const begun = { name: 'three', replicaId: THREE, mode: 'chain', ...jobs() } as const;
  await expect(protect(pool, { name: 'source', disk: broken }, begun)).rejects.toMatchObject({ code: 'EIO' });
  expect(pool.unfinished().map(({ file }) => file.name)).toEqual(['three']);
  damage(store, pool, THREE, '');
  expect(pool.unfinished()).toEqual([]);
  expect(pool.unreadable().map(({ container }) => container.replicaId)).toEqual([THREE]);
  await protect(pool, sourceOf(BYTES), { name: 'four', mode: 'chain', restart: true, ...jobs() });
  expect(pool.unreadable().map(({ container }) => container.replicaId)).toEqual([THREE]);
});

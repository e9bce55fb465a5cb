/**
 * Goal: what is more likely a mistake than meant is refused, says what to do, and changes nothing on disk.
 * Method: hashes of all of a simulated store before and after the refusal.
 */

import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { backup, consistencyCheck } from '../../../src/backup/backup.ts';
import { bestMode, createReplicaPool, modeFor } from '../../../src/backup/pool-on-disk.ts';
import { type ProtectOptions, protect } from '../../../src/backup/protect.ts';
import { spoolStream } from '../../../src/backup/source.ts';
import { openPool } from '../../../src/pool/scan-pool.ts';
import { encodeReplicaFile, poolFilePath, replicaFilePath, writeWhole } from '../../../src/replica/layout.ts';
import { initPool } from '../../../src/replica/replica-pool.ts';
import { Random } from '../../support/random.ts';
import {
  backupBytes,
  countingGuids,
  hostOf,
  newPool,
  protectBytes,
  REPLICA,
  sourceOf,
} from '../../support/replica-pool.ts';
import { tempFolder } from '../../support/temp.ts';

const KIB = 1024;

/** A pool with one replica of `bytes`, and jobs whose time goes on. */
async function protectedPool(bytes: Uint8Array) {
  const { store, pool } = newPool();
  const newGuid = countingGuids();
  let nowMs = 0;
  const jobs = () => ({ nowMs: ++nowMs, newGuid });
  await protectBytes(pool, bytes, 'chain', jobs());
  return { store, pool, jobs };
}

describe('a source without any byte', () => {
  const refusal = { kind: 'invalid-argument', code: 'SOURCE_EMPTY', hint: expect.stringContaining('pipe') };

  it('is no initial replica', async () => {
    const { store, pool } = newPool();
    const before = store.imageHash();
    const jobs = { nowMs: 1, newGuid: countingGuids() };
    await expect(protectBytes(pool, new Uint8Array(0), 'chain', jobs)).rejects.toMatchObject(refusal);
    expect(store.imageHash()).toBe(before);
  });

  it('is no backup, asked to shrink or not, and leaves no replica inconsistent', async () => {
    const bytes = new Random(1).bytes(64 * KIB);
    const { store, pool, jobs } = await protectedPool(bytes);
    const before = store.imageHash();
    const empty = new Uint8Array(0);
    await expect(backupBytes(pool, empty, jobs())).rejects.toMatchObject(refusal);
    await expect(backupBytes(pool, empty, { ...jobs(), shrink: true })).rejects.toMatchObject(refusal);
    await expect(consistencyCheck(pool, REPLICA, sourceOf(empty), jobs())).rejects.toMatchObject(refusal);
    expect(store.imageHash()).toBe(before);
    await backupBytes(pool, bytes, jobs());
  });

  it('is what a pipe gives whose writer has failed', async () => {
    const { pool, jobs } = await protectedPool(new Random(1).bytes(64 * KIB));
    const source = await spoolStream((async function* () {})(), tempFolder());
    await expect(consistencyCheck(pool, REPLICA, source, jobs())).rejects.toMatchObject(refusal);
    await source.close();
  });
});

it('protect takes a mode of its own where none is given, and refuses what would be written wrongly', async () => {
  const path = tempFolder();
  const pool = createReplicaPool(path, 'dpm01.contoso.com');
  const source = sourceOf(new Random(1).bytes(64 * KIB));
  const names = (): string[] => readdirSync(path, { recursive: true }).map(String).sort();
  const before = names();
  for (const [options, code] of [
    [{ name: 'x', mode: 'copy' }, 'PROTECT_MODE'],
    [{ name: 'x', mode: null }, 'PROTECT_MODE'],
    [{ name: 'x', replicaId: '../../outside' }, 'PROTECT_ID'],
    [{ mode: 'chain' }, 'PROTECT_NAME'],
  ] as const) {
    const refused = protect(pool, source, options as unknown as ProtectOptions);
    await expect(refused, code).rejects.toMatchObject({ kind: 'invalid-argument', code });
  }
  expect(names()).toEqual(before);
  const replicaId = '{11111111-AAAA-4000-8000-000000000000}';
  const report = await protect(pool, source, { name: 'x', replicaId, threads: 1 });
  expect(report.replicaId).toBe('11111111-aaaa-4000-8000-000000000000');
  expect(pool.find('x').file.mode).toBe(bestMode(pool));
});

describe('a source of another size', () => {
  it('a smaller one is refused unless that is asked for by name', async () => {
    const bytes = new Random(2).bytes(256 * KIB);
    const { store, pool, jobs } = await protectedPool(bytes);
    const before = store.imageHash();
    const smaller = bytes.subarray(0, 100 * KIB);
    const refusal = { kind: 'conflict', code: 'SOURCE_SMALLER', hint: expect.stringContaining('--shrink') };
    await expect(backupBytes(pool, smaller, jobs())).rejects.toMatchObject(refusal);
    await expect(consistencyCheck(pool, REPLICA, sourceOf(smaller), jobs())).rejects.toMatchObject(refusal);
    expect(store.imageHash()).toBe(before);
    const report = await backupBytes(pool, smaller, { ...jobs(), shrink: true });
    expect(report).toMatchObject({ size: 100 * KIB, sizeBefore: 256 * KIB });
    const grown = await backupBytes(pool, bytes, jobs());
    expect(grown).toMatchObject({ size: 256 * KIB, sizeBefore: 100 * KIB });
    expect(await backupBytes(pool, bytes, jobs())).toMatchObject({ size: 256 * KIB, sizeBefore: null });
  });
});

it('a source with other sectors is refused, and one that does not say is taken', async () => {
  const bytes = new Random(2).bytes(256 * KIB);
  const { store, pool, jobs } = await protectedPool(bytes);
  const before = store.imageHash();
  const other = { ...sourceOf(bytes), logicalSectorSize: 4096 };
  const refusal = { kind: 'conflict', code: 'SOURCE_SECTORS', hint: expect.stringContaining('protected anew') };
  await expect(backup(pool, REPLICA, other, jobs())).rejects.toMatchObject(refusal);
  await expect(consistencyCheck(pool, REPLICA, other, jobs())).rejects.toMatchObject(refusal);
  expect(store.imageHash()).toBe(before);
  await backup(pool, REPLICA, { ...other, logicalSectorSize: 512 }, jobs());
  await backup(pool, REPLICA, { ...other, logicalSectorSize: undefined }, jobs());
});

describe('a second replica of the same name', () => {
  const bytes = new Random(3).bytes(64 * KIB);
  const options = { name: 'vm', mode: 'chain', threads: 1 } as const;

  it.each([
    ['name', { name: 'vm' }],
    ['id', { name: 'other', replicaId: REPLICA }],
    ['name, --restart', { name: 'vm', restart: true }],
  ])('the same %s: it is protected already', async (_what, extra) => {
    const { store, pool, jobs } = await protectedPool(bytes);
    const before = store.imageHash();
    await expect(protect(pool, sourceOf(bytes), { ...options, ...extra, ...jobs() })).rejects.toMatchObject({
      kind: 'conflict',
      code: 'REPLICA_EXISTS',
      message: expect.stringContaining('protected already'),
      hint: expect.stringMatching(/pitvault backup .*--replica vm; .*--name/),
    });
    expect(store.imageHash()).toBe(before);
    await backupBytes(pool, bytes, jobs());
  });

  it('one that is just being made, or gone on with, is left to whoever does', async () => {
    const pool = createReplicaPool(`${tempFolder()}/pool`, 'dpm01.contoso.com');
    const again = () => protect(pool, sourceOf(bytes), options);
    {
      using _made = pool.create({ replicaId: REPLICA, name: 'vm', mode: 'chain', depthMax: 64 });
      await expect(again()).rejects.toMatchObject({ kind: 'conflict', code: 'REPLICA_BUSY' });
      await expect(
        protect(pool, sourceOf(bytes), { ...options, replicaId: REPLICA, restart: true }),
      ).rejects.toMatchObject({ kind: 'conflict', code: 'LOCK_HELD' });
    }
    const signal = AbortSignal.abort();
    await expect(protect(pool, sourceOf(bytes), { ...options, signal })).rejects.toMatchObject({ kind: 'cancelled' });
    const [left] = pool.unfinished();
    await expect(openPool(pool.path)).rejects.toMatchObject({
      kind: 'not-found',
      code: 'POOL_UNFINISHED',
      message: expect.stringMatching(/not finished: vm$/),
      hint: expect.stringContaining('pitvault protect again'),
    });
    {
      using _resumed = pool.resume(left!);
      await expect(again()).rejects.toMatchObject({ kind: 'conflict', code: 'LOCK_HELD' });
    }
    expect(await again()).toMatchObject({ replicaId: left!.file.replicaId });
    await expect(again()).rejects.toMatchObject({ code: 'REPLICA_EXISTS' });
    expect(pool.replicas()).toHaveLength(1);
    expect(pool.unfinished()).toEqual([]);
  });

  it('of several at once at most one is made', async () => {
    const pool = createReplicaPool(`${tempFolder()}/pool`, 'dpm01.contoso.com');
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => protect(pool, sourceOf(bytes), options)));
    const made = outcomes.filter(({ status }) => status === 'fulfilled').length;
    expect(made).toBe(1);
    expect(pool.replicas()).toHaveLength(1);
    expect(pool.unfinished()).toEqual([]);
  });
});

describe('a replica that could not be named or read again', () => {
  const bytes = new Random(4).bytes(64 * KIB);
  const options = { name: 'vm', mode: 'chain', threads: 1 } as const;

  it.each(['', ' ', 'a\nb', 'a\tb', '\u001b[2J', 'a\u0085', 'a\u2028', '\ud800', 'a'.repeat(256)])(
    'the name %j is refused',
    async (name) => {
      const { store, pool } = newPool();
      const before = store.imageHash();
      await expect(protect(pool, sourceOf(bytes), { ...options, name })).rejects.toMatchObject({
        kind: 'invalid-argument',
        code: 'PROTECT_NAME',
        hint: expect.stringContaining('--name'),
      });
      expect(store.imageHash()).toBe(before);
    },
  );

  it.each([0, -1, 1.5, 257, Number.NaN, Number.POSITIVE_INFINITY])('a depth of %d is refused', async (depthMax) => {
    const { store, pool } = newPool();
    const before = store.imageHash();
    const made = protect(pool, sourceOf(bytes), { ...options, depthMax });
    await expect(made).rejects.toMatchObject({ kind: 'invalid-argument', code: 'PROTECT_DEPTH' });
    expect(store.imageHash()).toBe(before);
  });

  it('names of spaces, quotes and other scripts are none of that', async () => {
    const { pool } = newPool();
    for (const name of ['SQL01\\PAYROLL (2)', 'Büro 2', '会計', 'a'.repeat(255)]) {
      await protect(pool, sourceOf(bytes), { ...options, name });
      expect(pool.find(name).file.name).toBe(name);
    }
  });

  it('one that an earlier version made without a name goes by its id, and holds up nobody', async () => {
    const { pool, jobs } = await protectedPool(bytes);
    const { container, file } = pool.find(REPLICA);
    writeWhole(pool.store, replicaFilePath(container.path), encodeReplicaFile({ ...file, name: '' }));
    expect(pool.replicas().map((one) => one.file.name)).toEqual([REPLICA]);
    await protect(pool, sourceOf(bytes), { ...options, ...jobs() });
    await backupBytes(pool, bytes, jobs());
    writeWhole(pool.store, replicaFilePath(container.path), encodeReplicaFile({ ...file, name: 'a\nb' }));
    expect(pool.find('a\nb').file.replicaId).toBe(REPLICA);
  });
});

it('clones where no file can be cloned are refused by name; without a name the mode is what fits', () => {
  const { store, pool } = newPool();
  expect([modeFor(pool, undefined), modeFor(pool, 'clone'), modeFor(pool, 'chain')]).toEqual([
    'clone',
    'clone',
    'chain',
  ]);
  Object.assign(store, { clone: () => false });
  expect([modeFor(pool, undefined), modeFor(pool, 'chain')]).toEqual(['chain', 'chain']);
  expect(() => modeFor(pool, 'clone')).toThrow(
    expect.objectContaining({ kind: 'unsupported', code: 'POOL_NO_CLONES', hint: expect.stringMatching(/XFS.*Btrfs/) }),
  );
  expect(store.list('/pool/.pitvault').map(({ name }) => name)).not.toContainEqual(expect.stringContaining('probe'));
});

describe('init', () => {
  it.each(['/pool/in', '/pool/dpm01.contoso.com', '/pool/dpm01.contoso.com/a/b'])(
    'makes no pool in a pool: %s',
    (path) => {
      const { store } = newPool();
      const before = store.imageHash();
      expect(() => initPool(hostOf(store), path, 'dpm01.contoso.com')).toThrow(
        expect.objectContaining({ kind: 'conflict', code: 'POOL_NESTED', hint: expect.any(String) }),
      );
      expect(store.imageHash()).toBe(before);
    },
  );

  it('makes none in a pool on Windows either', () => {
    const { store } = newPool();
    const exists = (path: string): boolean => path === poolFilePath('C:\\pools\\dpm');
    Object.assign(store, { exists });
    expect(() => initPool(hostOf(store), 'C:\\pools\\dpm\\dpm01.contoso.com\\a', 'dpm01.contoso.com')).toThrow(
      expect.objectContaining({ code: 'POOL_NESTED', message: expect.stringContaining('the pool C:\\pools\\dpm:') }),
    );
  });

  it('takes no empty path for the folder it is started in', () => {
    expect(() => createReplicaPool('', 'dpm01.contoso.com')).toThrow(
      expect.objectContaining({ kind: 'invalid-argument', code: 'POOL_PATH', hint: expect.any(String) }),
    );
  });
});

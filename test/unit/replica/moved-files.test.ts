/**
 * Goal: what is away for a while (a folder on a disk that is not mounted, a copy that is still on its way) costs nothing for
 * good, and what was moved and left a link behind is as if it had not been. Method: a chain in a pool on the host's disk,
 * its folders moved away and back.
 */

import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createReplicaPool, openReplicaPool } from '../../../src/backup/pool-on-disk.ts';
import { protect } from '../../../src/backup/protect.ts';
import { openImage } from '../../../src/image/image.ts';
import { DiskStore } from '../../../src/io/disk-store.ts';
import { requireOutsidePools } from '../../../src/maintenance/pool-guard.ts';
import { prune } from '../../../src/replica/prune.ts';
import type { ReplicaPool } from '../../../src/replica/replica-pool.ts';
import { verify } from '../../../src/verify/verify.ts';
import { Random } from '../../support/random.ts';
import {
  backupBytes,
  bytesOf,
  countingGuids,
  mutate,
  protectBytes,
  REPLICA,
  sourceOf,
} from '../../support/replica-pool.ts';
import { tempFolder } from '../../support/temp.ts';

const STATES = 4;

/** A chain of four states in a pool on disk, oldest first. */
async function chainOnDisk() {
  const folder = tempFolder();
  const pool = createReplicaPool(join(folder, 'pool'), 'dpm01.contoso.com');
  const random = new Random(7);
  const newGuid = countingGuids();
  const states = [random.bytes(128 * 1024)];
  await protectBytes(pool, states[0]!, 'chain', { nowMs: 1000, newGuid });
  for (let i = 1; i < STATES; i++) {
    states.push(mutate(states[i - 1]!, random, 2));
    await backupBytes(pool, states[i]!, { nowMs: 1000 + i, newGuid });
  }
  const container = pool.find(REPLICA).container;
  const ids = container.states().map(({ id }) => id);
  const away = join(folder, 'elsewhere');
  mkdirSync(away);
  const take = (name: string): void => renameSync(join(container.path, name), join(away, name));
  const giveBack = (name: string): void => renameSync(join(away, name), join(container.path, name));
  const link = (name: string): void => symlinkSync(join(away, name), join(container.path, name));
  return { pool, container, states, ids, away, take, giveBack, link };
}

/** Two chains of two states each: the third is a base of its own. */
async function twoChains() {
  const pool = createReplicaPool(join(tempFolder(), 'pool'), 'dpm01.contoso.com');
  const random = new Random(8);
  const newGuid = countingGuids();
  const states = [random.bytes(128 * 1024)];
  await protectBytes(pool, states[0]!, 'chain', { nowMs: 1000, newGuid }, 2);
  for (let i = 1; i < STATES; i++) {
    states.push(mutate(states[i - 1]!, random, 2));
    await backupBytes(pool, states[i]!, { nowMs: 1000 + i, newGuid });
  }
  const container = pool.find(REPLICA).container;
  return { pool, container, states, ids: container.states().map(({ id }) => id) };
}

async function pruned(pool: ReplicaPool, ids: readonly string[]): Promise<void> {
  using replica = pool.lock(pool.find(REPLICA));
  await prune(replica, ids);
}

function expectStates(pool: ReplicaPool, wanted: readonly Uint8Array[]): void {
  const { container } = pool.find(REPLICA);
  const found = container.states().map((state) => bytesOf(container, state));
  expect(found.map((bytes, i) => Buffer.compare(bytes, wanted[i]!))).toEqual(wanted.map(() => 0));
}

describe('a point whose folder is away', () => {
  const refusal = { kind: 'conflict', code: 'PRUNE_PARENT_LOST', hint: expect.stringContaining('put it back') };

  it.each([
    ['below what is to go', 0, 1],
    ['above what is to go', 1, 0],
    ['two above it', 2, 0],
  ])('%s: nothing that it stands on, or that stands on it, is removed', async (_what, lost, goes) => {
    const { pool, states, ids, take, giveBack } = await chainOnDisk();
    take(ids[lost]!);
    if (lost - goes > 1)
      await pruned(pool, [ids[goes]!]); // the state between them takes it over
    else await expect(pruned(pool, [ids[goes]!])).rejects.toMatchObject(refusal);
    giveBack(ids[lost]!);
    const left = lost - goes > 1 ? 1 : 0;
    expectStates(pool, states.slice(left));
    await pruned(pool, ids.slice(left, 3));
    expectStates(pool, states.slice(3));
  });

  it('and whose sidecar is lost: nothing is removed that it may stand on', async () => {
    const { pool, container, states, ids, take, giveBack } = await chainOnDisk();
    const sidecar = join(container.path, '.pitvault', `${container.guidIn(ids[1]!)}.state`);
    take(ids[1]!);
    rmSync(sidecar);
    await expect(pruned(pool, [ids[0]!])).rejects.toMatchObject(refusal);
    giveBack(ids[1]!);
    expectStates(pool, [states[1]!, states[0]!, ...states.slice(2)]); // without a sidecar nobody knows its place
  });

  it('for good: its sidecar is named, and without that the points below can go', async () => {
    const { pool, container, states, ids } = await twoChains();
    const sidecar = join(container.path, '.pitvault', `${container.guidIn(ids[1]!)}.state`);
    rmSync(join(container.path, ids[1]!), { recursive: true });
    await expect(pruned(pool, [ids[0]!])).rejects.toMatchObject({ ...refusal, hint: expect.stringContaining(sidecar) });
    rmSync(sidecar);
    await pruned(pool, [ids[0]!]);
    expectStates(pool, states.slice(2));
  });

  it('and whose sidecar is damaged: what it may stand on stays until that is removed', async () => {
    const { pool, container, states, ids } = await twoChains();
    const away = join(tempFolder(), 'away');
    const [take, giveBack] = [
      (id: string): void => renameSync(join(container.path, id), away),
      (id: string): void => renameSync(away, join(container.path, id)),
    ];
    const sidecar = join(container.path, '.pitvault', `${container.guidIn(ids[1]!)}.state`);
    writeFileSync(sidecar, readFileSync(sidecar).fill(0, 0, 512));
    take(ids[1]!);
    await expect(pruned(pool, [ids[0]!])).rejects.toMatchObject({ ...refusal, hint: expect.stringContaining(sidecar) });
    giveBack(ids[1]!);
    expectStates(pool, [states[1]!, states[0]!, ...states.slice(2)]);
    take(ids[1]!);
    rmSync(sidecar);
    await pruned(pool, [ids[0]!]);
    expectStates(pool, states.slice(2));
  });

  it('is not one that could not be read and was pruned: nothing speaks for it afterwards', async () => {
    const { pool, container, states, ids } = await twoChains();
    const disk = join(container.path, ids[1]!, 'disk0.vhdx');
    writeFileSync(disk, readFileSync(disk).fill(0, 0x1_0000, 0x3_0000)); // both headers
    await pruned(pool, [ids[1]!]);
    await pruned(pool, [ids[0]!]);
    expectStates(pool, states.slice(2));
    expect(readdirSync(join(container.path, '.pitvault')).filter((name) => name.endsWith('.state'))).toHaveLength(2);
  });

  it('after its pruning was begun: that waits, and goes on when the folder is back', async () => {
    const { pool, states, ids, take, giveBack } = await chainOnDisk();
    {
      using replica = pool.lock(pool.find(REPLICA));
      await expect(
        prune(replica, [ids[1]!], {
          onStep: () => {
            throw new Error('cut');
          },
        }),
      ).rejects.toThrow('cut');
    }
    take(ids[0]!);
    await expect(pruned(pool, [])).rejects.toMatchObject(refusal);
    giveBack(ids[0]!);
    await pruned(pool, []);
    expectStates(pool, [states[0]!, ...states.slice(2)]);
  });
});

describe('a replica of which every disk is away', () => {
  it('keeps its name and sidecars while others are protected, and is told', async () => {
    const { pool, states, ids, take, giveBack } = await chainOnDisk();
    for (const id of ids) take(id);
    await protect(pool, sourceOf(new Uint8Array(65536).fill(1)), { name: 'other', mode: 'chain', threads: 1 });
    expect(pool.replicas().map(({ file }) => file.name)).toEqual(['other', 'vm']);
    const jobs = { nowMs: 2000, newGuid: countingGuids(99) };
    await expect(backupBytes(pool, states[3]!, jobs)).rejects.toMatchObject({
      code: 'REPLICA_UNREADABLE',
      hint: expect.stringContaining('bring it back'),
    });
    for (const id of ids) giveBack(id);
    expectStates(pool, states);
    expect((await verify(pool.path)).totals).toMatchObject({ states: STATES + 1, verified: STATES + 1, errors: 0 });
  });
});

it('a replica without its replica.json is told, and what to write into it', async () => {
  const { pool, container, states } = await chainOnDisk();
  const file = join(container.path, '.pitvault', 'replica.json');
  const text = readFileSync(file, 'utf8');
  rmSync(file);
  await protect(pool, sourceOf(new Uint8Array(65536).fill(1)), { name: 'other', mode: 'chain', threads: 1 });
  expect(pool.unreadable().map(({ error }) => [error.code, error.hint])).toEqual([
    ['REPLICA_FILE_MISSING', expect.stringContaining('"name":"NAME"')],
  ]);
  await expect(backupBytes(pool, states[3]!, { nowMs: 2000, newGuid: countingGuids(99) })).rejects.toMatchObject({
    code: 'REPLICA_FILE_MISSING',
  });
  writeFileSync(file, text);
  expectStates(pool, states);
});

describe('a copy', () => {
  it('of a point beside it stays when the point goes, with its sidecar; what stood on the point needs neither', async () => {
    const { pool, container, states, ids } = await chainOnDisk();
    const copy = 'cccccccc-0000-4000-8000-000000000000';
    cpSync(join(container.path, ids[2]!), join(container.path, copy), { recursive: true });
    await pruned(pool, [ids[2]!]);
    expectStates(pool, states);
    expect(container.states().map(({ id, facts }) => [id, facts !== null])).toEqual(
      [ids[0], ids[1], copy, REPLICA].map((id) => [id, true]),
    );
    await using image = await openImage(container.replica()!.path); // by the path that it names
    expect(image.disk.size).toBe(states[3]!.length);
  });

  it('of a replica under another name is told, and hides the replica from nobody', async () => {
    const { pool, container, states } = await chainOnDisk();
    const copy = 'cccccccc-0000-4000-8000-000000000000';
    cpSync(container.path, join(container.path, '..', copy), { recursive: true });
    expect(pool.unreadable().map(({ error }) => error.code)).toEqual(['REPLICA_MISPLACED']);
    await backupBytes(pool, states[3]!, { nowMs: 2000, newGuid: countingGuids(99) });
    expectStates(pool, [...states, states[3]!]);
  });
});

describe.runIf(process.platform !== 'win32')('what was moved and has left a link', () => {
  it('is a point like any other: listed, verified, merged, removed', async () => {
    const { pool, states, ids, take, link } = await chainOnDisk();
    for (const id of ids.slice(0, 2)) {
      take(id);
      link(id);
    }
    expectStates(pool, states);
    expect((await verify(pool.path)).totals).toMatchObject({ verified: STATES, errors: 0 });
    await pruned(pool, [ids[1]!]);
    expectStates(pool, [states[0]!, ...states.slice(2)]);
    await pruned(pool, [ids[0]!, ids[2]!]);
    expectStates(pool, states.slice(3));
    expect((await verify(pool.path)).totals).toMatchObject({ verified: 1, errors: 0 });
  });

  it('is a replica like any other', async () => {
    const { pool, container, states, away } = await chainOnDisk();
    renameSync(container.path, join(away, REPLICA));
    symlinkSync(join(away, REPLICA), container.path);
    const again = openReplicaPool(pool.path);
    const next = mutate(states[3]!, new Random(9), 2);
    await backupBytes(again, next, { nowMs: 2000, newGuid: countingGuids(99) });
    expectStates(again, [...states, next]);
  });

  it('a live disk that is a link inside its folder becomes a point that leads to the same bytes', async () => {
    const { pool, container, states } = await chainOnDisk();
    const folder = join(container.path, REPLICA);
    renameSync(join(folder, 'disk0.vhdx'), join(folder, 'real.vhdx'));
    symlinkSync('real.vhdx', join(folder, 'disk0.vhdx'));
    const next = mutate(states[3]!, new Random(9), 2);
    await backupBytes(pool, next, { nowMs: 2000, newGuid: countingGuids(99) });
    expectStates(pool, [...states, next]);
  });
});

it('who reads a disk behind a link holds a lease in the pool that it was named by', async () => {
  const { pool, container, ids, take, link } = await chainOnDisk();
  const readers = (): string[] => {
    using replica = pool.lock(pool.find(REPLICA));
    return replica.readers().map(({ subject }) => subject);
  };
  const point = ids[1]!;
  const guid = container.guidIn(point);
  take(point);
  link(point);
  {
    await using _image = await openImage(join(container.path, point, 'disk0.vhdx'));
    expect(readers()).toEqual([`${REPLICA}.${guid}`]);
  }
  expect(readers()).toEqual([]);
  const moved = `${container.path}-moved`;
  renameSync(container.path, moved);
  symlinkSync(moved, container.path);
  {
    await using _image = await openImage(join(container.path, ids[0]!, 'disk0.vhdx'));
    expect(readers()).toEqual([`${REPLICA}.${container.guidIn(ids[0]!)}`]);
  }
});

it('a disk behind a link is one of the pool still: nothing changes it in place', async () => {
  const { container, ids, take, link, away } = await chainOnDisk();
  take(ids[1]!);
  link(ids[1]!);
  const path = join(container.path, ids[1]!, 'disk0.vhdx');
  const store = new DiskStore();
  expect(() => requireOutsidePools(store, path, false)).toThrow(/is a state of replica/);
  expect(() => requireOutsidePools(store, join(away, 'another.vhdx'), false)).toThrow(/ENOENT|no such file/);
  cpSync(path, join(away, 'another.vhdx'));
  expect(() => requireOutsidePools(store, join(away, 'another.vhdx'), false)).not.toThrow();
});

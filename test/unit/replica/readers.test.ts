/**
 * Goal: pruning waits for whoever reads what it touches, says who that is when its patience ends, and finishes later;
 * backups wait for nobody. Method: pools on the simulated store with leases that tests give and take; a real pool read
 * by openImage.
 */

import { chmodSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { backup } from '../../../src/backup/backup.ts';
import { createReplicaPool } from '../../../src/backup/pool-on-disk.ts';
import { protect } from '../../../src/backup/protect.ts';
import { StorageError } from '../../../src/errors.ts';
import { openImage } from '../../../src/image/image.ts';
import { leaseReplica, leaseState } from '../../../src/image/reader-lease.ts';
import type { Claim } from '../../../src/io/claim.ts';
import { ownIdentity } from '../../../src/io/process-identity.ts';
import { prune } from '../../../src/replica/prune.ts';
import { ReplicaPool } from '../../../src/replica/replica-pool.ts';
import { judgePool } from '../../support/backup-crash.ts';
import { filledPool, judgeChanges } from '../../support/prune-crash.ts';
import { Random } from '../../support/random.ts';
import { backupBytes, countingGuids, hostOf, mutate, POOL, REPLICA, sourceOf } from '../../support/replica-pool.ts';
import type { SimulatedStore } from '../../support/simulated-store.ts';
import { tempFolder } from '../../support/temp.ts';

const MODES = ['clone', 'chain'] as const;

function reader(state: string, pid = 4711): Claim {
  const subject = `${REPLICA}.${state}`;
  return { subject, identity: { ...ownIdentity(), pid }, native: false, path: `/pool/.pitvault/leases/${subject}` };
}

/** A pool whose readers the test decides on; `onLook` is told of each look at them once points are named to go. */
function poolWith(store: SimulatedStore, readers: Claim[], onLook?: () => void): ReplicaPool {
  const leases = (): readonly Claim[] => {
    if (store.exists(`${POOL}/dpm01.contoso.com/${REPLICA}/.pitvault/prune.json`)) onLook?.();
    return [...readers];
  };
  return ReplicaPool.open({ ...hostOf(store), leases }, POOL);
}

describe.each(MODES)('%s', (mode) => {
  it('waits for a reader of a point that goes; until then the point is on disk, and no state any more', async () => {
    const { store, states } = await filledPool({ mode, seed: 0, states: 4 }, new Random(2));
    const readers: Claim[] = [];
    let looks = 0;
    const pool = poolWith(store, readers, () => {
      if (++looks === 2) readers.length = 0;
    });
    using replica = pool.lock(pool.find(REPLICA));
    const [first] = replica.container.states();
    readers.push(reader(first!.guid!));
    let waited = 0;
    await prune(replica, [first!.id], {
      onWait: ([who]) => {
        waited++;
        expect(who!.identity.pid).toBe(4711);
        expect(store.exists(first!.path)).toBe(true);
        expect(replica.container.states().map(({ id }) => id)).not.toContain(first!.id);
      },
    });
    expect(waited).toBe(1);
    expect(store.exists(first!.path)).toBe(false);
    await judgePool(store, [states.slice(1)], 'after the reader has gone');
  });

  it('a reader that comes during the merges is waited for before anything is removed', async () => {
    const { store, states } = await filledPool({ mode, seed: 0, states: 4 }, new Random(5));
    const readers: Claim[] = [];
    let looks = 0;
    let removedEarly = false;
    const pool = poolWith(store, readers, () => {
      looks++;
      if (looks === 2) readers.push(reader('all')); // the first look saw nobody
      if (looks === 4) {
        removedEarly = !store.exists(first!.path);
        readers.length = 0;
      }
    });
    using replica = pool.lock(pool.find(REPLICA));
    const [first] = replica.container.states();
    await prune(replica, [first!.id]);
    expect(looks).toBe(4);
    expect(removedEarly).toBe(false);
    await judgePool(store, [states.slice(1)], 'after the late reader');
  });

  it('ends with who reads when its patience does; backups go on, and the next pruning finishes', async () => {
    const { store, states } = await filledPool({ mode, seed: 0, states: 4 }, new Random(6));
    const readers: Claim[] = [];
    const pool = poolWith(store, readers);
    const entry = pool.find(REPLICA);
    const [first, second] = entry.container.states();
    const elsewhere = reader(first!.guid!, 815);
    readers.push({ ...elsewhere, identity: { ...elsewhere.identity, machine: 'm', boot: 'b' } });
    {
      using replica = pool.lock(entry);
      await expect(prune(replica, [first!.id], { waitMs: 0 })).rejects.toMatchObject({
        kind: 'conflict',
        code: 'PRUNE_READERS',
        message: expect.stringContaining('process 815 on another machine'),
        hint: expect.stringContaining('/pool/.pitvault/leases/'),
      });
    }
    expect(store.exists(first!.path)).toBe(true);
    const later = mutate(states[3]!, new Random(7), 3);
    await backupBytes(pool, later, { nowMs: 9000, newGuid: countingGuids(900) });
    expect(store.exists(first!.path)).toBe(true); // nobody took it from its reader
    {
      using replica = pool.lock(entry);
      await expect(prune(replica, [second!.id], { waitMs: 0 })).rejects.toMatchObject({ code: 'PRUNE_READERS' });
    }
    readers.length = 0;
    pool.lock(entry)[Symbol.dispose]();
    expect(store.exists(first!.path)).toBe(false);
    await judgePool(store, [[states[2]!, states[3]!, later]], 'finished by the next opening');
    await judgeChanges(entry.container, 'finished by the next opening');
  });

  it('readers of what it does not touch are not waited for', async () => {
    const { store } = await filledPool({ mode, seed: 0, states: 5, depthMax: 2 }, new Random(8));
    const readers: Claim[] = [];
    const pool = poolWith(store, readers);
    using replica = pool.lock(pool.find(REPLICA));
    const states = replica.container.states();
    // In a chain of at most two files the first two stand on each other, and so do the next two.
    readers.push(reader(states[2]!.guid!), { ...reader('all'), subject: `${REPLICA.replace('a', 'b')}.all` });
    await prune(replica, [states[0]!.id], { waitMs: 0 });
    expect(store.exists(states[0]!.path)).toBe(false);
  });
});

it('where nobody can tell who reads, nothing is named to go', async () => {
  const { store } = await filledPool({ mode: 'chain', seed: 0, states: 3 }, new Random(9));
  const leases = (): never => {
    throw new StorageError('io', 'EACCES', 'leases: permission denied');
  };
  const blind = ReplicaPool.open({ ...hostOf(store), leases }, POOL);
  using replica = blind.lock(blind.find(REPLICA));
  const [first] = replica.container.states();
  const before = store.imageHash();
  await expect(prune(replica, [first!.id])).rejects.toMatchObject({ code: 'EACCES' });
  expect(store.imageHash()).toBe(before);
});

it('in a chain a reader of what stands on a point that goes is waited for', async () => {
  const { store } = await filledPool({ mode: 'chain', seed: 0, states: 4 }, new Random(9));
  const readers: Claim[] = [];
  const pool = poolWith(store, readers);
  using replica = pool.lock(pool.find(REPLICA));
  const states = replica.container.states();
  readers.push(reader(states[3]!.guid!));
  await expect(prune(replica, [states[1]!.id], { waitMs: 0 })).rejects.toMatchObject({ code: 'PRUNE_READERS' });
});

it.each([
  ['what was merged', 2],
  ['what stands on it', 3],
])('a reader that has opened %s before the merge keeps what it stood on', async (_what, number) => {
  const { store, states } = await filledPool({ mode: 'chain', seed: 0, states: 4 }, new Random(12));
  const readers: Claim[] = [];
  let looks = 0;
  const pool = poolWith(store, readers, () => {
    if (++looks === 2) readers.push(reader(all[number]!.guid!)); // the merge is done: the files do not tell any more
    if (looks === 4) {
      expect(store.exists(all[1]!.path)).toBe(true);
      readers.splice(0, readers.length, reader(all[number]!.guid!, 1)); // another one, who came later
      readers[0] = { ...readers[0]!, path: 'later' };
    }
  });
  using replica = pool.lock(pool.find(REPLICA));
  const all = replica.container.states();
  await prune(replica, [all[1]!.id]);
  expect(looks).toBe(4);
  expect(store.exists(all[1]!.path)).toBe(false);
  readers.length = 0;
  await judgePool(store, [[states[0]!, states[2]!, states[3]!]], 'after the reader');
});

it('cancelled while it waits, it leaves the rest to the next one', async () => {
  const { store, states } = await filledPool({ mode: 'chain', seed: 0, states: 3 }, new Random(10));
  const readers: Claim[] = [];
  const pool = poolWith(store, readers);
  const abort = new AbortController();
  {
    using replica = pool.lock(pool.find(REPLICA));
    const [first] = replica.container.states();
    readers.push(reader(first!.guid!));
    const onWait = (): void => abort.abort(new Error('enough'));
    await expect(prune(replica, [first!.id], { signal: abort.signal, onWait })).rejects.toThrow('enough');
  }
  readers.length = 0;
  await judgePool(store, [states.slice(1)], 'after cancelling');
});

describe('leases of real pools', () => {
  async function madePool() {
    const folder = join(tempFolder(), 'pool');
    const pool = createReplicaPool(folder, 'dpm01.contoso.com');
    const bytes = new Random(1).bytes(96 * 1024);
    await protect(pool, sourceOf(bytes), { name: 'vm', mode: 'chain' });
    await backup(pool, 'vm', sourceOf(mutate(bytes, new Random(2), 3)));
    return { folder, pool, leases: () => readdirSync(join(folder, '.pitvault/leases')) };
  }

  it('an open image holds one, by the identity of its disk, and gives it back', async () => {
    const { pool, leases } = await madePool();
    const { container } = pool.find('vm');
    for (const { path, guid } of container.states()) {
      const image = await openImage(path);
      expect(leases()).toEqual([expect.stringContaining(`${container.replicaId}.${guid}.read-by-${process.pid}.`)]);
      await image.close();
      expect(leases()).toEqual([]);
    }
    await expect(openImage(`${container.path}/${container.replicaId}/none.vhdx`)).rejects.toThrow();
    expect(leases()).toEqual([]);
  });

  it('pruning in the same process waits for it too', async () => {
    const { pool } = await madePool();
    const [first] = pool.find('vm').container.states();
    const image = await openImage(first!.path);
    const removing = (async () => {
      using replica = pool.lock(pool.find('vm'));
      await prune(replica, [first!.id]);
    })();
    await expect(Promise.race([removing, new Promise((go) => setTimeout(go, 300, 'waits'))])).resolves.toBe('waits');
    await image.close();
    await removing;
    expect(pool.find('vm').container.states()).toHaveLength(1);
  });

  it('one costs less than 2 ms, finding the pool and its state included', async () => {
    const { pool } = await madePool();
    const { path } = pool.find('vm').container.replica()!;
    const times = Array.from({ length: 50 }, () => {
      const start = performance.now();
      leaseState(path).lease!.release();
      return performance.now() - start;
    }).sort((a, b) => a - b);
    expect(times[25]).toBeLessThan(2);
  });

  it('outside of pools that pitvault keeps there is none, and nothing is written', () => {
    const folder = tempFolder();
    expect(leaseState(join(folder, 'disk0.vhdx'))).toEqual({ lease: null, finding: null });
    expect(leaseReplica(folder)).toEqual({ lease: null, finding: null });
    expect(readdirSync(folder)).toEqual([]);
  });

  it.skipIf(process.getuid?.() === 0)('a pool that cannot be written is read without one, which is said', async () => {
    const { folder, pool } = await madePool();
    const { path } = pool.find('vm').container.replica()!;
    chmodSync(join(folder, '.pitvault/leases'), 0o500);
    await using image = await openImage(path);
    expect(image.findings.map(({ code }) => code)).toContain('LEASE_NOT_TAKEN');
    chmodSync(join(folder, '.pitvault/leases'), 0o700);
  });
});

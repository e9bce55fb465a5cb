/**
 * Goal: what a failing disk has done to a replica, to a point or to a sidecar costs what stands there: backups go on where they can,
 * a consistency check takes the rest from the source, and no pruning locks the replica.
 * Method: damage of each kind in a simulated pool, what comes after it, and every state compared with what it was.
 */

import { describe, expect, it } from 'vitest';
import { backup, consistencyCheck } from '../../../src/backup/backup.ts';
import { BelowDisk } from '../../../src/disk/below-disk.ts';
import { StorageError } from '../../../src/errors.ts';
import type { ByteFile } from '../../../src/io/byte-file.ts';
import { resolveExtents } from '../../../src/map/extent.ts';
import { FileMap } from '../../../src/map/maps.ts';
import type { Container, State } from '../../../src/replica/container.ts';
import { prune } from '../../../src/replica/prune.ts';
import { ChangeMap } from '../../../src/sidecar/change-map.ts';
import { readHeader } from '../../../src/sidecar/sidecar.ts';
import { sidecarPath } from '../../../src/sidecar/sidecar-files.ts';
import { planReplica } from '../../../src/verify/prune-pool.ts';
import { VhdxFile } from '../../../src/vhdx/vhdx-file.ts';
import { Random } from '../../support/random.ts';
import {
  backupBytes,
  bytesOf,
  countingGuids,
  mutate,
  newPool,
  openedPool,
  protectBytes,
  REPLICA,
  sourceOf,
} from '../../support/replica-pool.ts';
import type { SimulatedStore } from '../../support/simulated-store.ts';

const KIB = 1024;
const SIZE = 256 * KIB;
const BLOCK = 64 * KIB;
const BAT_ENTRY = 8;
/** FULLY_PRESENT, far behind the end of any file here. */
const PAST_END = [6, 0, 0xf0, 0xff, 0xff, 0, 0, 0];

/** A pool whose replica has `count` states, oldest first in `all`. */
async function pool(mode: 'clone' | 'chain', count: number, depthMax = 64) {
  const random = new Random(7);
  const { store } = newPool();
  const newGuid = countingGuids();
  let nowMs = 0;
  const jobs = () => ({ nowMs: ++nowMs, newGuid });
  let bytes = random.bytes(SIZE);
  const all = [bytes];
  await protectBytes(openedPool(store), bytes, mode, jobs(), depthMax);
  while (all.length < count) {
    bytes = mutate(bytes, random, 3);
    all.push(bytes);
    await backupBytes(openedPool(store), bytes, jobs());
  }
  const { container } = openedPool(store).find(REPLICA);
  return { store, container, all, jobs, random };
}

function isSame(a: Uint8Array, b: Uint8Array | undefined): boolean {
  return b !== undefined && Buffer.compare(a, b) === 0;
}

function overwrite(store: SimulatedStore, path: string, offset: number, bytes: readonly number[]): void {
  const file = store.openWritable(path);
  file.write(offset, Uint8Array.from(bytes));
  file.flush();
  file.close();
}

/** Offset in the file of the only BAT entry that is in use: disks here have one block. */
function batOf(store: SimulatedStore, path: string): number {
  const file = store.open(path);
  try {
    const open = () => VhdxFile.open(new FileMap(file), { name: path, openParent: (asked) => new BelowDisk(asked) });
    const found = resolveExtents(open(), 0, SIZE).find(({ kind }) => kind === 'data') as { fileOffset: number };
    const entry = new Uint8Array(BAT_ENTRY);
    for (let at = 2 ** 20; at < file.size; at += 64 * KIB) {
      file.read(at, entry);
      const view = new DataView(entry.buffer);
      if (view.getUint32(4, true) === 0 && view.getUint32(0, true) >>> 20 === Math.floor(found.fileOffset / 2 ** 20))
        return at;
    }
    throw new Error('no BAT');
  } finally {
    file.close();
  }
}

/** Reading any of these bytes of the file fails from now on. */
function badSectors(store: SimulatedStore, path: string, from: number, to: number): { heal(): void } {
  const open = store.open.bind(store);
  store.open = (asked: string): ByteFile => {
    const file = open(asked);
    if (asked !== path) return file;
    const read = file.read.bind(file);
    file.read = (offset, target) => {
      if (offset >= to || offset + target.length <= from) return read(offset, target);
      throw new StorageError('io', 'EIO', 'i/o error, read', { image: path, offset });
    };
    return file;
  };
  return {
    heal: () => {
      store.open = open;
    },
  };
}

/** Where the first bytes of the state's own disk lie in its file. */
function placeOf(container: Container, state: State) {
  const { disk, close } = container.open(state);
  try {
    const [extent] = resolveExtents(disk, 0, BLOCK);
    return extent as { fileOffset: number; file: ByteFile };
  } finally {
    close();
  }
}

describe.each([
  ['clone', 64],
  ['chain', 64],
  ['chain', 1],
] as const)('%s, depth %i', (mode, depth) => {
  const open = (store: SimulatedStore) => openedPool(store);

  it('a consistency check takes from the source what the structures of the replica have lost', async () => {
    const { store, container, all, jobs, random } = await pool(mode, 3, depth);
    overwrite(store, container.replica()!.path, batOf(store, container.replica()!.path), PAST_END);
    const now = mutate(all[2]!, random, 2);
    const report = await consistencyCheck(open(store), REPLICA, sourceOf(now), { threads: 1, ...jobs() });
    expect(report.damagedBlocks).toBe(SIZE / BLOCK);
    expect(isSame(bytesOf(container, container.replica()!), now)).toBe(true);
    for (const [index, state] of container.states().slice(0, 2).entries())
      expect(isSame(bytesOf(container, state), all[index])).toBe(true);
    const last = mutate(now, random, 2);
    await backupBytes(open(store), last, jobs());
    expect(isSame(bytesOf(container, container.replica()!), last)).toBe(true);
  });

  it('a backup needs nothing of the replica where the source has other bytes, or tells to run a consistency check', async () => {
    const { store, container, all, jobs, random } = await pool(mode, 3, depth);
    overwrite(store, container.replica()!.path, batOf(store, container.replica()!.path), PAST_END);
    const now = all[2]!.map((byte) => byte ^ 0x55);
    const made = backupBytes(open(store), now, jobs());
    if (mode === 'chain' && depth > 1) {
      expect((await made).damagedBlocks).toBe(SIZE / BLOCK);
      expect(isSame(bytesOf(container, container.replica()!), now)).toBe(true);
    } else {
      const hint = expect.stringContaining('consistency-check');
      await expect(made).rejects.toMatchObject({ kind: 'corrupt', code: 'REPLICA_DAMAGED', hint });
      await consistencyCheck(open(store), REPLICA, sourceOf(mutate(now, random, 1)), { threads: 1, ...jobs() });
    }
  });

  it.each(['all', 'listed'] as const)('a bad sector under a changed block stops no backup (%s)', async (how) => {
    const { store, container, all, jobs } = await pool(mode, 3, depth);
    const { file, fileOffset } = placeOf(container, container.replica()!);
    const bad = badSectors(store, file.path ?? file.name, fileOffset + 8 * KIB, fileOffset + 12 * KIB);
    const now = all[2]!.slice();
    now.set([1, 2, 3], 9 * KIB);
    now.set([1, 2, 3], 100 * KIB);
    const changes = ChangeMap.of([
      { offset: 8 * KIB, length: 4 * KIB },
      { offset: 100 * KIB, length: 4 * KIB },
    ]);
    const made = backup(open(store), REPLICA, sourceOf(now), {
      threads: 1,
      ...jobs(),
      ...(how === 'all' ? {} : { changes }),
    });
    if (depth === 1) {
      const hint = expect.stringContaining('consistency-check');
      await expect(made).rejects.toMatchObject({ kind: 'io', code: 'REPLICA_DAMAGED', hint });
      await consistencyCheck(open(store), REPLICA, sourceOf(now), { threads: 1, ...jobs() });
    } else expect((await made).damagedBlocks).toBe(1);
    bad.heal(); // the new replica has another file of the same path
    expect(isSame(bytesOf(container, container.replica()!), now)).toBe(true);
  });

  it('a sidecar of another state under the name of this one is no sidecar', async () => {
    const { store, container, all, jobs } = await pool(mode, 4, depth);
    const [, second, , live] = container.states();
    const path = sidecarPath(container.path, live!.guid!);
    const other = store.open(sidecarPath(container.path, second!.guid!));
    const bytes = new Uint8Array(other.size);
    other.read(0, bytes);
    store.unlink(path);
    const file = store.create(path);
    file.write(0, bytes);
    file.flush();
    file.close();
    // What was is there again: by the wrong fingerprints nothing has changed.
    const made = backupBytes(open(store), all[1]!, jobs());
    await expect(made).rejects.toMatchObject({ kind: 'corrupt', code: 'REPLICA_FINGERPRINTS' });
    await consistencyCheck(open(store), REPLICA, sourceOf(all[1]!), { threads: 1, ...jobs() });
    expect(isSame(bytesOf(container, container.replica()!), all[1])).toBe(true);
  });

  it.each(['index', 'pages'] as const)(
    'a sidecar whose %s cannot be read does not keep points from being pruned',
    async (what) => {
      const { store, container, all, jobs } = await pool(mode, 4, depth);
      const [first, second, third] = container.states();
      const path = sidecarPath(container.path, third!.guid!);
      const file = store.open(path);
      const { indexOffset } = readHeader(file);
      file.close();
      if (what === 'pages') badSectors(store, path, 4096, 8192);
      else overwrite(store, path, indexOffset, [1, 2, 3]);
      const entry = open(store).find(REPLICA);
      const plan = await planReplica(entry, { keep: 1 }, 1000);
      expect(plan.remove).toEqual([second!.id, first!.id]);
      expect(plan.freedBytes).toBeNull();
      {
        using lock = open(store).lock(entry);
        await prune(lock, plan.remove);
      }
      expect(container.pointIds()).toEqual([third!.id]);
      expect(isSame(bytesOf(container, container.states()[0]!), all[2])).toBe(true);
      await backupBytes(open(store), all[0]!, jobs());
      expect(isSame(bytesOf(container, container.replica()!), all[0])).toBe(true);
    },
  );

  it('a sidecar that lies on a bad sector costs its fingerprints: the others are listed, a consistency check goes on', async () => {
    const { store, container, all, jobs } = await pool(mode, 3, depth);
    badSectors(store, sidecarPath(container.path, container.replica()!.guid!), 0, 512);
    expect(container.states().map(({ facts }) => facts?.sequence)).toEqual([1, 2, undefined]);
    await expect(backupBytes(open(store), all[0]!, jobs())).rejects.toMatchObject({ code: 'REPLICA_FINGERPRINTS' });
    await consistencyCheck(open(store), REPLICA, sourceOf(all[0]!), { threads: 1, ...jobs() });
    expect(isSame(bytesOf(container, container.replica()!), all[0])).toBe(true);
  });
});

it('a pruning that cannot merge what is damaged is told, and locks nobody out', async () => {
  const { store, container, all, jobs } = await pool('chain', 4);
  const [, second] = container.states();
  overwrite(store, second!.path, batOf(store, second!.path), PAST_END);
  const entry = openedPool(store).find(REPLICA);
  {
    using lock = openedPool(store).lock(entry);
    await expect(prune(lock, [second!.id])).rejects.toMatchObject({ kind: 'corrupt', code: 'VHDX_BAT_PAST_END' });
  }
  const now = all[3]!.map((byte) => byte ^ 0x55);
  await consistencyCheck(openedPool(store), REPLICA, sourceOf(now), { threads: 1, ...jobs() });
  await backupBytes(openedPool(store), all[0]!, jobs());
  expect(isSame(bytesOf(container, container.replica()!), all[0])).toBe(true);
});

/**
 * Goal: what sidecars tell of two states never leaves a difference out, and is used without reading. Method: a replica
 * with random express fulls; every pair of states compared with a loop over their bytes.
 */

import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { backup } from '../../../src/backup/backup.ts';
import { createReplicaPool } from '../../../src/backup/pool-on-disk.ts';
import { protect } from '../../../src/backup/protect.ts';
import { compareImages } from '../../../src/diff/compare-images.ts';
import type { DiffRange } from '../../../src/diff/diff-ranges.ts';
import { diffDisks } from '../../../src/diff/disk-diff.ts';
import { knownDifferences } from '../../../src/diff/known-differences.ts';
import { openImage } from '../../../src/image/image.ts';
import { MemoryFile } from '../../../src/io/memory-file.ts';
import { FileMap } from '../../../src/map/maps.ts';
import { prune } from '../../../src/replica/prune.ts';
import { pathOfState } from '../../../src/replica/state-name.ts';
import { Random } from '../../support/random.ts';
import { tempFolder } from '../../support/temp.ts';

const SIZE = 3 * 2 ** 20;
const SECTOR = 512;
const POINTS = 22;

function differingSectors(a: Uint8Array, b: Uint8Array): number[] {
  const sectors: number[] = [];
  for (let at = 0; at < SIZE; at += SECTOR) {
    if (Buffer.compare(a.subarray(at, at + SECTOR), b.subarray(at, at + SECTOR)) !== 0) sectors.push(at / SECTOR);
  }
  return sectors;
}

const sectorsOf = (ranges: readonly DiffRange[]): number[] =>
  ranges.flatMap(({ offset, length }) => Array.from({ length: length / SECTOR }, (_, i) => offset / SECTOR + i));

/** A replica with POINTS points, the bytes of each state, and their paths, oldest first. */
async function replicaOf(random: Random) {
  const pool = createReplicaPool(join(tempFolder(), 'pool'), 'dpm01.contoso.com');
  const bytes = new Uint8Array(SIZE);
  bytes.set(random.bytes(2 ** 20));
  const source = { name: 'source', disk: new FileMap(new MemoryFile(bytes, 'source')) };
  const contents: Uint8Array[] = [];
  const options = { threads: 1 as const };
  for (let round = 0; round <= POINTS; round++) {
    for (let i = 0; i < 4; i++) {
      const length = 1 + random.below(9000);
      const at = random.below(SIZE - length);
      if (random.below(3) === 0) bytes.fill(0, at, at + length);
      else bytes.set(random.bytes(length), at);
    }
    const nowMs = Date.UTC(2026, 0, 1 + round);
    if (round === 0) await protect(pool, source, { ...options, name: 'vol', mode: 'chain', nowMs });
    else await backup(pool, 'vol', source, { ...options, nowMs });
    contents.push(bytes.slice());
  }
  const paths = pool
    .replicas()[0]!
    .container.states()
    .map(({ path }) => path);
  return { pool, contents, paths };
}

describe('differences known from sidecars', () => {
  it('leave nothing out, near and far, and are used without reading', async () => {
    const random = new Random();
    const what = `seed ${random.seed}`;
    const { contents, paths } = await replicaOf(random);
    const methods = new Set<string>();
    for (const [from, to] of [
      [0, 1],
      [POINTS, 3],
      [5, POINTS],
      [0, POINTS],
      [7, 7],
    ] as const) {
      await using before = await openImage(paths[from]!);
      await using after = await openImage(paths[to]!);
      const expected = differingSectors(contents[from]!, contents[to]!);
      const known = (await knownDifferences(before, after))!;
      methods.add(known.method);
      expect(
        expected.every((sector) => known.ranges.touches(sector * SECTOR, SECTOR)),
        what,
      ).toBe(true);
      // As if both were disks of their own: nothing is known but what the sidecars tell.
      const ranges: DiffRange[] = [];
      const copies = [contents[from]!, contents[to]!].map((one, i) => new FileMap(new MemoryFile(one, `copy ${i}`)));
      const onRange = (range: DiffRange): void => void ranges.push(range);
      const summary = await diffDisks(copies[0]!, copies[1]!, { threads: 1, known, onRange });
      expect(sectorsOf(ranges), what).toEqual(expected);
      expect(summary.readBytes, what).toBe(2 * known.ranges.bytes);
      expect(summary.equal[known.method], what).toBe(SIZE - known.ranges.bytes);
      // As they are: a chain.
      const chained: DiffRange[] = [];
      await compareImages(before, after, { threads: 1, onRange: (range) => void chained.push(range) });
      expect(sectorsOf(chained), what).toEqual(expected);
    }
    expect([...methods].sort()).toEqual(['changes', 'fingerprints']);
  });

  it('leave nothing out where the disk shrank and grew, nor when points between are pruned', async () => {
    const random = new Random();
    const pool = createReplicaPool(join(tempFolder(), 'pool'), 'dpm01.contoso.com');
    let bytes = new Uint8Array(random.bytes(SIZE));
    let contents: Uint8Array[] = [];
    for (let round = 0; round < 9; round++) {
      const size = round === 0 ? SIZE : SECTOR * (1 + random.below(SIZE / SECTOR));
      const next = new Uint8Array(size);
      next.set(bytes.subarray(0, size));
      next.set(random.bytes(Math.min(5000, size)), random.below(Math.max(1, size - 5000)));
      bytes = next;
      const source = { name: 'source', disk: new FileMap(new MemoryFile(bytes, 'source')) };
      const mode = random.below(2) === 0 ? 'chain' : 'clone';
      if (round === 0) await protect(pool, source, { name: 'vol', mode, threads: 1 });
      else await backup(pool, 'vol', source, { shrink: true, threads: 1 });
      contents.push(bytes);
    }
    const { container } = pool.replicas()[0]!;
    const comparePairs = async (): Promise<void> => {
      const paths = container.states().map(({ path }) => path);
      expect(paths.length).toBe(contents.length);
      for (const [a, b] of paths.flatMap((_, from) => paths.map((_, to) => [from, to] as const))) {
        await using before = await openImage(paths[a]!);
        await using after = await openImage(paths[b]!);
        const ranges: DiffRange[] = [];
        await compareImages(before, after, { threads: 1, onRange: (range) => void ranges.push(range) });
        const padded = [contents[a]!, contents[b]!].map((content) => Buffer.concat([content], SIZE));
        const expected = differingSectors(padded[0]!, padded[1]!);
        expect(sectorsOf(ranges), `seed ${random.seed}: ${a} and ${b} of ${paths.length}`).toEqual(expected);
      }
    };
    await comparePairs();
    const gone = container
      .states()
      .flatMap(({ id, isReplica }, i) => (isReplica || random.below(2) === 0 ? [] : [{ id, i }]));
    using lock = pool.lock(pool.find('vol'));
    await prune(
      lock,
      gone.map(({ id }) => id),
    );
    contents = contents.filter((_, i) => !gone.some((one) => one.i === i));
    await comparePairs();
  });

  it('are asked for by name: GUID, NAME, NAME@TIME, path', async () => {
    const { pool, paths } = await replicaOf(new Random(1));
    const { container } = pool.replicas()[0]!;
    const states = container.states();
    expect(pathOfState(pool, states[4]!.id)).toBe(paths[4]);
    expect(pathOfState(pool, `{${states[4]!.id.toUpperCase()}}`)).toBe(paths[4]);
    expect(pathOfState(pool, 'vol')).toBe(paths.at(-1));
    expect(pathOfState(pool, container.replicaId)).toBe(paths.at(-1));
    expect(pathOfState(pool, 'vol@2026-01-03T00:00:00Z')).toBe(paths[2]);
    expect(pathOfState(pool, 'vol@2026-01-03T23:59:00Z')).toBe(paths[2]);
    expect(pathOfState(pool, paths[3]!)).toBe(paths[3]);
    const thrown = (name: string): string | undefined => {
      try {
        pathOfState(pool, name);
      } catch (error) {
        return (error as { code?: string }).code;
      }
      return undefined;
    };
    expect(['vol@2025-01-01', 'vol@soon', 'other', 'other@2026-01-03'].map(thrown)).toEqual([
      'STATE_MISSING',
      'STATE_TIME',
      'REPLICA_MISSING',
      'REPLICA_MISSING',
    ]);
  });
});

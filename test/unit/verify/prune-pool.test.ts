/** Plans over whole pools: what points cost, what goes, and that a pool of DPM's own is written only as told. */

import { existsSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DiskStore } from '../../../src/io/disk-store.ts';
import { PortableHostFiles } from '../../../src/io/portable-host-files.ts';
import { openPool } from '../../../src/pool/scan-pool.ts';
import { usageOf } from '../../../src/verify/point-usage.ts';
import { applyDpmPlan, applyPlan, planDpmContainer, planReplica } from '../../../src/verify/prune-pool.ts';
import { filledPool } from '../../support/prune-crash.ts';
import { Random } from '../../support/random.ts';
import { bytesOf, openedPool, REPLICA } from '../../support/replica-pool.ts';
import { digestTree, removeFolder, unpackSamplePool } from '../../support/sample-pool.ts';

const UNIT = 4096;
const BLOCK = 65_536;
const ROUNDS = Number(process.env['ROUNDS'] ?? 4);

/** The piece of storage in each unit of each state: a number of its own for each change; 0 in blocks of zeros. */
function piecesOf(states: readonly Uint8Array[]): number[][] {
  let next = 0;
  let before: { readonly bytes: Uint8Array; readonly pieces: readonly number[] } | null = null;
  return states.map((bytes) => {
    const pieces = Array.from({ length: bytes.length / UNIT }, (_, unit) => {
      const block = Math.floor((unit * UNIT) / BLOCK) * BLOCK;
      if (bytes.subarray(block, block + BLOCK).every((byte) => byte === 0)) return 0;
      const part = bytes.subarray(unit * UNIT, (unit + 1) * UNIT);
      const old = before?.bytes.subarray(unit * UNIT, (unit + 1) * UNIT);
      if (before === null && part.every((byte) => byte === 0)) return 0;
      if (before !== null && Buffer.compare(part, old!) === 0) return before.pieces[unit]!;
      return ++next;
    });
    before = { bytes, pieces };
    return pieces;
  });
}

function storedBytes(pieces: readonly (readonly number[])[]): number {
  return UNIT * new Set(pieces.flat().filter((piece) => piece !== 0)).size;
}

describe('points that pitvault keeps', () => {
  it.each(['clone', 'chain'] as const)('cost what a count of every piece says (%s)', async (mode) => {
    const random = new Random();
    for (let round = 0; round < ROUNDS; round++) {
      const { store, states } = await filledPool({ mode, seed: 0, states: 6, diskSize: 8 * BLOCK }, random);
      const entry = openedPool(store).find(REPLICA);
      const usage = await usageOf(entry);
      const pieces = piecesOf(states);
      const what = `seed ${random.seed}, round ${round}`;
      expect(usage.total, what).toBe(storedBytes(pieces));
      const ids = entry.container.states().map(({ id }) => id);
      for (let set = 0; set < 10; set++) {
        const gone = ids.filter(() => random.below(2) === 0);
        const left = pieces.filter((_, i) => !gone.includes(ids[i]!));
        expect(usage.freedBy(gone), what).toBe(storedBytes(pieces) - storedBytes(left));
      }
    }
  });

  it('go as the plan says, and no others', async () => {
    const { store, states } = await filledPool({ mode: 'chain', seed: 0, states: 6 }, new Random(1));
    const pool = openedPool(store);
    const entry = pool.find(REPLICA);
    const plan = await planReplica(entry, { keep: 2 }, 2000);
    expect(plan.points.map(({ stays }) => stays)).toEqual([true, true, false, false, false]);
    expect(plan.freedBytes).toBeGreaterThan(0);
    expect(entry.container.states()).toHaveLength(6); // a plan touches nothing
    expect(await applyPlan(pool, plan)).toEqual(plan.remove);
    expect(await applyPlan(pool, plan)).toEqual([]); // they are gone already
    const left = entry.container.states();
    expect(
      left.map((state) => Buffer.compare(bytesOf(entry.container, state), states[3 + left.indexOf(state)]!)),
    ).toEqual([0, 0, 0]);
  });
});

describe("a pool of DPM's own", () => {
  async function samplePool(): Promise<string> {
    const folder = await unpackSamplePool();
    onTestFinished(() => removeFolder(folder));
    return folder;
  }
  const host = new PortableHostFiles('a test');

  it('is planned without a write, pruned when told to, and only by what the plan names', async () => {
    const root = await samplePool();
    await using pool = await openPool(root);
    const container = pool.containers.find(({ points }) => points.length > 1)!;
    const before = digestTree(root);
    const plan = await planDpmContainer(container, { keep: 1 }, Date.now(), host);
    expect(plan.points).toHaveLength(container.points.filter(({ locator }) => locator !== null).length);
    expect(plan.points.every(({ uniqueBytes }) => uniqueBytes === null)).toBe(true); // nobody tells here
    expect(digestTree(root)).toEqual(before);
    const chained = pool.containers.find(
      (one) => one !== container && one.points.some(({ locator }) => locator !== null),
    );
    for (const one of [container, chained]) {
      if (one === undefined) continue;
      const { remove } = await planDpmContainer(one, { keep: 1 }, Date.now(), host);
      let removed: string[] | null = null;
      try {
        removed = applyDpmPlan(new DiskStore(), one, { ...plan, remove });
      } catch (error) {
        expect((error as { code: string }).code).toBe('PRUNE_CHAIN');
      }
      for (const point of one.points) {
        if (point.locator === null) continue;
        expect(existsSync(point.locator), point.locator).toBe(removed === null || !removed.includes(point.id));
      }
      expect(existsSync(one.replica!.locator!)).toBe(true);
    }
  });
});

/** Goal: the same seed makes the same work, the work is what was asked for, and the bench proves and cleans up after itself. */

import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { benchExpressFull } from '../../../src/bench/express-full.ts';
import { parseBlockMix, Workload, type WorkloadParams } from '../../../src/bench/workload.ts';
import { tempFolder } from '../../support/temp.ts';

const MIB = 2 ** 20;
const params: WorkloadParams = {
  size: 64 * MIB,
  changeRate: 0.1,
  blockMix: parseBlockMix('4k:50,16k:30,64k:20'),
  locality: 0.5,
  seed: 7,
};

describe('work of the express-full bench', () => {
  it('is the same for the same seed, and another for another', () => {
    const [a, b, c] = [new Workload(params), new Workload(params), new Workload({ ...params, seed: 8 })];
    expect(a.writes(3)).toEqual(b.writes(3));
    expect(a.writes(3)).not.toEqual(a.writes(2));
    expect(a.writes(3)).not.toEqual(c.writes(3));
    expect(a.digest(4)).toBe(b.digest(4));
    expect(a.digest(4)).not.toBe(c.digest(4));
    expect(a.contents(3)(100)).toEqual(b.contents(3)(100));
    const bytes = (workload: Workload) =>
      [...workload.firstContent()].map(({ bytes }) => Buffer.from(bytes).toString('hex', 0, 8));
    expect(bytes(a)).toEqual(bytes(b));
  });

  it('is as much, of such sizes, at such places as asked for', () => {
    for (const locality of [0, 0.5, 1]) {
      const writes = new Workload({ ...params, locality }).writes(1);
      const total = writes.reduce((sum, { length }) => sum + length, 0);
      expect(total).toBeGreaterThanOrEqual(0.1 * params.size);
      expect(total).toBeLessThan(0.1 * params.size + 65_536);
      for (const { offset, length } of writes) {
        expect([4096, 16_384, 65_536]).toContain(length);
        expect([offset % 4096, offset >= 0, offset + length <= params.size]).toEqual([0, true, true]);
      }
      const share = (size: number): number => writes.filter(({ length }) => length === size).length / writes.length;
      expect(share(4096)).toBeCloseTo(0.5, 0.5);
      const cells = new Map<number, number>();
      for (const { offset } of writes) {
        const cell = Math.floor(offset / MIB);
        cells.set(cell, (cells.get(cell) ?? 0) + 1);
      }
      const busiest = [...cells.values()].sort((a, b) => b - a).slice(0, 5);
      const inHot = busiest.reduce((sum, count) => sum + count, 0) / writes.length;
      expect(inHot).toBeGreaterThan(locality === 0 ? 0 : 0.8 * locality);
      expect(cells.size > 10).toBe(locality < 1);
    }
  });

  it.each([
    { changeRate: 0 },
    { changeRate: 2 },
    { locality: -1 },
    { size: 1000 },
    { size: 65 * 2 ** 40 },
    { size: 2 ** 40, blockMix: [{ size: 4096, weight: 1 }] },
    { blockMix: [] },
    { blockMix: [{ size: 100, weight: 1 }] },
  ])('is refused where it makes no sense: %j', (wrong) => {
    expect(() => new Workload({ ...params, ...wrong })).toThrow(/expected|at most/);
  });

  it.each(['', '4k:', 'x', '4k:50;8k:50'])('block mix %j is refused', (mix) => {
    expect(() => parseBlockMix(mix)).toThrow(/block mix/);
  });
});

describe('express-full bench', () => {
  it('measures, proves the result, and leaves nothing behind', async () => {
    const folder = tempFolder();
    const options = { ...params, size: 4 * MIB, workers: 1, rounds: 2, folder } as const;
    const result = await benchExpressFull(options);
    expect(readdirSync(folder)).toEqual([]);
    const [run] = result.runs;
    expect(result.runs).toHaveLength(1);
    expect(run).toMatchObject({ workers: 1, differingBytes: 0, derive: { count: 20 } });
    expect(run!.scan.changedBytes).toBeGreaterThan(0.1 * 4 * MIB);
    expect(run!.scan.scannedBytes).toBeGreaterThanOrEqual(run!.scan.changedBytes);
    expect(run!.changeList.changedBytes).toBeGreaterThan(0.1 * 4 * MIB);
    expect(run!.derive.p99Ms).toBeGreaterThanOrEqual(run!.derive.p50Ms);
    expect(result.workDigest).toBe(new Workload({ ...params, size: 4 * MIB }).digest(4));
  });

  it('refuses more rounds than a replica has points before it makes anything', async () => {
    const folder = tempFolder();
    await expect(benchExpressFull({ ...params, workers: 1, folder, rounds: 247 })).rejects.toThrow('expected 1 to 246');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is cancelled, and leaves nothing behind', async () => {
    const folder = tempFolder();
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(benchExpressFull({ ...params, workers: 1, folder, signal })).rejects.toThrow('enough');
    expect(readdirSync(folder)).toEqual([]);
  });
});

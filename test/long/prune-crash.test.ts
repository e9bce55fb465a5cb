/**
 * Goal: pruning survives a power cut at any line, and every one of its flushes is needed. Method: the crash suite over
 * many sets of points, counted by distinct durable images; then each flush left out once has to make it fail.
 */

import { describe, expect, it } from 'vitest';
import { crashPrune, filledPool, pruneNumbers } from '../support/prune-crash.ts';
import { Random } from '../support/random.ts';

const MODES = ['clone', 'chain'] as const;
/** Seeds per mode; a night's worth is asked for with ROUNDS. */
const ROUNDS = Number(process.env['ROUNDS'] ?? 6);

describe.each(MODES)('%s', (mode) => {
  it('power cuts over random sets of points', async () => {
    let images = 0;
    const random = new Random();
    for (let round = 0; round < ROUNDS; round++) {
      const states = 3 + random.below(4);
      const remove = Array.from({ length: states - 1 }, (_, i) => i).filter(() => random.below(2) === 0);
      const seed = random.below(1_000_000);
      const depthMax = 2 + random.below(6);
      images += (await crashPrune({ mode, states, remove, seed, depthMax, choices: 40, diskSize: 64 * 1024 })).images;
    }
    console.log(`prune, ${mode}: ${images} distinct images (seed ${random.seed})`);
    expect(images).toBeGreaterThan(20 * ROUNDS); // few where chance removes few points, which in clone mode are few operations
  });

  it('every flush is needed: leaving out any one of them shows', async () => {
    const job = { mode, states: 4, remove: [0, 2], seed: 5, choices: 24, diskSize: 64 * 1024 } as const;
    const { store } = await filledPool(job, new Random(job.seed));
    const flushes: { number: number; kind: string; path: string }[] = [];
    store.beforeOperation = (operation) => {
      if (operation.kind === 'flush' || operation.kind === 'syncFolder') flushes.push(operation);
    };
    await pruneNumbers(store, job.remove);
    expect(flushes.length).toBeGreaterThan(6);
    for (const { number, kind, path } of flushes) {
      const ignoresFlush = (operation: { number: number }) => operation.number === number;
      await expect(crashPrune({ ...job, ignoresFlush }), `${kind} ${path}, operation ${number}`).rejects.toThrow();
    }
  });
});

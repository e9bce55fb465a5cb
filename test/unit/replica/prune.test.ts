/**
 * Goal: pruning removes what it is told to and nothing else, whatever line the power fails on. Method: random sets of
 * points on the simulated store; cuts at every operation; each flush left out once has to show.
 */

import { describe, expect, it } from 'vitest';
import { depthsOf } from '../../../src/replica/depths.ts';
import { prune } from '../../../src/replica/prune.ts';
import { judgePool } from '../../support/backup-crash.ts';
import { crashPrune, filledPool, judgeChanges, pruneNumbers } from '../../support/prune-crash.ts';
import { Random } from '../../support/random.ts';
import { openedPool, REPLICA } from '../../support/replica-pool.ts';

const MODES = ['clone', 'chain'] as const;

describe.each(MODES)('%s', (mode) => {
  it('removes any set of points; the others are the same, byte for byte, and say what changed', async () => {
    const random = new Random();
    for (let round = 0; round < 6; round++) {
      const count = 3 + random.below(7);
      const { store, states } = await filledPool(
        { mode, seed: 0, states: count, depthMax: 2 + random.below(6) },
        random,
      );
      let left = [...states.keys()];
      for (let time = 0; time < 2; time++) {
        const gone = [...left.slice(0, -1).keys()].filter(() => random.below(2) === 0);
        await pruneNumbers(store, gone);
        left = left.filter((_, i) => !gone.includes(i));
        const what = `seed ${random.seed}, round ${round}, left ${left.join(' ')} of ${count}`;
        await judgePool(store, [left.map((i) => states[i]!)], what);
        const { container } = openedPool(store).find(REPLICA);
        await judgeChanges(container, what);
        const kept = container.states();
        const depths = depthsOf(container, kept);
        for (const state of kept) {
          const opened = container.open(state);
          expect(depths.get(state.guid!), what).toBe(opened.depth);
          opened.close();
        }
      }
    }
  });

  it.each([
    ['the oldest', 5, [0, 1]],
    ['the newest', 5, [3]],
    ['every second', 6, [0, 2, 4]],
    ['all', 4, [0, 1, 2]],
  ] as const)('power cuts while %s go', async (_what, states, remove) => {
    const { images } = await crashPrune({
      mode,
      states,
      remove,
      seed: 11,
      choices: 4,
      imagesMax: 24,
      diskSize: 64 * 1024,
    });
    expect(images).toBeGreaterThan(10);
  });

  it('refuses the live replica and points that are not there', async () => {
    const { store } = await filledPool({ mode, seed: 0, states: 2 }, new Random(1));
    const pool = openedPool(store);
    using replica = pool.lock(pool.find(REPLICA));
    await expect(prune(replica, [REPLICA])).rejects.toThrow(/no recovery point/);
    expect(replica.container.states()).toHaveLength(2);
  });
});

it('a full base that a merge makes stands alone', async () => {
  const { store, states } = await filledPool({ mode: 'chain', seed: 0, states: 4 }, new Random(3));
  await pruneNumbers(store, [0, 1]);
  const { container } = openedPool(store).find(REPLICA);
  const opened = container.open(container.states()[0]!);
  expect(opened.depth).toBe(1);
  opened.close();
  await judgePool(store, [states.slice(2)], 'after the merge');
});

it('other files in a removed point stay, and so does its folder', async () => {
  const { store } = await filledPool({ mode: 'clone', seed: 0, states: 3 }, new Random(4));
  const { container } = openedPool(store).find(REPLICA);
  const folder = `${container.path}/${container.states()[0]!.id}`;
  store.create(`${folder}/notes.txt`).close();
  await pruneNumbers(store, [0]);
  expect(store.list(folder).map(({ name }) => name)).toEqual(['notes.txt']);
});

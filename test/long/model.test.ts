/**
 * Goal: whatever is done to a pool in whatever order, it holds the states that a model in memory holds. Method: 10,000
 * seeded random sequences (SEED=N starts elsewhere); test/unit/replica/model.test.ts runs a slice.
 */

import { expect, it } from 'vitest';
import { runSequence } from '../support/pool-model.ts';
import { Random } from '../support/random.ts';

const SEED = Number(process.env['SEED'] ?? 1);

it.each(Array.from({ length: 20 }, (_, i) => SEED + 500 * i))('sequences from seed %i on', async (first) => {
  for (let seed = first; seed < first + 500; seed++) {
    await expect(runSequence(new Random(seed), 5)).resolves.toBeUndefined();
  }
});

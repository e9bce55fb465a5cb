/**
 * Goal: whatever bytes of an image are broken, reading ends in typed errors or in what was written. Method: a few seeded
 * rounds of each case of support/damage.ts; the oracle suite runs many.
 */

import { expect, it } from 'vitest';
import { CASES, runRounds } from '../support/damage.ts';
import { Random } from '../support/random.ts';

const { seed } = new Random();

it.each(CASES)(`damaged $name (seed ${seed})`, async (damageCase) => {
  const count = await runRounds(damageCase, (value) => new Random(value), { seed, rounds: 12, ms: 2000 });
  expect(count).toBeGreaterThan(0);
});

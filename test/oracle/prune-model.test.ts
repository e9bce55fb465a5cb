/** The model check in full: N sequences (a night's worth is 10,000), each from a seed of its own. */

import { expect, it } from 'vitest';
import { runModel } from '../support/prune-model.ts';
import { Random } from '../support/random.ts';

const SEQUENCES = Number(process.env['N'] ?? 1000);

it(`${SEQUENCES} random sequences of backup, prune, verify and reopening equal the model`, async () => {
  const random = new Random();
  let states = 0;
  for (let round = 0; round < SEQUENCES; round++) {
    const seed = random.below(2 ** 30);
    const run = await runModel(new Random(seed), 4 + random.below(20)).catch((error: Error) => {
      throw new Error(`seed ${seed}: ${error.message}`);
    });
    states += run.states;
  }
  console.log(`model: ${SEQUENCES} sequences, ${states} states at their ends (seed ${random.seed})`);
  expect(states).toBeGreaterThan(SEQUENCES);
});

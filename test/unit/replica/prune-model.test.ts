/** A slice of the model check; test/oracle/prune-model.test.ts runs the rest. */

import { expect, it } from 'vitest';
import { runModel } from '../../support/prune-model.ts';
import { Random } from '../../support/random.ts';

it('random sequences of backup, prune, verify and reopening equal the model', async () => {
  const random = new Random();
  for (let round = 0; round < 12; round++) {
    const seed = random.below(2 ** 30);
    const { states } = await runModel(new Random(seed), 12).catch((error: Error) => {
      throw new Error(`seed ${seed}: ${error.message}`);
    });
    expect(states).toBeGreaterThan(0);
  }
});

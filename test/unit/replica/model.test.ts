/** Goal and method: test/long/model.test.ts; a slice of it, in longer sequences. */

import { expect, it } from 'vitest';
import { runSequence } from '../../support/pool-model.ts';
import { Random } from '../../support/random.ts';

it('random sequences leave the pool as the model', async () => {
  for (let seed = 1; seed <= 25; seed++) {
    await expect(runSequence(new Random(seed), 8)).resolves.toBeUndefined();
  }
});

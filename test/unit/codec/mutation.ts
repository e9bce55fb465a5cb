/** What the codec tests share: the code of a thrown error, and damage at random places. */

import { StorageError } from '../../../src/errors.ts';
import type { Random } from '../../support/random.ts';

export function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (!StorageError.is(error)) throw error;
    return `${error.kind === 'corrupt' ? '' : `${error.kind} `}${error.code}`;
  }
  return 'nothing was thrown';
}

/** Runs `action` on damaged copies; anything but success or a StorageError fails the test with its seed. */
export function mutate(
  random: Random,
  source: Uint8Array,
  rounds: number,
  label: string,
  action: (damaged: Uint8Array) => void,
): void {
  for (let round = 0; round < rounds; round++) {
    let damaged = Uint8Array.from(source);
    for (let hits = 1 + random.below(4); hits > 0; hits--) damaged[random.below(damaged.length)] = random.below(256);
    if (random.below(4) === 0) damaged = damaged.slice(0, random.below(damaged.length));
    try {
      action(damaged);
    } catch (error) {
      if (!StorageError.is(error)) throw new Error(`${label} round ${round}: ${String(error)}`, { cause: error });
    }
  }
}

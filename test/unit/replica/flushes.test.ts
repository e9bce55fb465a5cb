/**
 * Goal: the crash suite can fail. Method: one flush of each kind does nothing, and the suite must find an image that is
 * not as it must be. All of them, in all modes: test/long/crash-backup.test.ts.
 */

import { expect, it } from 'vitest';
import { flushesOf, isFound } from '../../support/flush-mutations.ts';

const JOB = { mode: 'chain', before: 1, seed: 1, choices: 8, diskSize: 64 * 1024 } as const;

it('what is flushed, in order', async () => {
  expect(await flushesOf(JOB)).toEqual([
    'flush 0000/next-0003.vhdx', // P1
    'syncFolder 0000/0000', // P2
    'flush .pitvault/0003.state', // P3
    'syncFolder 0000/.pitvault', // P4
    'syncFolder dpm01.contoso.com/0000', // P5
    'syncFolder 0000/0004', // P6
    'syncFolder 0000/0000', // P7
  ]);
});

it.each([0, 2, 5, 6])('flush %i is missed', async (index) => {
  expect(await isFound(JOB, index)).not.toBeNull();
});

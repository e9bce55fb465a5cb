/**
 * Goal: whatever line of protect and backup the power fails on, every earlier point is there byte for byte, the replica
 * is exactly old or new, and nothing is left over. Method: crash-suite.ts; the full suite is test/oracle/crash.test.ts.
 */

import { describe, expect, it } from 'vitest';
import { crashBackup } from '../../support/backup-crash.ts';

describe.each(['clone', 'chain'] as const)('%s', (mode) => {
  it.each([0, 1, 3])('power cuts in the making of state %i', async (before) => {
    const { images } = await crashBackup({ mode, before, seed: 100 + before, choices: 8, imagesMax: 90 });
    expect(images).toBeGreaterThan(30);
  });

  it('power cuts where there are no hard links', async () => {
    const { images } = await crashBackup({ mode, before: 2, seed: 7, choices: 8, imagesMax: 90, hasLinks: false });
    expect(images).toBeGreaterThan(30);
  });
});

it('power cuts in the making of a new base', async () => {
  const { images } = await crashBackup({ mode: 'chain', before: 2, depthMax: 2, seed: 9, choices: 8, imagesMax: 90 });
  expect(images).toBeGreaterThan(30);
});

/**
 * Goal: the same as test/unit/vhdx-writer/crash.test.ts, over many more states. Method: one seed after the other until
 * enough distinct durable images were judged. Other seeds: SEED=N.
 */

import { describe, expect, it } from 'vitest';
import { explore, flushPoints } from '../support/crash.ts';
import { MAINTENANCE, type MaintenanceKind } from '../support/maintenance-crash.ts';
import { Random } from '../support/random.ts';
import { isNoticed, WORK, type WorkKind, WRITER_SOURCES } from '../support/vhdx-crash.ts';

const SEED = Number(process.env['SEED'] ?? 1);

/** Work and the images it must have shown. */
const GOALS: readonly (readonly [WorkKind, number])[] = [
  ['sessions', 24_000],
  ['replays', 2_000],
  ['publishing', 2_000],
  ['largeCommits', 3_000],
];

describe('power cuts while a VHDX is written', () => {
  it.each(GOALS)('%s: %d distinct images', (kind, goal) => {
    const images = new Set<string>();
    for (let seed = SEED; images.size < goal; seed++) {
      for (const work of WORK[kind](seed)) expect(explore(work, new Random(seed), 10, images).fault).toBeNull();
      expect(seed - SEED, 'seeds that show nothing new').toBeLessThan(goal);
    }
    console.log(`${kind}: ${images.size} distinct images`);
  });
});

describe('each flush is needed', () => {
  it.each(flushPoints(WRITER_SOURCES))('without $name ($file:$line) the suite fails', (point) => {
    expect(isNoticed(point, SEED, 24)).toBe(true);
  });
});

const MAINTENANCE_GOALS: readonly (readonly [MaintenanceKind, number])[] = [
  ['compact', 2_000],
  ['grow', 2_000],
  ['shrink', 1_000],
  ['merge', 3_000],
  ['repair', 500],
];

describe('power cuts during maintenance', () => {
  it.each(MAINTENANCE_GOALS)('%s: %d distinct images', (kind, goal) => {
    const images = new Set<string>();
    for (let seed = SEED; images.size < goal; seed++) {
      for (const work of MAINTENANCE[kind](seed)) expect(explore(work, new Random(seed), 10, images).fault).toBeNull();
      expect(seed - SEED, 'seeds that show nothing new').toBeLessThan(goal);
    }
    console.log(`${kind}: ${images.size} distinct images`);
  });
});

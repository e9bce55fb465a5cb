/**
 * Goal: compacting, resizing, merging and repairing leave the disk as it was or as it was to become, whatever the moment
 * of a power cut, and a failing write leaves it sound and is told. Method: seeded disks on a simulated store, cut, or
 * made to fail, at every operation. The big counts are in test/oracle.
 */

import { describe, expect, it } from 'vitest';
import { explore, flushPoints, without } from '../../support/crash.ts';
import { failAt, MAINTENANCE, type MaintenanceKind } from '../../support/maintenance-crash.ts';
import { Random } from '../../support/random.ts';

const SEED = Number(process.env['SEED'] ?? 20_261_125);
const KINDS = Object.keys(MAINTENANCE) as MaintenanceKind[];

describe('power cuts', () => {
  it.each(KINDS)('%s', { timeout: 300_000 }, (kind) => {
    const images = new Set<string>();
    for (const work of MAINTENANCE[kind](SEED)) expect(explore(work, new Random(SEED), 2, images).fault).toBeNull();
    console.log(`${kind}: ${images.size} distinct images, seed ${SEED}`);
    expect(images.size).toBeGreaterThan(15);
  });

  it.each(flushPoints(['vhdx/repair-vhdx.ts']))('without $name the suite fails', (point) => {
    for (let seed = SEED; seed < SEED + 12; seed++) {
      for (const work of MAINTENANCE.repair(seed)) {
        without(work.store, point);
        if (explore(work, new Random(seed), 8).fault !== null) return;
      }
    }
    expect.fail('nobody noticed');
  });
});

describe('a write, flush or change of size that fails', () => {
  it.each(KINDS.flatMap((kind) => (['EIO', 'ENOSPC'] as const).map((code) => [kind, code] as const)))(
    '%s: %s at every operation is told, and leaves a sound disk',
    { timeout: 300_000 },
    (kind, code) => {
      const count = MAINTENANCE[kind](SEED).length;
      for (let index = 0; index < Math.min(count, 2); index++) {
        const start = MAINTENANCE[kind](SEED)[index]!.store.operations;
        // Every operation of the first disk, some of the others.
        for (let operation = start; ; operation += index === 0 && code === 'EIO' ? 1 : 3) {
          const outcome = failAt(MAINTENANCE[kind](SEED)[index]!, operation, code);
          if (outcome === 'done') break;
          expect(outcome).toBeNull();
        }
      }
    },
  );
});

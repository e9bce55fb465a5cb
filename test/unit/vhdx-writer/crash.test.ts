/**
 * Goal: whatever the moment of a power cut, and whatever of the unflushed bytes survives, the disk is sound, each sector
 * old or new, and what was flushed is there. Method: seeded work on a simulated store, cut at every operation; then the
 * same with each flush of the code left out in turn, which must be noticed. The big counts are in test/oracle.
 */

import { describe, expect, it } from 'vitest';
import { explore, flushPoints, without } from '../../support/crash.ts';
import { Random } from '../../support/random.ts';
import { WORK, type WorkKind } from '../../support/vhdx-crash.ts';

const SEED = Number(process.env['SEED'] ?? 20_261_125);

describe('power cuts', () => {
  it.each(Object.keys(WORK) as WorkKind[])('leave a sound disk, old or new sector by sector: %s', (kind) => {
    const images = new Set<string>();
    for (const work of WORK[kind](SEED)) expect(explore(work, new Random(SEED), 4, images).fault).toBeNull();
    console.log(`${kind}: ${images.size} distinct images, seed ${SEED}`);
    expect(images.size).toBeGreaterThan(20);
  });
});

describe('each flush is needed', () => {
  const points = flushPoints(['vhdx/write-session.ts', 'vhdx/replay-log.ts', 'vhdx/create-vhdx.ts']);

  it('all points are numbered, each once', () => {
    const names = points.map(({ name }) => name);
    expect(names).toEqual(['W1', 'W6', 'W2', 'W5', 'W3', 'W4', 'B1', 'W7', 'W8', 'W9', 'R1', 'R2', 'R3', 'R4', 'B2']);
  });

  /** The work that comes by there. */
  function kindOf(name: string): WorkKind {
    if (name === 'W5') return 'largeCommits';
    return name.startsWith('R') ? 'replays' : name.startsWith('B') ? 'publishing' : 'sessions';
  }

  it.each(points)('without $name ($file:$line) the suite fails', (point) => {
    let skipped = 0;
    for (let seed = SEED; seed < SEED + 8; seed++) {
      for (const work of WORK[kindOf(point.name)](seed)) {
        const seen = without(work.store, point);
        const { fault } = explore(work, new Random(seed), 6);
        skipped += seen.skipped;
        if (fault !== null) return;
      }
    }
    expect.fail(`nobody noticed; it was left out ${skipped} times`);
  });
});

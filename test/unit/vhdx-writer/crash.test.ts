/**
 * Goal: whatever the moment of a power cut, and whatever of the unflushed bytes survives, the disk is sound, each sector
 * old or new, and what was flushed is there. Method: seeded work on a simulated store, cut at every operation; then the
 * same with flushes of the code left out in turn, which must be noticed. Big counts, and all flushes, are in test/oracle.
 */

import { describe, expect, it } from 'vitest';
import { explore, flushPoints } from '../../support/crash.ts';
import { Random } from '../../support/random.ts';
import { isNoticed, WORK, type WorkKind, WRITER_SOURCES } from '../../support/vhdx-crash.ts';

const SEED = Number(process.env['SEED'] ?? 20_261_125);

describe('power cuts', () => {
  const kinds: readonly WorkKind[] = ['shortSessions', 'replays', 'publishing', 'largeCommits'];

  it.each(kinds)('leave a sound disk, old or new sector by sector: %s', { timeout: 300_000 }, (kind) => {
    const images = new Set<string>();
    for (const work of WORK[kind](SEED)) expect(explore(work, new Random(SEED), 2, images).fault).toBeNull();
    console.log(`${kind}: ${images.size} distinct images, seed ${SEED}`);
    expect(images.size).toBeGreaterThan(15);
  });
});

describe('each flush is needed', () => {
  const points = flushPoints(WRITER_SOURCES);

  it('all points are numbered, each once', () => {
    const names = points.map(({ name }) => name);
    expect(names).toEqual(['W1', 'W6', 'W2', 'W5', 'W3', 'W4', 'B1', 'W7', 'W8', 'W9', 'R1', 'R2', 'R3', 'R4', 'B2']);
  });

  // The others take minutes: test/long/crash-vhdx.test.ts.
  const quick = points.filter(({ name }) => /^[RB]|W[1349]/.test(name));

  it.each(quick)('without $name ($file:$line) the suite fails', { timeout: 300_000 }, (point) => {
    expect(isNoticed(point, SEED, 8)).toBe(true);
  });
});

/**
 * Goal: the shadow copy that is meant. Method: a volume with copies of chosen times and numbers, two of one moment.
 */

import { expect, it } from 'vitest';
import { chooseShadow } from '../../../src/image/choose-shadow.ts';
import type { Volume } from '../../../src/image/volume.ts';

const TIMES = [1000, 3000, 3000, 2000];

const volume = {
  number: 1,
  name: 'volume',
  shadowCopies: {
    copies: TIMES.map((createdMs, index) => ({ number: index + 1, id: '', createdMs, obstacle: null })),
    findings: [],
  },
  shadow: ({ number }: { number: number }) => number,
} as unknown as Volume;

it.each([
  [999, undefined],
  [1000, 1],
  [2500, 4],
  [3000, 3],
  [Number.POSITIVE_INFINITY, 3],
])('at %s the newest that is old enough, of one moment the later one', (shadowAtMs, expected) => {
  if (expected === undefined) expect(() => chooseShadow(volume, { shadowAtMs })).toThrow(/at or before/);
  else expect(chooseShadow(volume, { shadowAtMs })).toBe(expected);
});

/** Goal: the kernel and its portable stand-in mark exactly the sectors that differ, for any length of whole sectors. */

import { describe, expect, it } from 'vitest';
import { SectorComparer } from '../../../src/copy/compare-sectors.ts';
import { Random } from '../../support/random.ts';

const SIZE = 256 * 1024;
const SECTOR = 512;

describe.each([
  ['the kernel', false],
  ['portable', true],
])('sectors that differ, %s', (_, portable) => {
  it('are marked, and no others', () => {
    const comparer = new SectorComparer(SIZE, portable);
    for (let round = 0; round < 300; round++) {
      const random = new Random();
      const length = SECTOR * (1 + random.below(SIZE / SECTOR));
      const zero = random.pick(['left', 'right', 'none', 'none', 'both']);
      for (const side of [comparer.left, comparer.right]) side.fill(random.pick([0, 7]));
      for (let i = random.below(20); i > 0; i--) comparer.left[random.below(SIZE)] = random.below(3);
      for (let i = random.below(20); i > 0; i--) comparer.right[random.below(SIZE)] = random.below(3);
      const [leftIsZero, rightIsZero] = [zero === 'left' || zero === 'both', zero === 'right' || zero === 'both'];
      const expected = new Uint8Array(SIZE / SECTOR / 8);
      for (let at = 0; at < length; at++) {
        const left = leftIsZero ? 0 : comparer.left[at];
        const right = rightIsZero ? 0 : comparer.right[at];
        const sector = Math.floor(at / SECTOR);
        if (left !== right) expected[sector >>> 3]! |= 1 << (sector & 7);
      }
      const differs = comparer.compare(length, leftIsZero, rightIsZero);
      expect([differs, Buffer.compare(comparer.bitmap, expected)], `seed ${random.seed}`).toEqual([
        expected.some((byte) => byte !== 0),
        0,
      ]);
    }
  });
});

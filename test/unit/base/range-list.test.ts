/** Goal: the list answers as a bitmap would; when it is full it covers more, never less. */

import { describe, expect, it } from 'vitest';
import { RangeList } from '../../../src/base/range-list.ts';
import { Random } from '../../support/random.ts';

function filled(random: Random, list: RangeList, size: number): Uint8Array {
  const bitmap = new Uint8Array(size);
  for (let at = random.below(20); at < size; at += random.below(40)) {
    const length = Math.min(size - at, random.below(30));
    list.add(at, length);
    bitmap.fill(1, at, at + length);
  }
  return bitmap;
}

describe('range list', () => {
  it('answers as a bitmap does', () => {
    for (let round = 0; round < 30; round++) {
      const random = new Random();
      const list = new RangeList();
      const bitmap = filled(random, list, 20_000);
      expect(list.bytes, `seed ${random.seed}`).toBe(bitmap.reduce((sum, bit) => sum + bit, 0));
      for (let i = 0; i < 200; i++) {
        const [offset, length] = [random.below(20_000), random.below(60)];
        const expected = bitmap.subarray(offset, offset + length);
        expect(list.touches(offset, length), `seed ${random.seed}`).toBe(expected.includes(1));
        const found = new Uint8Array(expected.length);
        list.within(offset, length, (start, part) => found.fill(1, start - offset, start - offset + part));
        expect(Buffer.compare(found, expected), `seed ${random.seed}`).toBe(0);
      }
    }
  });

  it('covers more, never less, when it is full', () => {
    const random = new Random();
    const list = new RangeList(64);
    const bitmap = filled(random, list, 50_000);
    expect(list.count).toBeLessThanOrEqual(64);
    expect(list.isCoarse).toBe(true);
    for (let at = 0; at < bitmap.length; at++)
      if (bitmap[at] === 1) expect(list.touches(at, 1), `seed ${random.seed}, ${at}`).toBe(true);
  });
});

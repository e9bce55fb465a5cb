/**
 * Goal: the code cache makes starts faster and nothing else: damaged in any way, it is not used. Method: one of a few bytes, cut at
 * every length, with every bit flipped, and grown.
 */

import { expect, it } from 'vitest';
import { decodeCodeCache, encodeCodeCache } from '../../../src/cli/code-cache.ts';

const compiled = new Map([
  ['main.js', Buffer.from('compiled main')],
  ['chunk-core.js', Buffer.from([1, 2, 3])],
]);
const whole = encodeCodeCache(compiled);

it('comes back as it went in', () => {
  const decoded = decodeCodeCache(whole)!;
  expect([...decoded].map(([file, data]) => [file, Buffer.from(data)])).toEqual([...compiled]);
});

it('is not used when it was cut', () => {
  for (let length = 0; length < whole.length; length++) {
    expect(decodeCodeCache(whole.subarray(0, length)), `${length} bytes`).toBeNull();
  }
});

it('is not used when a bit has flipped', () => {
  for (let bit = 0; bit < 8 * whole.length; bit++) {
    const flipped = Buffer.from(whole);
    flipped[bit >> 3]! ^= 1 << (bit & 7);
    expect(decodeCodeCache(flipped), `bit ${bit}`).toBeNull();
  }
});

it('is not used when something stands behind it', () => {
  expect(decodeCodeCache(Buffer.concat([whole, Buffer.alloc(1)]))).toBeNull();
  expect(decodeCodeCache(Buffer.concat([whole, Buffer.alloc(2)]))).toBeNull();
});

/**
 * Goal: the code cache makes starts faster and nothing else: damaged in any way, it is not used. Method: one of a few bytes, cut at
 * every length, with every bit flipped, and grown.
 */

import { expect, it } from 'vitest';
import { decodeCompiled, encodeCompiled } from '../../../src/cli/code-cache.ts';

const compiled = Buffer.from('compiled, 19 bytes!');
const whole = encodeCompiled(compiled);

it('comes back as it went in', () => {
  const decoded = decodeCompiled(whole)!;
  expect(Buffer.from(decoded.subarray(0, compiled.length))).toEqual(compiled);
  expect([...decoded.subarray(compiled.length)].every((byte) => byte === 0)).toBe(true);
  expect(decoded.byteOffset % 8).toBe(0);
});

it('is not used when it was cut', () => {
  for (let length = 0; length < whole.length; length++) {
    expect(decodeCompiled(whole.subarray(0, length)), `${length} bytes`).toBeNull();
  }
});

it('is not used when a bit has flipped', () => {
  for (let bit = 0; bit < 8 * whole.length; bit++) {
    const flipped = Buffer.from(whole);
    flipped[bit >> 3]! ^= 1 << (bit & 7);
    expect(decodeCompiled(flipped), `bit ${bit}`).toBeNull();
  }
});

it('is not used when something stands behind it', () => {
  expect(decodeCompiled(Buffer.concat([whole, Buffer.alloc(1)]))).toBeNull();
  expect(decodeCompiled(Buffer.concat([whole, Buffer.alloc(2)]))).toBeNull();
});

/** Goal: both CRCs equal a bit-by-bit division, whatever the bytes, their alignment, their zeros and the cut. */

import { crc32 as platformCrc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { crc32 } from '../../../src/base/crc32.ts';
import { crc32c } from '../../../src/base/crc32c.ts';

const SEED = 20_241_124;

function bitwise(polynomial: number, bytes: Uint8Array, seed = 0): number {
  let crc = ~seed;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
  }
  return ~crc >>> 0;
}

function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

describe('crc', () => {
  it('gives the check values of the catalogue', () => {
    const bytes = new TextEncoder().encode('123456789');
    expect(crc32(bytes)).toBe(0xcbf43926);
    expect(crc32c(bytes)).toBe(0xe3069283);
    expect(crc32(new Uint8Array(0))).toBe(0);
    expect(crc32c(new Uint8Array(0), 0x12345678)).toBe(0x12345678);
  });

  it(`equals bit-by-bit division for random bytes, alignments, ends of zeros and cuts (seed ${SEED})`, () => {
    const random = randomNumbers(SEED);
    for (let round = 0; round < 300; round++) {
      const memory = new Uint8Array(3000);
      const start = random(9);
      const length = random(2500);
      const used = random(4) === 0 ? 0 : random(length + 1);
      for (let i = start; i < start + used; i++) memory[i] = random(256);
      memory.fill(0xff, start + length); // what stands behind must not count
      const bytes = memory.subarray(start, start + length);
      const cut = random(length + 1);
      const what = `round ${round}: ${start}+${length}, ${used} used, cut at ${cut}`;
      for (const [crc, polynomial] of [
        [crc32, 0xedb88320],
        [crc32c, 0x82f63b78],
      ] as const) {
        const expected = bitwise(polynomial, bytes);
        expect(crc(bytes), what).toBe(expected);
        expect(crc(bytes.subarray(cut), crc(bytes.subarray(0, cut))), what).toBe(expected);
      }
    }
  });

  it('appends 16 MiB of zeros as the platform does', () => {
    const bytes = new Uint8Array(16 * 1024 * 1024 + 5);
    bytes.set([1, 2, 3]);
    expect(crc32(bytes)).toBe(platformCrc32(bytes));
  });
});

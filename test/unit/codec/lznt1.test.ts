/**
 * Goal: LZNT1 expands to exactly the bytes that were compressed, and damaged input gives a typed error. Method: a vector
 * of the specification, a real compression unit, round trips through an independent compressor, defects one by one.
 */

import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { lznt1Decompress } from '../../../src/codec/lznt1.ts';
import { fixturesRoot, fixturesTitle, readFixture } from '../../support/fixtures.ts';
import { lznt1Compress } from '../../support/lznt1-writer.ts';
import { Random } from '../../support/random.ts';
import { codeOf, mutate } from './mutation.ts';

const hexBytes = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));

/** Bytes below `values`: the fewer there are, the longer the matches. */
function drawn(random: Random, length: number, values: number): Uint8Array {
  return random.bytes(length).map((byte) => byte % values);
}

function expand(source: Uint8Array, size: number): Uint8Array {
  const target = new Uint8Array(size).fill(0xee); // whatever is not written shows
  lznt1Decompress(source, target);
  return target;
}

describe('lznt1Decompress', () => {
  it('expands the vector of the specification: one literal, then 4095 repeats', () => {
    expect(expand(hexBytes('03B0 02 20 FC0F'), 4096)).toEqual(new Uint8Array(4096).fill(0x20));
  });

  it('fills the rest with zeros after a header of zero and at the end of the source', () => {
    const expected = new Uint8Array(8192).fill(0x20, 0, 4096);
    expect(expand(hexBytes('03B0 02 20 FC0F 0000 FFFF'), 8192)).toEqual(expected);
    expect(expand(hexBytes('03B0 02 20 FC0F'), 8192)).toEqual(expected);
    expect(expand(new Uint8Array(0), 16)).toEqual(new Uint8Array(16));
  });

  it('pads a chunk that expands to less than 4096 bytes with zeros, stored or compressed', () => {
    const target = expand(hexBytes('0330 41424344 02B0 00 4546 03B0 02 20 FC0F'), 3 * 4096);
    expect(Buffer.from(target.subarray(0, 5)).toString('latin1')).toBe('ABCD\0');
    expect(Buffer.from(target.subarray(4096, 4099)).toString('latin1')).toBe('EF\0');
    expect(target.subarray(8192)).toEqual(new Uint8Array(4096).fill(0x20));
  });

  it('stops at a target that is no multiple of the chunk size', () => {
    expect(expand(hexBytes('03B0 02 20 6000'), 100)).toEqual(new Uint8Array(100).fill(0x20));
    expect(codeOf(() => expand(hexBytes('03B0 02 20 6100'), 100))).toBe('LZNT1_CHUNK_TOO_LONG');
  });

  it.each([
    ['LZNT1_CHUNK_SIGNATURE', '0380 02 20 FC0F'],
    ['LZNT1_CHUNK_SIGNATURE', '0300 41424344'],
    ['LZNT1_CHUNK_TRUNCATED', '04B0 02 20 FC0F'],
    ['LZNT1_CHUNK_TRUNCATED', 'FF3F 41'],
    ['LZNT1_PAIR_TRUNCATED', '02B0 02 20 FC'],
    ['LZNT1_DISTANCE_TOO_LARGE', '02B0 01 FC0F'],
    ['LZNT1_DISTANCE_TOO_LARGE', '03B0 02 20 0010'],
    ['LZNT1_CHUNK_TOO_LONG', '03B0 02 20 FD0F'],
    ['LZNT1_CHUNK_TOO_LONG', '04B0 02 20 FC0F 41'],
  ])('refuses with %s: %s', (code, text) => {
    expect(codeOf(() => expand(hexBytes(text), 4096))).toBe(code);
  });

  it('gives back what an independent compressor packed, at every size of window', () => {
    const random = new Random();
    for (let round = 0; round < 40; round++) {
      const plain = drawn(random, 4096 * (1 + random.below(3)), random.pick([1, 2, 3, 7, 40, 256]));
      const packed = lznt1Compress(plain);
      expect(Buffer.from(plain).equals(expand(packed, plain.length)), `seed ${random.seed} round ${round}`).toBe(true);
    }
  });

  it('meets mutated input with the error type of the house or the right number of bytes', () => {
    const random = new Random();
    const packed = lznt1Compress(drawn(random, 8192, 5));
    mutate(random, packed, 3000, `seed ${random.seed}`, (source) => expand(source, 8192));
  });
});

describe.skipIf(fixturesRoot() === null)(fixturesTitle('lznt1Decompress on a real compression unit'), () => {
  it('expands the 32 KiB that its clusters hold, and refuses to go beyond', () => {
    const source = readFixture('ntfs/dfirlabs/lznt1.bin');
    const digest = createHash('sha256').update(expand(source, 32_768)).digest('hex');
    expect(digest).toBe('66a9799e244f50e40b996d65332dea1f55eed6dd7b0079e5c0eaa3d3d273b423');
    expect(codeOf(() => expand(source, 65_536))).toBe('LZNT1_CHUNK_TRUNCATED');
  });
});

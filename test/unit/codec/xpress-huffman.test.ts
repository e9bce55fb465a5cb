/**
 * Goal: XPRESS-Huffman chunks expand to exactly what was compressed, and damaged ones give a typed error. Method: vectors
 * made by other programs (the specification's, wimlib 1.13.6, Windows by way of two projects' test data), then damage.
 */

import { describe, expect, it } from 'vitest';
import { xpressHuffmanDecompress } from '../../../src/codec/xpress-huffman.ts';
import { fixturesRoot, fixturesTitle, readFixture } from '../../support/fixtures.ts';
import { Random } from '../../support/random.ts';
import { wofChunks } from '../../support/wof-stream.ts';
import { codeOf, mutate } from './mutation.ts';
import { letters, mixed, numberedWords, unhex } from './plains.ts';

function expand(source: Uint8Array, size: number): Buffer {
  const target = Buffer.alloc(size, 0xee); // whatever is not written shows
  xpressHuffmanDecompress(source, target);
  return target;
}

const VECTORS: readonly (readonly [string, Buffer, Buffer])[] = [
  [
    'the vector of the specification',
    numberedWords(),
    unhex(
      '(24)373373776660(4)06(3)600006(87)06(24)6604(23)02(20)60(56)9edf753efdb6818598e00f2e3fb8ff604c83f81a' +
        '82104210410821082004108410820c6288410631c42083186210420c4108210820041084108208420a4144218528a2104214' +
        '5188210a3d44e890ff680e0000',
    ),
  ],
  [
    'text, zeros and text (wimlib, 4096)',
    mixed(),
    unhex(
      '07(47)4044443304(7)4505(66)07(6)7007(7)07(7)65070070(4)7607(6)66(7)6570(6)06(6)70(15)70(48)5d259edd9' +
        '8089e855ae24c6624ab1d2b2a780d443b502336d7b173d74017da3185094a063ca204aa0e0bd119215b6d19a58f0c530c8b9' +
        'c42b58340339848f657c8699c37b23cb80384cd16a456e5977d456439e2096770c80fc11de95e3bff8c01bdf6ffb802d55ea' +
        'b57f155f5b46c8ff04a7cfc691b71abbdd55bbdf3d516f6dbe429dcbebf6bb7f4ff0075b60000',
    ),
  ],
  ['a match as long as a chunk of 16 KiB (wimlib)', Buffer.alloc(16_384), unhex('01(127)02(6)20(121)380000fffb3f')],
  [
    'a repeated pattern (wimlib, 8192)',
    Buffer.alloc(8000, letters(40, 3, '0123456789')),
    unhex('(24)5333443344(99)05(46)40(80)c9921869b49a6e0d616826b13a4faa5572f2003eff141f0000'),
  ],
];

/** A code of two symbols, one bit each, and the stream behind it: 16-bit words given as numbers, or raw bytes. */
function handMade(symbols: readonly [number, number], stream: readonly number[]): Uint8Array {
  const chunk = new Uint8Array(256 + stream.length);
  for (const symbol of symbols) chunk[symbol >> 1]! |= symbol % 2 === 0 ? 1 : 16;
  chunk.set(stream, 256);
  return chunk;
}

describe('xpressHuffmanDecompress', () => {
  it.each(VECTORS)('expands %s', (_, plain, packed) => {
    expect(expand(packed, plain.length).equals(plain)).toBe(true);
  });

  it('gives no more than was asked for', () => {
    const [, plain, packed] = VECTORS[0]!;
    expect(expand(packed, 0).length).toBe(0);
    expect(expand(packed, 4).equals(plain.subarray(0, 4))).toBe(true);
  });

  it('reads lengths of 8, 16 and 32 bits from the byte after the words at hand', () => {
    // 'A', then the match (distance 1, length code 15): bits 0, 1, and the two words that must be loaded by then
    const words = [0x00, 0x40, 0x00, 0x00];
    for (const [bytes, length] of [
      [[20], 15 + 20 + 3],
      [[255, 0x2c, 0x01], 300 + 3],
      [[255, 0, 0, 0x70, 0x11, 0x01, 0x00], 70_000 + 3],
    ] as const) {
      const packed = handMade([0x41, 0x10f], [...words, ...bytes]);
      expect(expand(packed, 1 + length).equals(Buffer.alloc(1 + length, 'A')), `length ${length}`).toBe(true);
    }
    expect(codeOf(() => expand(handMade([0x41, 0x10f], [...words, 255, 14, 0]), 100))).toBe('XPRESS_LENGTH_INVALID');
  });

  it.each([
    ['XPRESS_TABLE_TRUNCATED', new Uint8Array(255)],
    ['XPRESS_TABLE_INVALID', new Uint8Array(300)],
    ['XPRESS_TABLE_INVALID', new Uint8Array(300).fill(0x11)],
    ['XPRESS_TABLE_INVALID', new Uint8Array(300).fill(0x10, 0, 1)],
    ['XPRESS_DISTANCE_TOO_LARGE', handMade([0x41, 0x110], [0, 0x40, 0, 0])],
    ['XPRESS_MATCH_TOO_LONG', handMade([0x41, 0x10e], [0, 0x40, 0, 0])],
    ['XPRESS_CHUNK_TRUNCATED', handMade([0x41, 0x10f], [0, 0x40, 0, 0])],
    ['XPRESS_CHUNK_TRUNCATED', handMade([0x41, 0x10f], [0, 0x40, 0, 0, 255, 1])],
    ['XPRESS_CHUNK_TRUNCATED', handMade([0x41, 0x10f], [0, 0x40, 0, 0, 255, 0, 0, 1, 1, 1])],
    ['XPRESS_CHUNK_TRUNCATED', handMade([0x41, 0x42], [0])],
    ['XPRESS_CHUNK_TRUNCATED', handMade([0x41, 0x42], [])],
  ])('refuses with %s', (code, packed) => {
    expect(codeOf(() => expand(packed, 10))).toBe(code);
  });

  it('refuses every truncation of a chunk that takes away bits in use', () => {
    const [, plain, packed] = VECTORS[1]!;
    for (let size = 0; size < packed.length - 6; size++) {
      expect(
        codeOf(() => expand(packed.subarray(0, size), plain.length)),
        `size ${size}`,
      ).toMatch(/^XPRESS_/);
    }
  });

  it('meets mutated input with the error type of the house or the right number of bytes', () => {
    const random = new Random();
    for (const [name, plain, packed] of VECTORS) {
      mutate(random, packed, 1500, `seed ${random.seed} ${name}`, (source) => expand(source, plain.length));
    }
  });
});

describe.skipIf(fixturesRoot() === null)(fixturesTitle('xpressHuffmanDecompress on what Windows wrote'), () => {
  it.each([
    ['test4k', 4096, 24_408],
    ['test8k', 8192, 32_832],
    ['test16k', 16_384, 17_004],
  ])('expands the CompactOS file %s', (name, chunkSize, size) => {
    const stream = readFixture(`ntfs/dissect/wof/${name}.txt.WofCompressedData.gz`);
    const parts = wofChunks(stream, size, chunkSize).map((chunk) =>
      chunk.packed.length === chunk.size ? chunk.packed : expand(chunk.packed, chunk.size),
    );
    expect(Buffer.concat(parts).equals(Buffer.alloc(size, 'KUSJESVANSRT'))).toBe(true);
  });

  // The first of the seven comes from an encoder that puts the bytes of long lengths one word too early; wimlib reads it
  // as this reader does, to something else.
  it('expands the vectors of go-ntfs, and refuses the one that places length bytes against the rule', () => {
    const lines = readFixture('ntfs/go-ntfs/xpress_huffman_vectors.txt.gz').toString('latin1').split('\n');
    const vectors = lines.flatMap((line) => {
      const texts = [...line.matchAll(/\[\]byte\("((?:[^"\\]|\\.)*)"\)/g)].map((match) => goBytes(match[1]!));
      return texts.length === 2 ? [texts as [Buffer, Buffer]] : [];
    });
    expect(vectors.length).toBe(7);
    const [[early, words], ...rest] = vectors as [[Buffer, Buffer], ...[Buffer, Buffer][]];
    expect(codeOf(() => expand(early, words.length))).toBe('XPRESS_CHUNK_TRUNCATED');
    for (const [packed, plain] of rest) expect(expand(packed, plain.length).equals(plain)).toBe(true);
  });
});

/** A Go string literal as bytes. */
function goBytes(literal: string): Buffer {
  const text = literal.replace(/\\(?:x([0-9a-f]{2})|(.))/g, (_, code, simple) =>
    code === undefined
      ? ({ n: '\n', r: '\r', t: '\t' }[simple as string] ?? simple)
      : String.fromCharCode(Number.parseInt(code, 16)),
  );
  return Buffer.from(text, 'latin1');
}

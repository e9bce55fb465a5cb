/**
 * Goal: LZX chunks expand to exactly what was compressed, and damaged ones give a typed error. Method: vectors made by
 * other programs (the specification's, wimlib 1.13.6, Windows by way of dissect.ntfs), blocks laid out by an independent
 * writer to reach what compressors seldom make, then damage.
 */

import { describe, expect, it } from 'vitest';
import { lzxDecompress } from '../../../src/codec/lzx.ts';
import { fixturesRoot, fixturesTitle, readFixture } from '../../support/fixtures.ts';
import { LzxWriter } from '../../support/lzx-writer.ts';
import { Random } from '../../support/random.ts';
import { codeOf, mutate } from './mutation.ts';
import { calls, letters, mixed, numberedWords, unhex } from './plains.ts';

function expand(source: Uint8Array, size: number): Buffer {
  const target = Buffer.alloc(size, 0xee); // whatever is not written shows
  lzxDecompress(source, target);
  return target;
}

const VECTORS: readonly (readonly [string, Buffer, Buffer])[] = [
  [
    'the vector of the specification',
    numberedWords(),
    unhex(
      '0021000300000300032442008707806d5fb6d2435fc97ebf80880000010001090010dc803a1f75bbdfaa00b2(6)4400f920e' +
        'f53cdbfefc767ba1de710586ac86e6c3d7a8df3080c35643736963b2104420884108c21186331c6848c08211042ff8495e4d' +
        'eddee6e37ef7477',
    ),
  ],
  [
    'text, zeros and text (wimlib)',
    mixed(),
    unhex(
      '6420(4)400022304200bf0e5464ef137e6db4fc(4)302200000624882de20e881399c82c02b4c5cc43632be00b6f7dd2ff(6' +
        ')66002066e5fba7c5ffaad81c1549ae2e5f64b3e16e7789c1a40544686dcd13a98bac07766a58b62a5b264e9188d8225684a' +
        '22aaa46019a9d962f981c5d12760733c551132137606f575815ab95f66d37b2c411128c36f0402a5b0ba050a38afc7bcf337' +
        'df2670ccbe2b186c770386ed8da7469eb4397e1fbffb8be5ce767f9e39dec4f5bf67df7181fefa8ab',
    ),
  ],
  [
    'x86 calls, whose targets were made absolute (wimlib)',
    calls(),
    unhex(
      '00210004(4)44332200fd4ecca25cc8025b6ba2e1f715d68019(4)010119981b075333d8f0fd7e0030(6)1001ef833eef94f' +
        '978695496ff6b4ab7a638eae8eeec93d3a39bb3ab77bc492292242449d46380b2',
    ),
  ],
  [
    'a repeated pattern (wimlib)',
    Buffer.alloc(16_000, letters(40, 3, '0123456789')),
    unhex(
      'e823(6)103302008c0b757ef7fb80ec(4)80011900470823dffb3e00c0(6)42044f1efbbed9e3999da9babaca44ed7df371b' +
        '11977cf9e95afaecd3ffbaad2aaaaaaaaaaaaaaaaaaaaaaaaaaaa0000',
    ),
  ],
];

const ramp = (length: number, step: number) => Uint8Array.from({ length }, (_, i) => (i * step + 3) % 0xe8);

describe('lzxDecompress', () => {
  it.each(VECTORS)('expands %s', (_, plain, packed) => {
    expect(expand(packed, plain.length).equals(plain)).toBe(true);
  });

  it('goes from compressed to uncompressed blocks and back at every bit position of a word', () => {
    const positions = new Set<number>();
    for (let length = 1; length < 40; length++) {
      for (const type of [1, 2] as const) {
        for (const between of [5, 6]) {
          const parts = [ramp(length, 7), ramp(between, 5), ramp(9, 3), ramp(4, 9)];
          const writer = new LzxWriter().literals(parts[0]!, type);
          positions.add(writer.bitsInWord);
          const packed = writer.uncompressed(parts[1]!).literals(parts[2]!, type).uncompressed(parts[3]!).end();
          const plain = Buffer.concat(parts);
          expect(expand(packed, plain.length).equals(plain), `${length} ${type} ${between}`).toBe(true);
        }
      }
    }
    expect(positions.size).toBeGreaterThanOrEqual(2);
  });

  it('accepts an odd uncompressed block at the very end without its padding', () => {
    const packed = new LzxWriter().uncompressed(ramp(7, 1)).end();
    expect([...expand(packed.subarray(0, -1), 7)]).toEqual([...ramp(7, 1)]);
  });

  it('carries a block of the default size', () => {
    const packed = new LzxWriter().uncompressed(ramp(32_768, 11)).end();
    expect(expand(packed, 32_768).equals(ramp(32_768, 11))).toBe(true);
  });

  it('forgets everything between chunks', () => {
    const [, plain, packed] = VECTORS[1]!;
    for (let i = 0; i < 3; i++) {
      expect(codeOf(() => expand(packed.subarray(0, 60), plain.length))).toMatch(/^LZX_/);
      expect(expand(packed, plain.length).equals(plain)).toBe(true);
    }
  });

  it.each([
    ['LZX_BLOCK_TYPE', new LzxWriter().raw(0, 3).raw(0, 1).raw(10, 16).end()],
    ['LZX_BLOCK_TYPE', new LzxWriter().raw(7, 3).raw(0, 1).raw(10, 16).end()],
    ['LZX_BLOCK_SIZE', new LzxWriter().raw(1, 3).raw(0, 1).raw(0, 16).end()],
    ['LZX_BLOCK_SIZE', new LzxWriter().raw(1, 3).raw(0, 1).raw(11, 16).end()],
    ['LZX_BLOCK_SIZE', new LzxWriter().raw(1, 3).raw(1, 1).end()],
    ['LZX_RECENT_DISTANCE', new LzxWriter().uncompressed(ramp(10, 1), [1, 0, 1]).end()],
    ['LZX_CHUNK_TRUNCATED', new LzxWriter().uncompressed(ramp(10, 1)).end().subarray(0, 25)],
    ['LZX_CHUNK_TRUNCATED', new LzxWriter().literals(ramp(10, 1)).end().subarray(0, -4)],
    ['LZX_CODE_INVALID', new LzxWriter().raw(1, 3).raw(0, 1).raw(10, 16).end()],
    ['LZX_CODE_INVALID', new LzxWriter().raw(2, 3).raw(0, 1).raw(10, 16).raw(0xff, 16).end()],
  ])('refuses with %s', (code, packed) => {
    expect(codeOf(() => expand(packed, 10))).toBe(code);
  });

  it('refuses every truncation of a chunk that takes away bits in use', () => {
    const [, plain, packed] = VECTORS[1]!;
    for (let size = 0; size < packed.length - 4; size++) {
      expect(
        codeOf(() => expand(packed.subarray(0, size), plain.length)),
        `size ${size}`,
      ).toMatch(/^LZX_/);
    }
  });

  it('meets mutated input with the error type of the house or the right number of bytes', () => {
    const random = new Random();
    for (const [name, plain, packed] of VECTORS) {
      mutate(random, packed, 1500, `seed ${random.seed} ${name}`, (source) => expand(source, plain.length));
    }
  });
});

describe.skipIf(fixturesRoot() === null)(fixturesTitle('lzxDecompress on what Windows wrote'), () => {
  it('expands the CompactOS file testlzx', () => {
    const stream = readFixture('ntfs/dissect/wof/testlzx.txt.WofCompressedData.gz');
    expect(expand(stream, 32_544).equals(Buffer.alloc(32_544, 'KUSJESVANSRT'))).toBe(true);
  });
});

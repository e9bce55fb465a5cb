import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { FINGERPRINT_SIZE, fingerprintBuffer, loadFingerprinter } from '../../../src/sidecar/fingerprint.ts';
import { LENGTH_MAX } from '../../../src/sidecar/xxh128.ts';
import { Random } from '../../support/random.ts';

const { createXXHash128 } = createRequire(import.meta.url)('hash-wasm') as typeof import('hash-wasm');

test('is XXH128 of any length, wherever the bytes lie', async () => {
  const random = new Random();
  const library = await createXXHash128();
  const fingerprint = await loadFingerprinter();
  const here = fingerprintBuffer();
  const bytes = new Uint8Array(LENGTH_MAX + 4096);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Math.imul(i, 0x9e3779b1) >>> 23;
  const short = Array.from({ length: 260 }, (_, length) => length);
  const edges = [1023, 1024, 1025, 4096, 65_536, LENGTH_MAX - 1, LENGTH_MAX, LENGTH_MAX + 1, LENGTH_MAX + 4000];
  const lengths = [...short, ...edges, ...Array.from({ length: 300 }, () => random.below(6000))];
  for (const length of lengths) {
    const start = random.below(200);
    const part = bytes.subarray(start, start + length);
    const expected = library.init().update(part).digest('hex');
    const found = Buffer.alloc(FINGERPRINT_SIZE + 3);
    fingerprint(part, found, 3);
    expect(found.toString('hex', 3), `${length} bytes`).toBe(expected);
    if (here === null || start + length > here.length) continue;
    here.set(part, start);
    fingerprint(here.subarray(start, start + length), found, 0);
    expect(found.toString('hex', 0, FINGERPRINT_SIZE), `${length} bytes in place`).toBe(expected);
  }
});

test('xxhsum prints the same for a known input', async () => {
  const fingerprint = await loadFingerprinter();
  const found = Buffer.alloc(FINGERPRINT_SIZE);
  fingerprint(new Uint8Array(0), found, 0);
  expect(found.toString('hex')).toBe('99aa06d3014798d86001c324468d497f');
});

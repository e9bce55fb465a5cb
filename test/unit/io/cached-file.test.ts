/**
 * Goal: the page cache gives the bytes of the file, whatever the order of reads, and reads no byte twice while it holds
 * it. Method: random reads against the plain bytes, over a counting file.
 */

import { expect, it } from 'vitest';
import { PageCache } from '../../../src/io/cached-file.ts';
import { MemoryFile } from '../../../src/io/memory-file.ts';
import { CountingFile, FaultyFile } from '../../support/files.ts';
import { Random } from '../../support/random.ts';

const random = new Random();
const bytes = random.bytes(700_001);

it('random reads give the bytes of the file, short only at its end', () => {
  const file = new PageCache().open(new MemoryFile(bytes));
  for (let round = 0; round < 3000; round++) {
    const offset = random.below(bytes.length + 10);
    const target = new Uint8Array(random.below(random.pick([10, 5000, 100_000])));
    const count = file.read(offset, target);
    expect(count, `seed ${random.seed}`).toBe(Math.max(0, Math.min(target.length, bytes.length - offset)));
    expect(
      Buffer.compare(target.subarray(0, count), bytes.subarray(offset, offset + count)),
      `seed ${random.seed}`,
    ).toBe(0);
  }
});

it('small sequential reads, in either direction, read each byte once', () => {
  for (const order of ['up', 'down', 'random']) {
    const counting = new CountingFile(new MemoryFile(bytes));
    const file = new PageCache().open(counting);
    const steps = Array.from({ length: Math.floor(bytes.length / 1000) }, (_, i) => i);
    if (order === 'down') steps.reverse();
    if (order === 'random') steps.sort(() => random.below(3) - 1);
    for (const step of steps) file.read(step * 1000, new Uint8Array(1000));
    expect(counting.coverage(0, 700_000), order).toEqual([1, 1]);
  }
});

it('a lone small read fetches a part of a page, following ones more each time', () => {
  const counting = new CountingFile(new MemoryFile(bytes));
  const file = new PageCache().open(counting);
  for (const offset of [0, 4096, 16_384, 60_000]) file.read(65_536 + offset, new Uint8Array(100));
  expect(counting.reads).toEqual([
    { offset: 65_536, length: 4096 },
    { offset: 69_632, length: 12_288 },
    { offset: 81_920, length: 49_152 },
  ]);
});

it('a failed read gives nothing to the cache, and a closed file gets nothing from it', () => {
  const faulty = new FaultyFile(new MemoryFile(bytes), { bad: [{ offset: 5, length: 1 }] });
  const file = new PageCache().open(faulty);
  expect(() => file.read(0, new Uint8Array(10))).toThrow('i/o error');
  faulty.bad.length = 0;
  const target = new Uint8Array(10);
  expect(file.read(0, target)).toBe(10);
  expect(target).toEqual(bytes.slice(0, 10));
  file.close();
  file.close();
  expect(faulty.closed).toBe(2);
  const before = faulty.reads;
  file.read(0, new Uint8Array(10));
  expect(faulty.reads).toBe(before + 1);
});

it('a bad sector costs the reads of it, and no others, whatever was read before', () => {
  const SECTOR = 512;
  for (let round = 0; round < 200; round++) {
    const bad = SECTOR * random.below(512);
    const faulty = new FaultyFile(new MemoryFile(bytes), { bad: [{ offset: bad, length: SECTOR }] });
    const file = new PageCache().open(faulty);
    let at = random.below(bad + SECTOR);
    for (let i = 0; i < 100; i++) {
      if (random.below(8) === 0) at = Math.max(0, bad + random.below(100_000) - 50_000);
      const target = new Uint8Array(1 + random.below(random.pick([100, 1024, 5000, 40_000])));
      const isBad = at < bad + SECTOR && at + target.length > bad;
      const where = `seed ${random.seed}, ${target.length} at ${at}, bad ${bad}`;
      if (isBad) expect(() => file.read(at, target), where).toThrow('i/o error');
      else {
        expect(file.read(at, target), where).toBe(target.length);
        expect(Buffer.compare(target, bytes.subarray(at, at + target.length)), where).toBe(0);
      }
      at += target.length;
    }
  }
});

/**
 * Goal: reading past the page cache gives what reading through it gives: the same bytes, the same errors; and the cache
 * stays as it was.
 * Method: random ranges of a map of all kinds of leaves, over a counting file, a failing one and one that has shrunk.
 */

import { describe, expect, it } from 'vitest';
import { corrupt, StorageError } from '../../../src/errors.ts';
import type { ByteFile } from '../../../src/io/byte-file.ts';
import { PageCache } from '../../../src/io/cached-file.ts';
import { MemoryFile } from '../../../src/io/memory-file.ts';
import { type AddressMap, unreadable } from '../../../src/map/address-map.ts';
import { FileMap } from '../../../src/map/maps.ts';
import { readMap, readPayload } from '../../../src/map/read-map.ts';
import { CountingFile, FaultyFile } from '../../support/files.ts';
import { Random } from '../../support/random.ts';

const UNIT = 10_000;
/** As much as the cache reads for a byte of it. */
const BAD_PLACE = { offset: 4096, length: 4096 };
const bytes = new Random(5).bytes(10 * UNIT);

/** Units of data, zeros, computed bytes that read the file again, and, last, one that cannot be read. */
function mapOf(file: ByteFile): AddressMap {
  const inner = new FileMap(file);
  const computed = {
    what: 'computed',
    read: (offset: number, target: Uint8Array) => {
      readMap(inner, offset, target);
      for (let i = 0; i < target.length; i++) target[i]! ^= 0xff;
    },
  };
  const damage = unreadable(corrupt('FILE_TRUNCATED', 'a bad place'));
  return {
    size: 10 * UNIT,
    resolve(offset, length, at, sink) {
      for (let from = offset; from < offset + length; ) {
        const unit = Math.floor(from / UNIT);
        const count = Math.min(offset + length, (unit + 1) * UNIT) - from;
        const where = at + from - offset;
        if (unit === 9) sink.computed(where, count, damage, 0);
        else if (unit % 3 === 0) sink.data(where, count, file, from);
        else if (unit % 3 === 1) sink.zero(where, count);
        else sink.computed(where, count, computed, from);
        from += count;
      }
    },
  };
}

function outcome(read: typeof readMap, map: AddressMap, offset: number, length: number): unknown {
  const target = new Uint8Array(length).fill(1);
  try {
    const count = read(map, offset, target);
    return [count, Buffer.from(target).toString('base64')];
  } catch (error) {
    if (!StorageError.is(error)) throw error;
    return [error.kind, error.code, error.message]; // where: the cache had asked for more than was wanted
  }
}

describe('payload', () => {
  it.each<[string, () => ByteFile]>([
    ['a sound file', () => new MemoryFile(bytes, 'file')],
    ['a file with a bad place', () => new FaultyFile(new MemoryFile(bytes, 'file'), { bad: [BAD_PLACE] })],
    ['a file that has shrunk', () => new MemoryFile(bytes.subarray(0, 6 * UNIT + 100), 'file')],
  ])('of %s: the same bytes and errors as through the cache', (_, open) => {
    const random = new Random();
    for (let round = 0; round < 400; round++) {
      const offset = random.below(10 * UNIT + 10);
      const length = random.below(random.pick([10, 5000, 30_000]));
      const [through, past] = [readMap, readPayload].map((read) =>
        outcome(read, mapOf(new PageCache().open(open())), offset, length),
      );
      expect(past, `seed ${random.seed}`).toEqual(through);
    }
  });

  it('is read as it is asked for, and what the cache holds stays', () => {
    const counting = new CountingFile(new MemoryFile(bytes, 'file'));
    const map = new FileMap(new PageCache().open(counting));
    readMap(map, 100, new Uint8Array(10));
    for (const offset of [0, 150, 8000]) readPayload(map, offset, new Uint8Array(1000));
    readMap(map, 200, new Uint8Array(10));
    expect(counting.reads).toEqual([
      { offset: 0, length: 4096 },
      { offset: 0, length: 1000 },
      { offset: 150, length: 1000 },
      { offset: 8000, length: 1000 },
    ]);
  });
});

/**
 * Goal: a diff tells every sector that differs and no other, whatever the maps are made of, and says what it could not
 * read. Method: random maps over random bytes, compared with a loop over their bytes.
 */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DiffRange } from '../../../src/diff/diff-ranges.ts';
import { diffDisks } from '../../../src/diff/disk-diff.ts';
import { corrupt } from '../../../src/errors.ts';
import type { ByteFile } from '../../../src/io/byte-file.ts';
import { DiskFile } from '../../../src/io/disk-file.ts';
import { MemoryFile } from '../../../src/io/memory-file.ts';
import { type AddressMap, type ExtentSink, unreadable } from '../../../src/map/address-map.ts';
import { BytesLeaf, FileMap } from '../../../src/map/maps.ts';
import { CountingFile, FaultyFile } from '../../support/files.ts';
import { Random } from '../../support/random.ts';
import { tempFolder } from '../../support/temp.ts';

const SECTOR = 512;

type Leaf = { kind: 'data' | 'zero' | 'computed' | 'bad'; length: number; fileOffset: number };

/** A map made of a list of leaves over a file whose bytes are known. */
class ListMap implements AddressMap {
  readonly size: number;
  readonly #leaves: readonly Leaf[];
  readonly #file: ByteFile;
  readonly #bytes: Uint8Array;

  constructor(leaves: readonly Leaf[], file: ByteFile, bytes: Uint8Array) {
    this.#leaves = leaves;
    this.#file = file;
    this.#bytes = bytes;
    this.size = leaves.reduce((sum, leaf) => sum + leaf.length, 0);
  }

  resolve(offset: number, length: number, at: number, sink: ExtentSink): void {
    let start = 0;
    for (const leaf of this.#leaves) {
      const from = Math.max(offset, start);
      const to = Math.min(offset + length, start + leaf.length);
      if (from < to) {
        const inside = from - start;
        const part = this.#bytes.subarray(leaf.fileOffset, leaf.fileOffset + leaf.length);
        const here = at + from - offset;
        if (leaf.kind === 'data') sink.data(here, to - from, this.#file, leaf.fileOffset + inside);
        else if (leaf.kind === 'zero') sink.zero(here, to - from);
        else if (leaf.kind === 'computed') sink.computed(here, to - from, new BytesLeaf(part, 'test'), inside);
        else sink.computed(here, to - from, unreadable(corrupt('FILE_TRUNCATED', 'bad leaf')), inside);
      }
      start += leaf.length;
    }
  }

  /** Its bytes; unreadable ones are marked in `bad`. */
  expected(): { bytes: Uint8Array; bad: Uint8Array } {
    const bytes = new Uint8Array(this.size);
    const bad = new Uint8Array(this.size);
    let start = 0;
    for (const { kind, length, fileOffset } of this.#leaves) {
      if (kind === 'bad') bad.fill(1, start, start + length);
      else if (kind !== 'zero') bytes.set(this.#bytes.subarray(fileOffset, fileOffset + length), start);
      start += length;
    }
    return { bytes, bad };
  }
}

/** Two lists of leaves that mostly agree, cut at different places. */
function randomPair(random: Random, total: number, unit: number): { before: Leaf[]; after: Leaf[] } {
  const before: Leaf[] = [];
  const after: Leaf[] = [];
  for (let at = 0; at < total; ) {
    const length = Math.min(total - at, unit * (1 + random.below(random.pick([3, 40, 3000]))));
    const leaf = (kind: Leaf['kind'], fileOffset: number): Leaf => ({ kind, length, fileOffset });
    const roll = random.below(12);
    const moved = (at + unit * random.below(64)) % (total - length + 1);
    if (roll < 5) {
      before.push(leaf('data', at));
      after.push(leaf('data', at));
    } else if (roll < 7) {
      before.push(leaf('data', at));
      after.push(leaf(random.pick(['data', 'computed']), moved));
    } else if (roll < 9) {
      before.push(leaf(random.pick(['zero', 'data']), at));
      after.push(leaf(random.pick(['zero', 'computed']), at));
    } else if (roll < 11) {
      before.push(leaf('computed', at));
      after.push(leaf('data', at));
    } else {
      before.push(leaf(random.pick(['data', 'bad']), at));
      after.push(leaf(random.pick(['zero', 'bad']), at));
    }
    at += length;
  }
  return { before, after };
}

async function rangesOf(before: AddressMap, after: AddressMap, options: object = {}) {
  const ranges: DiffRange[] = [];
  const summary = await diffDisks(before, after, { threads: 1, onRange: (range) => ranges.push(range), ...options });
  return { ranges, summary };
}

/** One letter for each sector: what a loop over all bytes says. */
function bruteForce(before: ReturnType<ListMap['expected']>, after: ReturnType<ListMap['expected']>): string {
  const size = Math.max(before.bytes.length, after.bytes.length);
  let text = '';
  for (let start = 0; start < size; start += SECTOR) {
    let letter = '=';
    for (let at = start; at < Math.min(size, start + SECTOR); at++) {
      if ((before.bad[at] ?? 0) !== 0 || (after.bad[at] ?? 0) !== 0) letter = '?';
      else if (letter === '=' && (before.bytes[at] ?? 0) !== (after.bytes[at] ?? 0)) letter = 'x';
    }
    text += letter;
  }
  return text;
}

function asText(ranges: readonly DiffRange[], size: number): string {
  const sectors = new Array<string>(Math.ceil(size / SECTOR)).fill('=');
  for (const { offset, length, state } of ranges) {
    for (let at = offset - (offset % SECTOR); at < offset + length; at += SECTOR)
      sectors[Math.floor(at / SECTOR)] = state === 'unreadable' ? '?' : 'x';
  }
  return sectors.join('');
}

describe('diff of two disks', () => {
  it('equals a loop over all bytes, for random maps', async () => {
    for (let round = 0; round < 40; round++) {
      const random = new Random();
      const total = 3 * 2 ** 20 + 512 * random.below(9);
      const bytes = random.pick([true, false]) ? new Uint8Array(total).fill(7) : random.bytes(total);
      for (let i = 0; i < 60; i++) bytes[random.below(total)] = random.below(3);
      const leaves = randomPair(random, total, SECTOR);
      if (random.below(3) === 0) leaves.after.pop();
      const file = new MemoryFile(bytes, 'disk');
      const [before, after] = [new ListMap(leaves.before, file, bytes), new ListMap(leaves.after, file, bytes)];
      const { ranges, summary } = await rangesOf(before, after);
      const size = Math.max(before.size, after.size);
      const expected = bruteForce(before.expected(), after.expected());
      expect(asText(ranges, size) === expected, `seed ${random.seed}`).toBe(true);
      const { identity, extents, bytes: compared } = summary.equal;
      const told = summary.changed.bytes + summary.unreadable.bytes;
      expect(identity + extents + compared + told, `seed ${random.seed}`).toBe(size);
      for (const [index, range] of ranges.entries()) {
        const next = ranges[index + 1];
        const apart = next === undefined || next.offset > range.offset + range.length || next.state !== range.state;
        expect(apart, `seed ${random.seed}: ${JSON.stringify([range, next])}`).toBe(true);
      }
    }
  });

  it('holds for maps whose parts are no whole sectors', async () => {
    for (let round = 0; round < 20; round++) {
      const random = new Random();
      const total = 400_000 + random.below(1000);
      const bytes = new Uint8Array(total).fill(7);
      for (let i = 0; i < 40; i++) bytes[random.below(total)] = random.below(3);
      const leaves = randomPair(random, total, 1 + random.below(700));
      const readable = (leaf: Leaf): Leaf => (leaf.kind === 'bad' ? { ...leaf, kind: 'zero' } : leaf);
      const file = new MemoryFile(bytes, 'disk');
      const before = new ListMap(leaves.before.map(readable), file, bytes);
      const after = new ListMap(leaves.after.map(readable), file, bytes);
      const { ranges } = await rangesOf(before, after);
      const told = asText(ranges, total);
      const expected = bruteForce(before.expected(), after.expected());
      expect(told === expected, `seed ${random.seed}`).toBe(true);
    }
  });

  it('reads nothing where both disks live at one place, and each other byte once', async () => {
    const random = new Random(3);
    const bytes = random.bytes(4 * 2 ** 20);
    const changed = bytes.slice();
    changed[2_000_000]!++;
    const file = new CountingFile(new MemoryFile(bytes, 'a'));
    const other = new CountingFile(new MemoryFile(changed, 'b'));
    const same = await rangesOf(new FileMap(file), new FileMap(file));
    expect([same.ranges, file.reads.length, same.summary.equal.identity]).toEqual([[], 0, bytes.length]);
    const { ranges } = await rangesOf(new FileMap(file), new FileMap(other));
    expect(ranges).toEqual([{ offset: 1_999_872, length: 512, state: 'changed' }]);
    expect(file.coverage(0, bytes.length)).toEqual([1, 1]);
    expect(other.coverage(0, bytes.length)).toEqual([1, 1]);
  });

  it('with mapOnly reads nothing, and tells what may differ', async () => {
    const bytes = new Uint8Array(2 ** 20);
    const file = new CountingFile(new MemoryFile(bytes, 'a'));
    const before = new ListMap([{ kind: 'data', length: 2 ** 20, fileOffset: 0 }], file, bytes);
    const after = new ListMap(
      [
        { kind: 'data', length: 4096, fileOffset: 0 },
        { kind: 'zero', length: 8192, fileOffset: 0 },
        { kind: 'data', length: 2 ** 20 - 12288, fileOffset: 12288 },
      ],
      file,
      bytes,
    );
    const { ranges } = await rangesOf(before, after, { mapOnly: true });
    expect(ranges).toEqual([{ offset: 4096, length: 8192, state: 'possible' }]);
    expect(file.reads).toEqual([]);
  });

  it('finds unreadable sectors of a failing file, and compares those around them', async () => {
    const bytes = new Random(5).bytes(2 ** 21);
    const changed = bytes.slice();
    changed[99]!++;
    changed[2_000_000]!++;
    const bad = [
      { offset: 700_000, length: 1 },
      { offset: 1_500_000, length: 3000 },
    ];
    const faulty = new FaultyFile(new MemoryFile(changed, 'b'), { bad });
    const { ranges, summary } = await rangesOf(new FileMap(new MemoryFile(bytes, 'a')), new FileMap(faulty));
    expect(ranges.map(({ offset, length, state }) => [offset, length, state])).toEqual([
      [0, 512, 'changed'],
      [699_904, 512, 'unreadable'],
      [1_499_648, 3584, 'unreadable'],
      [1_999_872, 512, 'changed'],
    ]);
    expect(ranges[1]!.error).toMatchObject({ kind: 'io', code: 'EIO' });
    expect(summary.unreadable).toEqual({ ranges: 2, bytes: 4096 });
  });

  it('with two threads tells the same as with one', async () => {
    const folder = tempFolder();
    const random = new Random(11);
    const bytes = new Uint8Array(130 * 2 ** 20).fill(1);
    writeFileSync(join(folder, 'a'), bytes);
    for (let i = 0; i < 300; i++) bytes[random.below(bytes.length)] = 2;
    writeFileSync(join(folder, 'b'), bytes);
    const [a, b] = [new DiskFile(join(folder, 'a')), new DiskFile(join(folder, 'b'))];
    const one = await rangesOf(new FileMap(a), new FileMap(b), { threads: 1 });
    let done = 0;
    const two = await rangesOf(new FileMap(a), new FileMap(b), {
      threads: 2,
      onProgress: (bytes: number) => (done = bytes),
    });
    expect(two).toEqual(one);
    expect(one.ranges.length).toBeGreaterThan(250);
    expect(done).toBe(bytes.length);
    a.close();
    b.close();
  });

  it('is cancelled', async () => {
    const abort = new AbortController();
    abort.abort(new Error('enough'));
    const [a, b] = [new MemoryFile(new Uint8Array(1024), 'a'), new MemoryFile(new Uint8Array(1024), 'b')];
    await expect(diffDisks(new FileMap(a), new FileMap(b), { threads: 1, signal: abort.signal })).rejects.toThrow(
      'enough',
    );
  });
});

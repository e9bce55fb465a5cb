/**
 * Goal: the copy engine moves exactly the bytes of a map, reads each of them once, and survives damage. Method: maps of
 * random leaves over files with known bytes, compared with a plain model; counting and failing files.
 */

import { createHash } from 'node:crypto';
import { closeSync, ftruncateSync, openSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CopyEngine, hashMap } from '../../../src/copy/copy-engine.ts';
import { corrupt } from '../../../src/errors.ts';
import type { ByteFile } from '../../../src/io/byte-file.ts';
import { DiskFile } from '../../../src/io/disk-file.ts';
import { MemoryFile } from '../../../src/io/memory-file.ts';
import { type AddressMap, type ExtentSink, unreadable } from '../../../src/map/address-map.ts';
import { BytesLeaf } from '../../../src/map/maps.ts';
import { CountingFile, FaultyFile } from '../../support/files.ts';
import { Random } from '../../support/random.ts';
import { tempFolder } from '../../support/temp.ts';

type Leaf = { kind: 'data' | 'zero' | 'computed' | 'bad'; length: number; fileOffset: number };

/** A map made of a list of leaves, and the bytes it stands for. */
class ListMap implements AddressMap {
  readonly size: number;
  readonly leaves: readonly Leaf[];
  readonly #file: ByteFile;
  readonly #bytes: Uint8Array;

  constructor(leaves: readonly Leaf[], file: ByteFile, bytes: Uint8Array) {
    this.leaves = leaves;
    this.#file = file;
    this.#bytes = bytes;
    this.size = leaves.reduce((sum, leaf) => sum + leaf.length, 0);
  }

  resolve(offset: number, length: number, at: number, sink: ExtentSink): void {
    let start = 0;
    for (const leaf of this.leaves) {
      const from = Math.max(offset, start);
      const to = Math.min(offset + length, start + leaf.length);
      if (from < to) {
        const inside = from - start;
        const part = this.#bytes.subarray(leaf.fileOffset, leaf.fileOffset + leaf.length);
        if (leaf.kind === 'data') sink.data(at + from - offset, to - from, this.#file, leaf.fileOffset + inside);
        else if (leaf.kind === 'zero') sink.zero(at + from - offset, to - from);
        else if (leaf.kind === 'computed')
          sink.computed(at + from - offset, to - from, new BytesLeaf(part, 'test'), inside);
        else sink.computed(at + from - offset, to - from, unreadable(corrupt('FILE_TRUNCATED', 'bad leaf')), inside);
      }
      start += leaf.length;
    }
  }

  expected(): Uint8Array {
    const result = new Uint8Array(this.size);
    let start = 0;
    for (const leaf of this.leaves) {
      if (leaf.kind === 'data' || leaf.kind === 'computed') {
        result.set(this.#bytes.subarray(leaf.fileOffset, leaf.fileOffset + leaf.length), start);
      }
      start += leaf.length;
    }
    return result;
  }
}

function randomLeaves(random: Random, source: number, kinds: readonly Leaf['kind'][], total: number): Leaf[] {
  const leaves: Leaf[] = [];
  for (let size = 0; size < total; ) {
    const length = 1 + random.below(random.pick([100, 5000, 3_000_000]));
    leaves.push({ kind: random.pick(kinds), length, fileOffset: random.below(source - length) });
    size += length;
  }
  return leaves;
}

async function copyToFile(engine: CopyEngine, map: AddressMap, path: string, options: object = {}) {
  const fd = openSync(path, 'w+');
  ftruncateSync(fd, map.size);
  const outcome = await engine.copy(map, { target: { path, fd }, ...options });
  closeSync(fd);
  return outcome;
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('in one thread', () => {
  it('copies and hashes random mixes of leaves', async () => {
    const random = new Random();
    const bytes = random.bytes(4_000_000);
    const map = new ListMap(
      randomLeaves(random, bytes.length, ['data', 'zero', 'computed'], 20_000_000),
      new MemoryFile(bytes),
      bytes,
    );
    await using engine = new CopyEngine({ threads: 1 });
    const out = join(tempFolder(), 'out');
    await copyToFile(engine, map, out);
    expect(sha256(readFileSync(out)), `seed ${random.seed}`).toBe(sha256(map.expected()));
    expect((await hashMap(engine, map)).sha256, `seed ${random.seed}`).toBe(sha256(map.expected()));
  });

  it('reads each data byte once and no byte of a zero leaf', async () => {
    const bytes = new Uint8Array(5_000_000).fill(7);
    const file = new CountingFile(new MemoryFile(bytes));
    const map = new ListMap(
      [
        { kind: 'data', length: 2_500_001, fileOffset: 100 },
        { kind: 'zero', length: 9_000_000, fileOffset: 0 },
        { kind: 'data', length: 333, fileOffset: 4_000_000 },
      ],
      file,
      bytes,
    );
    await using engine = new CopyEngine({ threads: 1 });
    await copyToFile(engine, map, join(tempFolder(), 'out'), { hash: createHash('sha256') });
    expect(file.coverage(100, 2_500_001)).toEqual([1, 1]);
    expect(file.coverage(4_000_000, 333)).toEqual([1, 1]);
    expect(file.reads.reduce((sum, read) => sum + read.length, 0)).toBe(2_500_001 + 333);
  });

  it('keeps holes of zero leaves, and of zero data when asked', async () => {
    const bytes = new Uint8Array(8 * 1024 * 1024);
    bytes.fill(1, 0, 1024);
    const map = new ListMap([{ kind: 'data', length: bytes.length, fileOffset: 0 }], new MemoryFile(bytes), bytes);
    await using engine = new CopyEngine({ threads: 1 });
    const out = join(tempFolder(), 'out');
    await copyToFile(engine, map, out, { detectZeros: true });
    expect(sha256(readFileSync(out))).toBe(sha256(bytes));
    expect(statSync(out).blocks * 512).toBeLessThan(1024 * 1024);
  });

  it('salvages: unreadable sectors become zeros, are listed exactly, and nothing else is lost', async () => {
    const random = new Random();
    const bytes = random.bytes(3_000_000);
    const bad = [
      { offset: 700_000 - (700_000 % 512), length: 512 },
      { offset: 2_000_128, length: 64 },
    ];
    const file = new FaultyFile(new MemoryFile(bytes), { bad });
    const map = new ListMap(
      [
        { kind: 'data', length: bytes.length, fileOffset: 0 },
        { kind: 'bad', length: 4096, fileOffset: 0 },
      ],
      file,
      bytes,
    );
    await using engine = new CopyEngine({ threads: 1 });
    const out = join(tempFolder(), 'out');
    const outcome = await copyToFile(engine, map, out, { salvage: true });
    const expected = map.expected();
    for (const { offset, length } of outcome.unreadable) expected.fill(0, offset, offset + length);
    expect(sha256(readFileSync(out)), `seed ${random.seed}`).toBe(sha256(expected));
    for (const range of bad) {
      expect(
        outcome.unreadable.some(
          (found) => found.offset <= range.offset && range.offset + range.length <= found.offset + found.length,
        ),
      ).toBe(true);
    }
    expect(outcome.unreadable.reduce((sum, range) => sum + range.length, 0)).toBeLessThanOrEqual(512 * 3 + 4096);
    expect(outcome.unreadable.at(-1)).toMatchObject({
      offset: bytes.length,
      length: 4096,
      error: { code: 'FILE_TRUNCATED' },
    });
  });

  it('without salvage a failing read ends the copy with its error', async () => {
    const bytes = new Uint8Array(3_000_000);
    const file = new FaultyFile(new MemoryFile(bytes), { failAt: 1 });
    const map = new ListMap([{ kind: 'data', length: bytes.length, fileOffset: 0 }], file, bytes);
    await using engine = new CopyEngine({ threads: 1 });
    await expect(engine.copy(map, { target: null })).rejects.toMatchObject({ kind: 'io', at: { offset: 1024 * 1024 } });
  });

  it('stops when the signal fires', async () => {
    const bytes = new Uint8Array(1024 * 1024);
    const leaves = Array.from({ length: 200 }, () => ({ kind: 'data' as const, length: bytes.length, fileOffset: 0 }));
    const abort = new AbortController();
    await using engine = new CopyEngine({ threads: 1 });
    const copy = engine.copy(new ListMap(leaves, new MemoryFile(bytes), bytes), {
      target: null,
      signal: abort.signal,
      onBytes: () => abort.abort(),
    });
    await expect(copy).rejects.toThrow();
  });
});

describe('in two threads', () => {
  const random = new Random();
  const bytes = new Uint8Array(96 * 1024 * 1024);
  new Uint32Array(bytes.buffer).forEach((_, index, words) => {
    words[index] = Math.imul(index + random.seed, 0x9e3779b1);
  });
  bytes.fill(0, 20_000_000, 30_000_000);
  const leaves: Leaf[] = [
    { kind: 'data', length: 70_000_001, fileOffset: 0 },
    { kind: 'zero', length: 5_000_000, fileOffset: 0 },
    { kind: 'data', length: 12_345_678, fileOffset: 80_000_000 },
  ];

  for (const hashed of [false, true]) {
    it(`copies ${hashed ? 'and hashes ' : ''}as one thread does`, async () => {
      const folder = tempFolder();
      writeFileSync(join(folder, 'source'), bytes);
      const file = new DiskFile(join(folder, 'source'));
      const map = new ListMap(leaves, file, bytes);
      await using engine = new CopyEngine();
      const hash = hashed ? createHash('sha256') : undefined;
      let done = 0;
      const outcome = await copyToFile(engine, map, join(folder, 'out'), {
        hash,
        detectZeros: true,
        onBytes: (count: number) => (done += count),
      });
      const expected = sha256(map.expected());
      expect(sha256(readFileSync(join(folder, 'out'))), `seed ${random.seed}`).toBe(expected);
      if (hash !== undefined) expect(hash.digest('hex')).toBe(expected);
      expect(outcome.payloadBytes).toBe(82_345_679);
      expect(Math.abs(done - map.size)).toBeLessThan(1024 * 1024);
      file.close();
    });

    it(`a source that has shrunk ends a ${hashed ? 'hashed ' : ''}copy with a typed error, or is salvaged`, async () => {
      const folder = tempFolder();
      const path = join(folder, 'source');
      writeFileSync(path, bytes.subarray(0, 40_000_000));
      const file = new DiskFile(path);
      const map = new ListMap(leaves, file, bytes);
      await using engine = new CopyEngine();
      const options = (): object => (hashed ? { hash: createHash('sha256') } : {});
      await expect(copyToFile(engine, map, join(folder, 'out'), options())).rejects.toMatchObject({
        code: 'FILE_TRUNCATED',
      });
      const outcome = await copyToFile(engine, map, join(folder, 'out2'), { ...options(), salvage: true });
      const lost = outcome.unreadable.reduce((sum, range) => sum + range.length, 0);
      expect(lost).toBeGreaterThanOrEqual(82_345_679 - 40_000_000);
      expect(lost).toBeLessThan(82_345_679 - 40_000_000 + 1024);
      expect(readFileSync(join(folder, 'out2')).subarray(0, 39_999_488).equals(bytes.subarray(0, 39_999_488))).toBe(
        true,
      );
      file.close();
    });
  }
});

/**
 * Goal: a range of a map is taken for one range of an open file when it is one, and never else, however often it was asked for
 * before. Method: random maps, and a model that walks their leaves for each question.
 */

import { expect, it } from 'vitest';
import type { ByteFile } from '../../../src/io/byte-file.ts';
import type { AddressMap, ExtentSink } from '../../../src/map/address-map.ts';
import { FileRanges } from '../../../src/serve/fuse/file-ranges.ts';
import { Random } from '../../support/random.ts';

const MIB = 2 ** 20;

type Leaf = { readonly length: number; readonly file: ByteFile | null; readonly fileOffset: number };

function fileOf(fd: number | null): ByteFile {
  const host = fd === null ? undefined : { fd, path: `/file${fd}` };
  return { name: 'file', size: 2 ** 45, identity: String(fd), path: null, host, read: () => 0, close: () => undefined };
}

/** Leaves one behind the other; without a file they are zeros. */
class LeafMap implements AddressMap {
  readonly size: number;
  readonly #leaves: readonly Leaf[];
  asked = 0;

  constructor(leaves: readonly Leaf[]) {
    this.#leaves = leaves;
    this.size = leaves.reduce((sum, { length }) => sum + length, 0);
  }

  resolve(offset: number, length: number, at: number, sink: ExtentSink): void {
    expect(offset >= 0 && length > 0 && offset + length <= this.size).toBe(true);
    this.asked++;
    let start = 0;
    for (const leaf of this.#leaves) {
      const from = Math.max(offset, start);
      const to = Math.min(offset + length, start + leaf.length);
      if (to > from && leaf.file === null) sink.zero(at + from - offset, to - from);
      else if (to > from) sink.data(at + from - offset, to - from, leaf.file!, leaf.fileOffset + from - start);
      start += leaf.length;
    }
  }

  /** Where the range starts in its file; null where it lies otherwise. */
  place(offset: number, length: number): { readonly fd: number; readonly offset: number } | null {
    const parts: { file: ByteFile | null; at: number; length: number }[] = [];
    let start = 0;
    for (const { file, fileOffset, length: size } of this.#leaves) {
      const from = Math.max(offset, start);
      const to = Math.min(offset + length, start + size);
      if (to > from) parts.push({ file, at: fileOffset + from - start, length: to - from });
      start += size;
    }
    const [first] = parts;
    if (first?.file?.host === undefined) return null;
    let end = first.at;
    for (const part of parts) {
      if (part.file !== first.file || part.at !== end) return null;
      end += part.length;
    }
    return { fd: first.file.host.fd, offset: first.at };
  }
}

function randomMap(random: Random): LeafMap {
  const files = [fileOf(3), fileOf(4), fileOf(null)];
  const leaves: Leaf[] = [];
  let [file, at] = [files[0]!, 0];
  for (let count = 1 + random.below(12); count > 0; count--) {
    const length = random.below(4) === 0 ? 1 + random.below(8192) : 1 + random.below(3 * MIB);
    const kind = random.below(6);
    if (kind > 2) {
      file = random.pick(files);
      at = random.below(2 ** 31);
    }
    leaves.push(kind === 0 ? { length, file: null, fileOffset: 0 } : { length, file, fileOffset: at }); // goes on where it ended
    at += length;
  }
  return new LeafMap(leaves);
}

it('finds what is one range of one file, and nothing else', () => {
  const random = new Random();
  let found = 0;
  for (let round = 0; round < 200; round++) {
    const map = randomMap(random);
    const ranges = new FileRanges(map);
    for (let i = 0; i < 100; i++) {
      const offset = random.below(map.size);
      const length = Math.min(1 + random.below(random.below(3) === 0 ? 2 * MIB : 8192), map.size - offset);
      const place = map.place(offset, length);
      expect(ranges.find(offset, length)).toEqual(place === null ? null : { ...place, length });
      if (place !== null) found++;
    }
  }
  expect(found).toBeGreaterThan(2000);
});

it('follows a window down once, where it lies in one piece', () => {
  const map = new LeafMap([{ length: 5 * MIB, file: fileOf(3), fileOffset: 0 }]);
  const ranges = new FileRanges(map);
  for (let i = 0; i < 1000; i++) expect(ranges.find((i * 4099) % (5 * MIB - 4096), 4096)).not.toBeNull();
  expect(map.asked).toBeLessThan(30); // five windows, and what lies across the end of one
});

it('remembers 128 KiB at most of a map of any size', () => {
  const size = 2 ** 44;
  const map = new LeafMap([{ length: size, file: fileOf(3), fileOffset: 7 }]);
  const ranges = new FileRanges(map);
  const before = process.memoryUsage().arrayBuffers;
  expect(ranges.find(size - 10, 10)).toEqual({ fd: 3, offset: size - 3, length: 10 });
  expect(ranges.find(size / 2 - 5, 10)).toEqual({ fd: 3, offset: size / 2 + 2, length: 10 });
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 18);
});

it('finds nothing at or beyond the end, where nothing is read', () => {
  const map = new LeafMap([{ length: MIB, file: fileOf(3), fileOffset: 0 }]);
  const ranges = new FileRanges(map);
  for (const offset of [0, MIB, 5 * MIB]) expect(ranges.find(offset, 0)).toBeNull();
  expect(map.asked).toBe(0);
});

it('finds nothing of a file that was closed', () => {
  const file = fileOf(3) as { host: unknown } & ByteFile;
  const ranges = new FileRanges(new LeafMap([{ length: MIB, file, fileOffset: 0 }]));
  expect(ranges.find(4096, 4096)).not.toBeNull();
  file.host = undefined;
  expect(ranges.find(4096, 4096)).toBeNull();
});

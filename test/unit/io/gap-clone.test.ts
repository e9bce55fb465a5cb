/**
 * Goal: a clone that is changed before it shares anything reads, at any time and after its flush, as one that was made
 * whole. Method: seeded writes and reads against an array of bytes, with ranges that can and cannot be shared.
 */

import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MIB } from '../../../src/base/bytes.ts';
import { DiskStore } from '../../../src/io/disk-store.ts';
import { GapClone } from '../../../src/io/gap-clone.ts';
import { MemoryFile } from '../../../src/io/memory-file.ts';
import { PortableHostFiles } from '../../../src/io/portable-host-files.ts';
import { Random } from '../../support/random.ts';
import { SimulatedStore } from '../../support/simulated-store.ts';
import { tempFolder } from '../../support/temp.ts';

const UNIT = 4096;

function make(bytes: Uint8Array, canShare: (offset: number) => boolean = () => true, rangesMax?: number) {
  const file = new SimulatedStore().create('/new');
  const shared: [number, number][] = [];
  const share = (offset: number, length: number): boolean => {
    expect([offset % UNIT, length % UNIT]).toEqual([0, 0]);
    if (!canShare(offset)) return false;
    shared.push([offset, length]);
    file.write(offset, bytes.subarray(offset, offset + length));
    return true;
  };
  return { clone: new GapClone({ file, base: new MemoryFile(bytes), unit: UNIT, share, rangesMax }), shared };
}

function contentOf(clone: GapClone): Uint8Array {
  const bytes = new Uint8Array(clone.size);
  expect(clone.read(0, bytes)).toBe(clone.size);
  return bytes;
}

describe('against an array of bytes', () => {
  it.each([1, 2, 3, 4, 5, 6])('seed %i', (seed) => {
    const random = new Random(seed);
    const size = random.pick([40 * UNIT, 40 * UNIT + 512, 3 * UNIT, 17]);
    let wanted = Uint8Array.from({ length: size }, () => random.below(256));
    const { clone } = make(wanted.slice(), () => seed % 2 === 0 || random.below(3) > 0, seed > 4 ? 6 : undefined);
    for (let step = 0; step < 120; step++) {
      const offset = random.below(size + 2 * UNIT);
      const bytes = new Uint8Array(random.pick([1, 512, UNIT, 3 * UNIT + 100])).fill(1 + random.below(255));
      if (offset + bytes.length > wanted.length) {
        const grown = new Uint8Array(offset + bytes.length);
        grown.set(wanted);
        wanted = grown;
      }
      wanted.set(bytes, offset);
      clone.write(offset, bytes);
      if (step === 90) clone.flush();
      if (step === 100) {
        wanted = wanted.slice(0, Math.ceil(size / 2));
        clone.truncate(wanted.length);
      }
      const part = new Uint8Array(1 + random.below(2 * UNIT));
      const from = random.below(wanted.length);
      const count = clone.read(from, part);
      expect(Buffer.compare(part.subarray(0, count), wanted.subarray(from, from + part.length))).toBe(0);
    }
    clone.flush();
    expect(Buffer.compare(contentOf(clone), wanted)).toBe(0);
  });
});

it('shares the gaps, and nothing that was written', () => {
  const { clone, shared } = make(new Uint8Array(10 * UNIT).fill(7));
  clone.write(4 * UNIT, new Uint8Array(UNIT));
  clone.write(UNIT + 512, new Uint8Array(512));
  clone.write(5 * UNIT, new Uint8Array(UNIT));
  expect(shared).toEqual([]);
  clone.flush();
  expect(shared).toEqual([
    [0, UNIT],
    [2 * UNIT, 2 * UNIT],
    [6 * UNIT, 4 * UNIT],
  ]);
  clone.flush();
  expect(shared).toHaveLength(3);
});

it('what a writer passes over is shared at once, if nothing in it was written', () => {
  const { clone, shared } = make(new Uint8Array(20 * UNIT).fill(7));
  const write = (unit: number, units = 1): void => clone.write(unit * UNIT, new Uint8Array(units * UNIT).fill(9));
  write(2);
  expect(shared).toEqual([]); // what comes before the first write may be written last: headers, tables
  write(6, 2);
  expect(shared).toEqual([[3 * UNIT, 3 * UNIT]]);
  write(1);
  write(7); // between them lie 3 to 7, of which some is written
  write(12, 3);
  write(10);
  write(13); // 11 to 12, and into what was written
  expect(shared.slice(1)).toEqual([[8 * UNIT, 4 * UNIT]]);
  clone.flush();
  const wanted = Uint8Array.from({ length: 20 * UNIT }, (_, at) => {
    return [1, 2, 6, 7, 10, 12, 13, 14].includes(Math.floor(at / UNIT)) ? 9 : 7;
  });
  expect(Buffer.compare(contentOf(clone), wanted)).toBe(0);
});

it('what lies further on than a payload block is long is not passed over', () => {
  const { clone, shared } = make(new Uint8Array(80 * MIB).fill(7));
  clone.write(0, new Uint8Array(UNIT));
  clone.write(70 * MIB, new Uint8Array(UNIT));
  expect(shared).toEqual([]);
});

it('beyond so many ranges everything is shared, and the file reads the same', () => {
  const { clone, shared } = make(new Uint8Array(40 * UNIT).fill(7), () => true, 8);
  for (let i = 7; i >= 0; i--) clone.write(4 * i * UNIT, new Uint8Array(UNIT).fill(9));
  expect(shared).toEqual([]);
  clone.write(32 * UNIT, new Uint8Array(UNIT).fill(9));
  clone.write(36 * UNIT, new Uint8Array(UNIT).fill(9));
  expect(shared.at(-1)).toEqual([29 * UNIT, 11 * UNIT]);
  expect(shared).toHaveLength(8);
  const wanted = Uint8Array.from({ length: 40 * UNIT }, (_, at) => (Math.floor(at / UNIT) % 4 === 0 ? 9 : 7));
  expect(Buffer.compare(contentOf(clone), wanted)).toBe(0);
});

describe('on disk', () => {
  /** A platform that shares ranges by copying them, or does not. */
  class Sharing extends PortableHostFiles {
    readonly #outcome: 'cloned' | 'unsupported';
    calls = 0;

    constructor(outcome: 'cloned' | 'unsupported') {
      super('test');
      this.#outcome = outcome;
    }

    override cloneRange() {
      this.calls++;
      return this.#outcome;
    }
  }

  it('keeps the mode, and makes nothing where ranges cannot be shared and files cannot either', () => {
    const folder = join(tempFolder(), 'gap');
    mkdirSync(folder);
    const [from, to] = [join(folder, 'a'), join(folder, 'b')];
    writeFileSync(from, new Uint8Array(100 * UNIT).fill(3), { mode: 0o640 });
    const file = new DiskStore(new Sharing('cloned')).openClone(from, to)!;
    file.write(0, new Uint8Array(512).fill(4));
    file.writeOut?.();
    file.flush();
    file.close();
    expect(statSync(to).mode & 0o777).toBe(0o640);
    expect(readFileSync(to).length).toBe(100 * UNIT);

    const other = new Sharing('unsupported');
    const whole = new DiskStore(other).openClone(from, join(folder, '2b'));
    expect(other.calls).toBe(1);
    if (whole !== null) {
      expect(whole.size).toBe(100 * UNIT); // a file system that clones whole files
      whole.close();
    } else expect(() => statSync(join(folder, '2b'))).toThrow();
  });
});

/**
 * Goal: a sidecar gives back what was put in, from nothing or from the state before, and any flipped byte is found.
 * Method: seeded contents against a Map, on the simulated store; every byte of a small sidecar is flipped once.
 */

import { createRequire } from 'node:module';
import { beforeAll, describe, expect, it } from 'vitest';
import { StorageError } from '../../../src/errors.ts';
import type { WritableFile } from '../../../src/io/file-store.ts';
import { MemoryFile } from '../../../src/io/memory-file.ts';
import { ChangeMap } from '../../../src/sidecar/change-map.ts';
import { type Fingerprinter, loadFingerprinter } from '../../../src/sidecar/fingerprint.ts';
import { blockSizeFor, type StateFacts } from '../../../src/sidecar/format.ts';
import { differingRanges, Sidecar } from '../../../src/sidecar/sidecar.ts';
import { listSidecars, openSidecar, sidecarFolder, sidecarPath } from '../../../src/sidecar/sidecar-files.ts';
import { SidecarWriter } from '../../../src/sidecar/sidecar-writer.ts';
import { Random } from '../../support/random.ts';
import { SimulatedStore } from '../../support/simulated-store.ts';

const KIB64 = 64 * 1024;
const GUIDS = ['11111111-0000-4000-8000-000000000001', '11111111-0000-4000-8000-000000000002'] as const;
let fingerprint: Fingerprinter;
beforeAll(async () => {
  fingerprint = await loadFingerprinter();
});

const factsOf = (blocks: number, index = 0): StateFacts => ({
  dataWriteGuid: GUIDS[index]!,
  previousGuid: index === 0 ? null : GUIDS[0],
  pointId: index === 0 ? null : '22222222-0000-4000-8000-000000000000',
  replicaId: '33333333-0000-4000-8000-000000000000',
  sequence: index + 1,
  capturedMs: 1_700_000_000_000 + index,
  diskSize: blocks * KIB64 - 512,
  blockSize: KIB64,
  depth: 1 + index,
});

const making = (file: WritableFile) => () => ({ file, isClone: false });

function newStore(): SimulatedStore {
  const store = new SimulatedStore();
  store.makeFolder('/c');
  store.makeFolder(sidecarFolder('/c'));
  return store;
}

type Model = Map<number, Uint8Array>;

function expectModel(sidecar: Sidecar, model: Model, blocks: number): void {
  const found = new Uint8Array(16);
  for (let block = 0; block < blocks; block++) {
    sidecar.fingerprint(block, found, 0);
    expect(Buffer.from(found).toString('hex'), `block ${block}`).toBe(
      Buffer.from(model.get(block) ?? new Uint8Array(16)).toString('hex'),
    );
  }
}

describe('fingerprint', () => {
  it('is XXH128 as the reference implementation writes it', () => {
    const target = new Uint8Array(20);
    fingerprint(new Uint8Array(0), target, 2);
    expect(Buffer.from(target).toString('hex')).toBe('000099aa06d3014798d86001c324468d497f0000');
    fingerprint(new TextEncoder().encode('a'), target, 0);
    expect(Buffer.from(target.subarray(0, 16)).toString('hex')).toBe('a96faf705af16834e6c632b61e964e1f');
  });

  it('comes from one file of the package, which is there', () => {
    const require = createRequire(import.meta.url);
    expect(typeof require('hash-wasm/dist/xxhash128.umd.min.js').createXXHash128).toBe('function');
  });
});

describe('sidecar', () => {
  it('gives back fingerprints, facts and changes, written in any order and more than is held in memory', () => {
    const random = new Random(7);
    const store = newStore();
    const blocks = 256 * 1200;
    const model: Model = new Map();
    const writer = new SidecarWriter(making(store.create(sidecarPath('/c', GUIDS[0]))), factsOf(blocks), fingerprint);
    for (let i = 0; i < 4000; i++) {
      const block = random.below(blocks);
      const value = i % 5 === 4 ? new Uint8Array(16) : random.bytes(16);
      model.set(block, value);
      writer.set(block, value, 0);
    }
    writer.finish(ChangeMap.of([{ offset: 4096, length: 8192 }]));
    expect(listSidecars(store, '/c')).toEqual([GUIDS[0]]);
    using sidecar = openSidecar(store, '/c', GUIDS[0], fingerprint);
    expect(sidecar.facts).toMatchObject(factsOf(blocks));
    expect([...sidecar.changes().ranges()]).toEqual([{ offset: 4096, length: 8192 }]);
    const found = new Uint8Array(16);
    for (const [block, value] of model) {
      sidecar.fingerprint(block, found, 0);
      expect(found).toEqual(value);
      expect(sidecar.isZero(block)).toBe(value.every((byte) => byte === 0));
    }
  });

  it.each([false, true])('goes on from the state before (file cloned: %s), growing and shrinking', (isClone) => {
    const random = new Random(8);
    const [from, to] = [sidecarPath('/c', GUIDS[0]), sidecarPath('/c', GUIDS[1])];
    for (const [before, after] of [
      [700, 700],
      [700, 1900],
      [1900, 300],
      [1900, 512],
    ] as const) {
      const store = newStore();
      const model: Model = new Map();
      const fill = (writer: SidecarWriter, count: number, blocks: number): void => {
        for (let i = 0; i < count; i++) {
          const block = random.below(blocks);
          const value = random.below(3) === 0 ? new Uint8Array(16) : random.bytes(16);
          model.set(block, value);
          writer.set(block, value, 0);
        }
      };
      const first = new SidecarWriter(making(store.create(from)), factsOf(before), fingerprint);
      fill(first, 400, before);
      first.finish(new ChangeMap());
      const old = new Map(model);
      using base = openSidecar(store, '/c', GUIDS[0], fingerprint);
      const make = () => {
        if (isClone) store.clone(from, to);
        return { file: isClone ? store.openWritable(to) : store.create(to), isClone };
      };
      const next = new SidecarWriter(make, factsOf(after, 1), fingerprint, {
        sidecar: openSidecar(store, '/c', GUIDS[0], fingerprint),
        file: store.open(from),
      });
      for (const block of [...model.keys()]) if (block >= after) model.delete(block);
      fill(next, 60, after);
      next.finish(new ChangeMap());
      using sidecar = openSidecar(store, '/c', GUIDS[1], fingerprint);
      expectModel(sidecar, model, after);
      expectModel(base, old, before);
      const expected: number[] = [];
      for (let block = 0; block < Math.max(before, after); block++) {
        const [a, b] = [old.get(block) ?? new Uint8Array(16), model.get(block) ?? new Uint8Array(16)];
        if (Buffer.compare(a, b) !== 0) expected.push(block);
      }
      const found = [...differingRanges(base, sidecar)].flatMap(({ offset, length }) =>
        Array.from({ length: Math.ceil(length / KIB64) }, (_, i) => offset / KIB64 + i),
      );
      expect(found).toEqual(expected);
    }
  });

  it('has one root for one content, however it came to be', () => {
    const store = newStore();
    const values = [3, 300, 301].map((block) => [block, new Random(block).bytes(16)] as const);
    const write = (index: 0 | 1, order: readonly number[]): string => {
      const writer = new SidecarWriter(
        making(store.create(sidecarPath('/c', GUIDS[index]))),
        factsOf(700, index),
        fingerprint,
      );
      writer.set(500, new Random(1).bytes(16), 0);
      for (const i of order) writer.set(values[i]![0], values[i]![1], 0);
      writer.set(500, new Uint8Array(16), 0);
      writer.finish(new ChangeMap());
      using sidecar = openSidecar(store, '/c', GUIDS[index], fingerprint);
      return sidecar.root;
    };
    expect(write(1, [2, 1, 0])).toBe(write(0, [0, 1, 2]));
  });

  it('finds every flipped byte', () => {
    const store = newStore();
    const path = sidecarPath('/c', GUIDS[0]);
    const writer = new SidecarWriter(making(store.create(path)), factsOf(300), fingerprint);
    for (const block of [0, 5, 299]) writer.set(block, new Random(block).bytes(16), 0);
    writer.finish(ChangeMap.of([{ offset: 0, length: 512 }]), new Uint8Array([1, 2, 3]));
    const file = store.open(path);
    const bytes = new Uint8Array(file.size);
    file.read(0, bytes);
    const readAll = (copy: Uint8Array): void => {
      const sidecar = Sidecar.open(new MemoryFile(copy), fingerprint);
      expect(sidecar.seal()).toEqual(new Uint8Array([1, 2, 3]));
      sidecar.changes();
      for (const page of sidecar.pageNumbers()) sidecar.page(page);
    };
    readAll(bytes);
    for (let at = 0; at < bytes.length; at++) {
      const copy = bytes.slice();
      copy[at]! ^= 1 << (at % 8);
      expect(() => readAll(copy), `byte ${at}`).toThrow(StorageError);
    }
    for (const size of [0, 100, 4096, 8192, bytes.length - 1])
      expect(() => readAll(bytes.slice(0, size))).toThrow(StorageError);
  });

  it('has a block size that bounds the table for any disk', () => {
    expect(blockSizeFor(4 * 2 ** 30)).toBe(KIB64);
    expect(blockSizeFor(4 * 2 ** 40)).toBe(KIB64);
    expect(blockSizeFor(64 * 2 ** 40)).toBe(2 ** 20);
  });
});

describe('change map', () => {
  it('joins what touches, clips, finds and unites', () => {
    const a = ChangeMap.of([
      { offset: 0, length: 10 },
      { offset: 10, length: 5 },
      { offset: 20, length: 5 },
    ]);
    expect([...a.ranges()]).toEqual([
      { offset: 0, length: 15 },
      { offset: 20, length: 5 },
    ]);
    expect(a.bytes).toBe(20);
    expect([...a.within(14, 8)]).toEqual([
      { offset: 14, length: 1 },
      { offset: 20, length: 2 },
    ]);
    const b = ChangeMap.of([
      { offset: 12, length: 9 },
      { offset: 40, length: 1 },
    ]);
    expect([...a.union(b).ranges()]).toEqual([
      { offset: 0, length: 25 },
      { offset: 40, length: 1 },
    ]);
    expect([...a.clip(22).ranges()]).toEqual([
      { offset: 0, length: 15 },
      { offset: 20, length: 2 },
    ]);
    expect(() => a.add(3, 1)).toThrow(RangeError);
  });

  it('stays bounded and never says too little', () => {
    const map = new ChangeMap();
    const count = 3 * 2 ** 20;
    for (let i = 0; i < count; i++) map.add(i * 3 * 4096, 4096);
    expect(map.count).toBeLessThanOrEqual(2 ** 20);
    expect(map.unit).toBeGreaterThan(4096);
    const random = new Random(3);
    for (let i = 0; i < 1000; i++) {
      const offset = random.below(count) * 3 * 4096;
      expect([...map.within(offset, 4096)]).toEqual([{ offset, length: 4096 }]);
    }
  });
});

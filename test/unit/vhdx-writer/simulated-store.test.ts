/**
 * Goal: the simulated disk loses what was not flushed, in every way it claims to, and nothing that was. Method: small
 * workloads whose possible outcomes can be counted by hand.
 */

import { describe, expect, it } from 'vitest';
import { StorageError } from '../../../src/errors.ts';
import type { ByteFile } from '../../../src/io/byte-file.ts';
import { Random } from '../../support/random.ts';
import { PowerCut, SimulatedStore } from '../../support/simulated-store.ts';

const bytesOf = (file: ByteFile): Uint8Array => {
  const bytes = new Uint8Array(file.size);
  file.read(0, bytes);
  return bytes;
};
const filled = (length: number, value: number): Uint8Array => new Uint8Array(length).fill(value);

/** Every sector's first byte, in each of many survivors: `1212`. */
function outcomes(store: SimulatedStore, path: string, count = 400): Set<string> {
  const seen = new Set<string>();
  for (const found of store.survivors(new Random(1), count)) {
    if (!found.exists(path)) seen.add('absent');
    else {
      const bytes = bytesOf(found.open(path));
      let text = '';
      for (let at = 0; at < bytes.length; at += 512) text += String(bytes[at]);
      seen.add(text);
    }
  }
  return seen;
}

function durableFile(store: SimulatedStore, path: string, bytes: Uint8Array) {
  const file = store.create(path);
  file.write(0, bytes);
  file.flush();
  store.syncFolder('/');
  return file;
}

describe('bytes', () => {
  it('what was flushed is in every survivor', () => {
    const store = new SimulatedStore();
    durableFile(store, '/a', filled(1024, 1));
    expect(outcomes(store, '/a')).toEqual(new Set(['11']));
  });

  it('an unflushed write is kept, lost, or torn at any sector', () => {
    const store = new SimulatedStore();
    const file = durableFile(store, '/a', filled(1024, 1));
    file.write(0, filled(1024, 2));
    expect(outcomes(store, '/a')).toEqual(new Set(['11', '22', '12', '21']));
  });

  it('a sector is cut inside only where it may be', () => {
    const store = new SimulatedStore();
    store.tearsWithin = (offset) => offset < 512;
    const file = durableFile(store, '/a', filled(1024, 1));
    file.write(0, filled(1024, 2));
    const cuts = [new Set<number>(), new Set<number>()];
    for (const found of store.survivors(new Random(9), 400)) {
      const bytes = bytesOf(found.open('/a'));
      for (const i of [0, 1]) cuts[i]!.add(bytes.subarray(i * 512, (i + 1) * 512).lastIndexOf(2));
    }
    expect(cuts[0]!.size).toBeGreaterThan(20);
    expect([...cuts[1]!].sort()).toEqual([-1, 511]);
  });

  it('of two writes to one place either version may be found, and the later may come without an earlier one elsewhere', () => {
    const store = new SimulatedStore();
    const file = durableFile(store, '/a', filled(1024, 1));
    file.write(0, filled(512, 2));
    file.write(512, filled(512, 3));
    file.write(0, filled(512, 4));
    expect(outcomes(store, '/a')).toEqual(new Set(['11', '21', '41', '13', '23', '43']));
  });

  it('a grown file may be found with its old size, its new size without the bytes, or both', () => {
    const store = new SimulatedStore();
    const file = durableFile(store, '/a', filled(512, 1));
    file.write(512, filled(512, 2));
    expect(outcomes(store, '/a')).toEqual(new Set(['1', '10', '12']));
  });

  it('a shrunk file may be found long, and what was cut off never comes back once it is durable', () => {
    const store = new SimulatedStore();
    const file = durableFile(store, '/a', filled(1024, 1));
    file.truncate(512);
    expect(outcomes(store, '/a')).toEqual(new Set(['11', '1', '10']));
    file.flush();
    file.truncate(1024);
    expect(outcomes(store, '/a')).toEqual(new Set(['1', '10']));
  });

  it('a missing flush between two writes is seen: the second may be found without the first', () => {
    const run = (flushes: boolean): Set<string> => {
      const store = new SimulatedStore();
      const file = durableFile(store, '/a', filled(1024, 0));
      file.write(0, filled(512, 1)); // data
      if (flushes) file.flush();
      file.write(512, filled(512, 2)); // the pointer to it
      return outcomes(store, '/a');
    };
    expect(run(true).has('02')).toBe(false);
    expect(run(false).has('02')).toBe(true);
  });

  it('a flush that is ignored is a flush that is missing', () => {
    const store = new SimulatedStore();
    const file = durableFile(store, '/a', filled(512, 1));
    store.ignoresFlush = () => true;
    file.write(0, filled(512, 2));
    file.flush();
    expect(outcomes(store, '/a')).toEqual(new Set(['1', '2']));
  });
});

describe('names', () => {
  it('a file whose folder was not synced may be gone, or be there without its flushed bytes lost', () => {
    const store = new SimulatedStore();
    const file = store.create('/a');
    file.write(0, filled(512, 1));
    file.flush();
    expect(outcomes(store, '/a')).toEqual(new Set(['absent', '1']));
  });

  it('a rename over a file leads to the old or the new one, never to none, and never to two names', () => {
    const store = new SimulatedStore();
    durableFile(store, '/a', filled(512, 1));
    durableFile(store, '/b', filled(512, 2));
    store.rename('/b', '/a');
    const seen = new Set<string>();
    for (const found of store.survivors(new Random(2), 100)) {
      const a = bytesOf(found.open('/a'))[0];
      seen.add(`${a}${found.exists('/b') ? 'b' : ''}`);
    }
    expect(seen).toEqual(new Set(['1b', '2']));
    store.syncFolder('/');
    expect(outcomes(store, '/a')).toEqual(new Set(['2']));
  });

  it('names of different folders become durable apart from each other', () => {
    const store = new SimulatedStore();
    for (const folder of ['/x', '/y']) store.makeFolder(folder);
    store.syncFolder('/');
    const file = store.create('/x/a');
    file.write(0, filled(512, 1));
    file.flush();
    store.link('/x/a', '/y/b');
    store.syncFolder('/y');
    const seen = new Set<string>();
    for (const found of store.survivors(new Random(3), 50)) seen.add(`${found.exists('/x/a')} ${found.exists('/y/b')}`);
    expect(seen).toEqual(new Set(['true true', 'false true']));
  });

  it('a rename into another folder moves a name that was never durable', () => {
    const store = new SimulatedStore();
    for (const folder of ['/x', '/y']) store.makeFolder(folder);
    store.syncFolder('/');
    store.create('/x/a').flush();
    store.rename('/x/a', '/y/a');
    store.syncFolder('/y');
    for (const found of store.survivors(new Random(4), 50)) {
      expect([found.exists('/x/a'), found.exists('/y/a')]).toEqual([false, true]);
    }
  });

  it('what is in a folder that was lost is lost', () => {
    const store = new SimulatedStore();
    store.makeFolder('/x');
    store.create('/x/a').flush();
    store.syncFolder('/x');
    expect(outcomes(store, '/x/a')).toEqual(new Set(['absent', '']));
  });
});

describe('cuts and faults', () => {
  it('nothing works after the cut', () => {
    const store = new SimulatedStore();
    const file = durableFile(store, '/a', filled(512, 1));
    store.cutBefore = store.operations + 1;
    file.write(0, filled(512, 2));
    expect(() => file.flush()).toThrow(PowerCut);
    expect(() => file.read(0, new Uint8Array(1))).toThrow(PowerCut);
    expect(outcomes(store, '/a')).toEqual(new Set(['1', '2']));
  });

  it('the chosen operation fails, a write with half of it done', () => {
    const store = new SimulatedStore();
    const file = durableFile(store, '/a', filled(1024, 1));
    store.fault = { operation: store.operations, code: 'ENOSPC' };
    expect(() => file.write(0, filled(1024, 2))).toThrow(StorageError);
    expect([...bytesOf(store.open('/a'))].filter((_, i) => i % 512 === 0)).toEqual([2, 1]);
  });

  it('equal images have equal hashes, others do not', () => {
    const store = new SimulatedStore();
    const file = durableFile(store, '/a', filled(1024, 1));
    const before = store.imageHash();
    file.write(512, filled(512, 2));
    const after = store.imageHash();
    expect(after).not.toBe(before);
    const hashes = new Set([...store.survivors(new Random(5), 60)].map((found) => found.imageHash()));
    expect(hashes).toEqual(new Set([before, after]));
  });
});

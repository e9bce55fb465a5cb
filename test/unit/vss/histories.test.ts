/**
 * Goal: a shadow copy reads to what its volume held, whatever was written, freed, moved or snapshot since. Method: random
 * histories on a volume whose builder shares nothing with the reader and keeps every old state whole; blocks that were
 * unallocated may hold anything, and are zeros where the store asks for it.
 */

import { describe, expect, it } from 'vitest';
import { StorageError } from '../../../src/errors.ts';
import { MemoryFile } from '../../../src/io/memory-file.ts';
import type { AddressMap } from '../../../src/map/address-map.ts';
import { FileMap } from '../../../src/map/maps.ts';
import { readShadowCopies, type ShadowCopies } from '../../../src/vss/shadow-copies.ts';
import { contentOf, leavesOf } from '../../support/ntfs-open.ts';
import { Random } from '../../support/random.ts';
import { BLOCK, type BuilderOptions, randomHistory, VssVolume } from '../../support/vss-builder.ts';

function open(volume: Uint8Array, storage: Uint8Array): ShadowCopies {
  const record = (bytes: Uint8Array, name: string) => ({ map: new FileMap(new MemoryFile(bytes, name)), name });
  return readShadowCopies(record(volume, 'volume'), volume === storage ? [] : [record(storage, 'storage')]);
}

function expectModel(volume: VssVolume, shadows: ShadowCopies, seed: number): void {
  expect(shadows.copies).toHaveLength(volume.snapshots.length);
  volume.snapshots.forEach(({ model, unallocated }, index) => {
    const bytes = contentOf(shadows.copies[index]!.map);
    for (let at = BLOCK; at < model.length; at += BLOCK) {
      if (unallocated.has(at / BLOCK)) continue;
      const same = Buffer.compare(bytes.subarray(at, at + BLOCK), model.subarray(at, at + BLOCK)) === 0;
      if (!same)
        throw new Error(`seed ${seed}: copy ${index + 1} of ${volume.snapshots.length} differs in block ${at / BLOCK}`);
    }
  });
}

describe('shadow copies of random histories', () => {
  for (const elsewhere of [false, true]) {
    it(`equal the old states, stores on ${elsewhere ? 'another' : 'the same'} volume`, () => {
      for (let round = 0; round < 12; round++) {
        const random = new Random();
        const options: BuilderOptions = { blocks: 60, random, elsewhere, zeroes: round % 2 === 1 };
        const history = randomHistory(options, 300, 1 + random.below(5));
        const { volume, storage } = history.build();
        expectModel(history, open(volume, storage), random.seed);
      }
    });
  }

  it('unallocated blocks are zeros where the store asks for it, and as they are now where not', () => {
    for (const zeroes of [true, false]) {
      const history = new VssVolume({ blocks: 16, random: new Random(7), zeroes });
      const free = Array.from({ length: 16 }, (_, block) => block).filter(
        (block) => block > 0 && !history.allocated.has(block),
      );
      expect(free.length).toBeGreaterThan(0);
      history.snapshot();
      for (const block of free) history.write(block);
      const { volume, storage } = history.build();
      const map = open(volume, storage).copies[0]!.map;
      expect(leavesOf(map, free[0]! * BLOCK, BLOCK)).toBe(zeroes ? `zero ${BLOCK}` : `data ${BLOCK}`);
    }
  });

  it('a list of thousands, over many records', () => {
    const random = new Random();
    const options: BuilderOptions = { blocks: 1500, random };
    const history = new VssVolume(options);
    history.snapshot();
    for (let block = 1; block < 1500; block++) history.write(block);
    const { volume, storage } = history.build();
    expectModel(history, open(volume, storage), random.seed);
  });

  it('ranges that start and end anywhere are parts of the whole', () => {
    const random = new Random();
    const history = randomHistory({ blocks: 40, random }, 300, 3);
    const { volume, storage } = history.build();
    for (const { map } of open(volume, storage).copies) {
      const whole = contentOf(map);
      for (let round = 0; round < 50; round++) {
        const start = random.below(map.size);
        const length = random.below(map.size - start);
        expect(
          Buffer.compare(contentOf(map, start, length), whole.subarray(start, start + length)),
          `seed ${random.seed}`,
        ).toBe(0);
      }
    }
  });
});

describe('damaged stores', () => {
  const history = (): ReturnType<VssVolume['build']> & { model: VssVolume } => {
    const model = randomHistory({ blocks: 60, random: new Random(11) }, 400, 3);
    return { ...model.build(), model };
  };

  it('a damaged block list is named, newer copies are whole, older ones lose only what it could tell of', () => {
    const { volume, storage, listOffsets, model } = history();
    volume[listOffsets[1]!] = 0;
    const { copies } = open(volume, storage);
    expect(copies.map((copy) => copy.damage().map(({ code }) => code))).toEqual([[], ['VSS_RECORD_SIGNATURE'], []]);
    const whole = model.build();
    const expected = contentOf(open(whole.volume, whole.storage).copies[2]!.map, BLOCK);
    expect(Buffer.compare(contentOf(copies[2]!.map, BLOCK), expected)).toBe(0);
    const leaves = leavesOf(copies[0]!.map);
    expect(leaves).toMatch(/data/);
    expect(leaves).toMatch(/unreadable/);
  });

  it.each([
    [
      'a list that leads back to itself',
      'VSS_RECORD_LOOP',
      (view: DataView, list: number) => view.setBigUint64(list + 0x28, BigInt(list), true),
    ],
    [
      'a list outside the volume',
      'VSS_RECORD_OFFSET',
      (view: DataView, list: number) => view.setBigUint64(list + 0x28, 2n ** 50n, true),
    ],
    [
      'a record of another type',
      'VSS_RECORD_TYPE',
      (view: DataView, list: number) => view.setUint32(list + 0x14, 5, true),
    ],
    [
      'a record of another place',
      'VSS_RECORD_MISPLACED',
      (view: DataView, list: number) => view.setBigUint64(list + 0x20, 0n, true),
    ],
    [
      'an original offset beyond the volume',
      'VSS_DESCRIPTOR',
      (view: DataView, list: number) => view.setBigUint64(list + 0x80, 2n ** 40n, true),
    ],
    [
      'a store offset beyond the volume',
      'VSS_DESCRIPTOR',
      (view: DataView, list: number) => {
        view.setUint32(list + 0x80 + 24, 0, true);
        view.setBigUint64(list + 0x80 + 16, 2n ** 44n, true);
      },
    ],
    [
      'a block whose copy has no place any more',
      'VSS_DESCRIPTOR',
      (view: DataView, list: number) => {
        view.setBigUint64(list + 0x80, 16384n, true);
        view.setBigUint64(list + 0x80 + 8, 0n, true);
        view.setUint32(list + 0x80 + 24, 0, true);
        view.setBigUint64(list + 0x80 + 16, 0n, true);
      },
    ],
  ])('%s', (_what, code, damage) => {
    const { volume, storage, listOffsets } = history();
    damage(new DataView(volume.buffer), listOffsets[1]!);
    const { copies } = open(volume, storage);
    expect(copies.map((copy) => copy.damage().map((error) => error.code))).toEqual([[], [code], []]);
  });

  it('a damaged store header costs the names, not the bytes', () => {
    const { volume, storage, storeHeaders, model } = history();
    volume[storeHeaders[0]!] = 0;
    const shadows = open(volume, storage);
    expect(shadows.copies[0]!.damage().map(({ code }) => code)).toEqual(['VSS_RECORD_SIGNATURE']);
    expect(shadows.copies[0]!.id).toBe(shadows.copies[0]!.storeGuid);
    expectModel(model, shadows, 11);
  });

  /** Where the entries of the catalog stand: of each copy what it is of, then where its store is. */
  const entryAt = (volume: Uint8Array, index: number): number =>
    Number(new DataView(volume.buffer).getBigUint64(0x1e00 + 0x30, true)) + 0x80 + 128 * index;

  /** Blocks of this copy that are told, and are not what they were. */
  const wrongBlocks = ({ model, unallocated }: VssVolume['snapshots'][number], map: AddressMap): number[] =>
    Array.from({ length: model.length / BLOCK - 1 }, (_, index) => index + 1).filter((block) => {
      if (unallocated.has(block)) return false;
      try {
        const bytes = contentOf(map, block * BLOCK, BLOCK);
        return Buffer.compare(bytes, model.subarray(block * BLOCK, (block + 1) * BLOCK)) !== 0;
      } catch (error) {
        if (!StorageError.is(error)) throw error;
        return false;
      }
    });

  it.each([
    ['an entry of an unknown type', (view: DataView, at: number) => view.setUint32(at, 6, true), 2],
    [
      'an end of the catalog that cannot be read',
      (view: DataView, at: number) => {
        view.setUint32(at, 1, true);
        view.setBigUint64(at - (at % BLOCK) + 0x28, 0x4001n, true); // next record
      },
      2,
    ],
  ])('%s may hide a copy: of the others nothing is told that it might change', (_what, damage, left) => {
    const { volume, storage, model } = history();
    damage(new DataView(volume.buffer), entryAt(volume, 2 * 2));
    const { copies, findings } = open(volume, storage);
    expect(copies).toHaveLength(left);
    expect(findings.map(({ severity }) => severity)).toContain('error');
    for (const [index, copy] of copies.entries()) {
      expect(copy.obstacle?.kind).toBe('corrupt');
      expect(wrongBlocks(model.snapshots[index]!, copy.map)).toEqual([]);
    }
  });

  it.each([0n, 2n ** 50n, 12_345n])(
    'a size of %i in the catalog costs nothing: that of the volume stands in',
    (size) => {
      const { volume, storage, model } = history();
      new DataView(volume.buffer).setBigUint64(entryAt(volume, 2) + 8, size, true);
      const shadows = open(volume, storage);
      expect(shadows.copies.map(({ obstacle }) => obstacle)).toEqual([null, null, null]);
      for (const [index, { map }] of shadows.copies.entries()) {
        expect(wrongBlocks(model.snapshots[index]!, map)).toEqual([]);
      }
      expect(contentOf(shadows.copies[1]!.map, BLOCK, BLOCK).length).toBe(BLOCK);
    },
  );

  it('a store without a block list is damaged, not empty', () => {
    const { volume, storage, model } = history();
    new DataView(volume.buffer).setBigUint64(entryAt(volume, 2 * 2 + 1) + 8, 0n, true);
    const { copies } = open(volume, storage);
    expect(copies.map(({ obstacle }) => obstacle?.code ?? null)).toEqual([null, null, 'VSS_BLOCK_LIST_MISSING']);
    for (const [index, { map }] of copies.entries()) expect(wrongBlocks(model.snapshots[index]!, map)).toEqual([]);
  });

  it('a volume without a header has no copies; a damaged catalog says so', () => {
    expect(open(new Uint8Array(100_000), new Uint8Array(0)).copies).toEqual([]);
    const { volume, storage } = history();
    new DataView(volume.buffer).setBigUint64(0x1e00 + 0x30, 0x123n, true);
    expect(open(volume, storage).findings.map(({ code }) => code)).toEqual(['VSS_RECORD_OFFSET']);
  });

  it('hostile bytes end in errors of their own, never in others', () => {
    const random = new Random();
    for (let round = 0; round < 300; round++) {
      const { volume, storage, listOffsets, storeHeaders } = history();
      const places = [0x1e00, ...listOffsets, ...storeHeaders, listOffsets[0]! - BLOCK, 60 * BLOCK, 61 * BLOCK];
      for (let hit = 0; hit < 1 + random.below(4); hit++) {
        volume[random.pick(places) + random.below(random.pick([0x40, 0x80, 0x400]))] = random.below(256);
      }
      for (const copy of open(volume, storage).copies) {
        copy.damage();
        leavesOf(copy.map);
      }
    }
  }, 120_000);
});

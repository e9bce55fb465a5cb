/**
 * Goal: whatever chain of disks, the bytes that come out are those of a plain model; whatever bytes are damaged, what
 * comes out is a StorageError or bytes, in bounded time. Method: seeded random images; the seed is in each title.
 */

import { describe, expect, it } from 'vitest';
import { StorageError } from '../../../src/errors.ts';
import { extentsOf } from '../../../src/map/extent.ts';
import { readBytes, readMap } from '../../../src/map/read-map.ts';
import type { VhdxFile } from '../../../src/vhdx/vhdx-file.ts';
import { cpuTime } from '../../support/cpu-time.ts';
import { Random } from '../../support/random.ts';
import {
  type Block,
  type BuiltVhdx,
  buildVhdx,
  guidOf,
  type LogChange,
  logEntryBytes,
  writeRing,
} from '../../support/vhdx-builder.ts';
import { expectSame, openVhdx, over } from '../../support/vhdx-reading.ts';

const MIB = 2 ** 20;
const SEED = new Random().seed;
const LOCATOR = [
  ['parent_linkage', `{${guidOf(1)}}`],
  ['relative_path', '.\\p.vhdx'],
] as const;

/** Bytes that differ from sector to sector and from block to block, made without a call for each. */
function contents(random: Random, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += 512) bytes.fill(1 + random.below(255), at, at + 512);
  return bytes;
}

type Layer = { disk: VhdxFile; model: Uint8Array };

/** One more disk over `below`, of its own block size and its own size, and what it must read as. */
function layer(random: Random, below: Layer | null, sector: number): Layer {
  const blockSize = random.pick([1, 2, 4]) * MIB;
  const size = sector * (1 + random.below((10 * MIB) / sector));
  const model = new Uint8Array(size);
  if (below !== null) model.set(below.model.subarray(0, size));
  const blocks = new Map<number, Block>();
  for (let block = 0; block * blockSize < size; block++) {
    const state = random.pick(below === null ? [0, 1, 2, 3, 6, 6] : [0, 0, 1, 2, 3, 6, 7, 7]);
    const start = block * blockSize;
    const end = Math.min(size, start + blockSize);
    if (state === 1 || state === 2 || state === 3) model.fill(0, start, end);
    if (state < 6) {
      if (state > 0) blocks.set(block, { state, offsetMb: state === 2 ? 0 : random.below(3) });
      continue;
    }
    const data = contents(random, blockSize);
    if (state === 6) model.set(data.subarray(0, end - start), start);
    const present: number[] = [];
    for (let index = 0; state === 7 && index < blockSize / sector; index++) {
      if (random.below(8) === 0) index += random.below(300);
      if (index >= blockSize / sector) break;
      present.push(index);
      const from = start + index * sector;
      if (from < end) model.set(data.subarray(index * sector, Math.min((index + 1) * sector, end - start)), from);
    }
    blocks.set(block, { state, data, ...(state === 7 ? { present } : {}) });
  }
  const built = buildVhdx({ size, blockSize, sector, blocks, ...(below === null ? {} : { locator: LOCATOR }) });
  return { disk: openVhdx(built.file, below === null ? undefined : over(below.disk)), model };
}

function compare(random: Random, { disk, model }: Layer): void {
  expect(disk.size).toBe(model.length);
  expectSame(readBytes(disk, 0, disk.size), model, 'whole');
  for (let i = 0; i < 40; i++) {
    const offset = random.below(disk.size);
    const length = 1 + random.below(Math.min(disk.size - offset, random.pick([16, 5000, 3 * MIB])));
    expectSame(readBytes(disk, offset, length), model.subarray(offset, offset + length), `${offset}+${length}`);
  }
  let next = 0;
  for (const extent of extentsOf(disk)) {
    expect(extent.offset).toBe(next);
    expect(extent.length).toBeGreaterThan(0);
    next += extent.length;
  }
  expect(next).toBe(disk.size);
}

describe('random chains', () => {
  for (let i = 0; i < 12; i++) {
    const seed = SEED + i;
    it(`read as the model does (seed ${seed})`, () => {
      const random = new Random(seed);
      const sector = random.pick([512, 512, 4096]);
      let top: Layer | null = null;
      for (let depth = 1 + random.below(4); depth > 0; depth--) top = layer(random, top, sector);
      compare(random, top!);
    });
  }
});

describe('random logs', () => {
  for (let i = 0; i < 12; i++) {
    const seed = SEED + 100 + i;
    it(`replay as a plain loop does (seed ${seed})`, () => {
      const random = new Random(seed);
      const guid = guidOf(7);
      const data = contents(random, 2 * MIB);
      const built = buildVhdx({
        size: 2 * MIB,
        blockSize: 2 * MIB,
        header: { logGuid: guid },
        blocks: new Map([[0, { state: 6, data }]]),
      });
      const model = Uint8Array.from(data);
      const base = built.end - 2 * MIB;
      const start = 4096 * random.below(256);
      let at = start;
      let sequence = 1 + random.below(1000);
      for (let used = 0; ; ) {
        const changes = Array.from({ length: random.below(12) }, () => randomChange(random, base));
        const bytes = logEntryBytes({ guid, sequence, tail: start, flushed: built.end, last: built.end, changes });
        if ((used += bytes.length) > MIB - 8192) break;
        writeRing(built.file, at, bytes);
        for (const change of changes) {
          const from = Number(change.fileOffset) - base;
          if ('page' in change) model.set(change.page, from);
          else model.fill(0, from, from + Number(change.zeroLength));
        }
        at = (at + bytes.length) % MIB;
        sequence++;
      }
      const before = built.file.snapshot();
      compare(random, { disk: openVhdx(built.file), model });
      expect(built.file.snapshot()).toBe(before);
    });
  }
});

function randomChange(random: Random, base: number): LogChange {
  const page = random.below(512);
  const fileOffset = base + 4096 * page;
  if (random.below(3) > 0) return { fileOffset, page: contents(random, 4096) };
  return { fileOffset, zeroLength: 4096 * (1 + random.below(Math.min(64, 512 - page))) };
}

describe('random damage', () => {
  const build = (random: Random): BuiltVhdx => {
    const data = contents(random, MIB);
    const built = buildVhdx({
      size: 8 * MIB,
      locator: LOCATOR,
      header: { logGuid: guidOf(7) },
      blocks: new Map<number, Block>([
        [0, { state: 6, data }],
        [1, { state: 7, data, present: [1, 2, 3, 700] }],
        [3, { state: 2 }],
      ]),
    });
    const fileOffset = built.end - MIB;
    writeRing(
      built.file,
      0,
      logEntryBytes({
        guid: guidOf(7),
        sequence: 1,
        tail: 0,
        flushed: built.end,
        last: built.end,
        changes: [{ fileOffset, page: contents(random, 4096) }],
      }),
    );
    return built;
  };
  // identifier, headers, log, region tables, metadata table and items, BAT: where structures are
  const areas = [
    [0, 64],
    [0x10000, 128],
    [0x20000, 128],
    [MIB, 8192],
    [0x30000, 96],
    [0x40000, 96],
    [2 * MIB, 256],
    [2 * MIB + 0x10000, 512],
    [3 * MIB, 128],
    [3 * MIB + 8 * 8192 - 8 * 4096, 64],
  ] as const;

  for (let i = 0; i < 8; i++) {
    const seed = SEED + 200 + i;
    it(`of structures leads to StorageErrors or bytes, quickly (seed ${seed})`, () => {
      const random = new Random(seed);
      const parent = openVhdx(buildVhdx({ size: 8 * MIB }).file);
      const built = build(random);
      const buffer = new Uint8Array(MIB);
      const started = cpuTime();
      for (let round = 0; round < 40; round++) {
        const undo: [number, Uint8Array][] = [];
        for (let flips = 1 + random.below(3); flips > 0; flips--) {
          const [start, length] = random.pick(areas);
          const at = start + random.below(length);
          undo.push([at, built.file.bytes(at, 1)]);
          const flipped = random.pick([0, 0xff, built.file.bytes(at, 1)[0]! ^ (1 << random.below(8))]);
          built.file.write(at, Uint8Array.of(flipped));
        }
        const sizeBefore = built.file.size;
        if (random.below(4) === 0) built.file.size = random.below(sizeBefore);
        tolerate(() => {
          const disk = openVhdx(built.file, over(parent));
          for (let offset = 0; offset < Math.min(disk.size, 16 * MIB); offset += MIB) {
            tolerate(() => readMap(disk, offset, buffer));
          }
          for (const _ of disk.check());
          JSON.stringify(disk.describe());
        });
        built.file.size = sizeBefore;
        for (const [at, byte] of undo.reverse()) built.file.write(at, byte);
      }
      expect(cpuTime() - started).toBeLessThan(20_000);
    });
  }
});

function tolerate(action: () => void): void {
  try {
    action();
  } catch (error) {
    if (!StorageError.is(error)) throw error;
  }
}

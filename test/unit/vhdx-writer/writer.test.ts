/**
 * Goal: a disk that is written holds what was written, at once and after reopening, and its file keeps the rules of the
 * format. Method: seeded workloads against a model; single rules on the bytes of the file.
 */

import { describe, expect, it } from 'vitest';
import type { DiskImage } from '../../../src/disk/disk-image.ts';
import type { WritableFile } from '../../../src/io/file-store.ts';
import type { AddressMap } from '../../../src/map/address-map.ts';
import { readBytes } from '../../../src/map/read-map.ts';
import { type CreateParams, createVhdx } from '../../../src/vhdx/create-vhdx.ts';
import { buildVhdx } from '../../../src/vhdx/vhdx-builder.ts';
import { VhdxWriter, type WriterOptions } from '../../../src/vhdx/vhdx-writer.ts';
import { DiskModel } from '../../support/disk-model.ts';
import { Random } from '../../support/random.ts';
import { SimulatedStore } from '../../support/simulated-store.ts';
import { type Block, buildVhdx as buildByHand, guidOf } from '../../support/vhdx-builder.ts';
import { codesOf, errorOf, expectSame, openVhdx, over } from '../../support/vhdx-reading.ts';

const MIB = 2 ** 20;
const PATH = '/disk.vhdx';
const LINK = { identity: guidOf(7), relativePath: '.\\base.vhdx' };
const fill = (length: number, value: number): Uint8Array => new Uint8Array(length).fill(value);

function create(store: SimulatedStore, params: Partial<CreateParams> & { size: number }): void {
  const file = store.create(PATH);
  createVhdx(file, { type: params.parent === undefined ? 'dynamic' : 'differencing', blockSize: MIB, ...params });
  file.close();
}

function write(store: SimulatedStore, work: (disk: VhdxWriter) => void, options: WriterOptions = {}): void {
  const disk = VhdxWriter.open(store.openWritable(PATH), options);
  work(disk);
  disk.close();
}

/** Header fields as they stand: the current one's. */
function headerOf(store: SimulatedStore): Record<string, unknown> {
  const parent = openVhdx(buildByHand({ size: 64 * MIB, dataWriteGuid: guidOf(7) }).file);
  const headers = openVhdx(store.open(PATH), over(parent)).describe()['headers'] as Record<string, unknown>[];
  return headers.find((header) => header['current'] === true)!;
}

/** BAT entries as [state, MiB]. */
function batOf(store: SimulatedStore, count: number): number[][] {
  const bytes = Buffer.alloc(8 * count);
  store.open(PATH).read(3 * MIB, bytes);
  return Array.from({ length: count }, (_, i) => {
    const entry = bytes.readBigUInt64LE(8 * i);
    return [Number(entry & 0xf_ffffn), Number(entry >> 20n)];
  });
}

describe('seeded workloads', () => {
  type Shape = { type: CreateParams['type']; blockSize: number; sector: 512 | 4096; size: number };
  const shapes: Shape[] = [
    { type: 'dynamic', blockSize: MIB, sector: 512, size: 24 * MIB },
    { type: 'dynamic', blockSize: 2 * MIB, sector: 4096, size: 21 * MIB },
    { type: 'fixed', blockSize: MIB, sector: 512, size: 9 * MIB + 512 },
    { type: 'differencing', blockSize: MIB, sector: 512, size: 20 * MIB + 1536 },
    { type: 'differencing', blockSize: 2 * MIB, sector: 4096, size: 24 * MIB },
  ];

  function step(random: Random, disk: VhdxWriter, model: DiskModel): void {
    const { logicalSectorSize: sector, size, blockSize } = disk;
    const sectors = size / sector;
    const inBlock = blockSize / sector;
    const kind = random.below(10);
    if (kind < 6) {
      const first = random.below(sectors);
      const count = Math.min(sectors - first, 1 + random.below(random.pick([4, 64, inBlock])));
      disk.write(first * sector, model.write(first, count));
    } else if (kind < 7) {
      const block = random.below(Math.floor(size / blockSize));
      disk.write(block * blockSize, model.write(block * inBlock, inBlock));
    } else if (kind < 9) {
      const isWhole = random.below(2) === 0;
      const first = isWhole ? random.below(Math.floor(size / blockSize)) * inBlock : random.below(sectors);
      const count = Math.min(
        sectors - first,
        isWhole ? inBlock * (1 + random.below(3)) : 1 + random.below(2 * inBlock),
      );
      model.trim(first, count);
      disk.trim(first * sector, count * sector, random.pick(['zero', 'unmapped', 'undefined']));
    } else disk.flush();
  }

  it.each(shapes)('$type, blocks of $blockSize, sectors of $sector', ({ type, blockSize, sector, size }) => {
    for (const seed of [1]) {
      const random = new Random(seed);
      const store = new SimulatedStore();
      const parentModel = new DiskModel(size, sector);
      const parent: DiskImage | null = type === 'differencing' ? makeParent(random, parentModel) : null;
      const model = new DiskModel(size, sector, parentModel);
      create(store, { size, type, blockSize, logicalSectorSize: sector, ...(parent === null ? {} : { parent: LINK }) });
      const open = (file: WritableFile) => VhdxWriter.open(file, parent === null ? {} : { parent });
      for (let session = 0; session < 3; session++) {
        const disk = open(store.openWritable(PATH));
        for (let i = 0; i < 25; i++) {
          step(random, disk, model);
          if (i % 12 === 6) expect(model.findDifference(disk, true), `seed ${seed}, step ${session}.${i}`).toBeNull();
        }
        disk.close();
        const read = openVhdx(store.open(PATH), parent === null ? undefined : over(parent));
        expect(model.findDifference(read, true), `seed ${seed}, session ${session}`).toBeNull();
        const told = codesOf(read.check()).filter((code) => code !== 'VHDX_SPACE_UNREFERENCED');
        expect(told, `seed ${seed}, session ${session}`).toEqual([]);
      }
    }
  });

  function makeParent(random: Random, model: DiskModel): DiskImage {
    const { size, sectorSize: sector } = model;
    const file = new SimulatedStore().create('/base.vhdx');
    const disk = buildVhdx(file, { size, type: 'dynamic', blockSize: MIB, logicalSectorSize: sector });
    for (let i = 0; i < 12; i++) {
      const first = random.below(size / sector - 40);
      disk.write(first * sector, model.write(first, 40));
    }
    disk.flush();
    const held = disk as AddressMap;
    return Object.assign(Object.create(held) as DiskImage, {
      size,
      logicalSectorSize: sector,
      parent: null,
      findings: [],
      resolve: held.resolve.bind(held),
    });
  }
});

describe('identities', () => {
  it('the first change brings a new FileWriteGuid and DataWriteGuid, durable before any payload', () => {
    const store = new SimulatedStore();
    create(store, { size: 4 * MIB });
    const before = headerOf(store);
    const disk = VhdxWriter.open(store.openWritable(PATH));
    expect(headerOf(store)).toEqual(before);
    const kinds: string[] = [];
    store.beforeOperation = ({ kind }) => kinds.push(kind);
    disk.write(0, fill(512, 1));
    expect(kinds.slice(0, 3)).toEqual(['write', 'flush', 'write']);
    const after = headerOf(store);
    expect(after['dataWriteGuid']).not.toBe(before['dataWriteGuid']);
    expect(after['fileWriteGuid']).not.toBe(before['fileWriteGuid']);
    disk.write(MIB, fill(512, 1));
    disk.close();
    expect(headerOf(store)['dataWriteGuid']).toBe(after['dataWriteGuid']);
    expect(disk.dataWriteGuid).toBe(after['dataWriteGuid']);
  });

  it('each session has its own; one that changes nothing changes no byte', () => {
    const store = new SimulatedStore();
    create(store, { size: 4 * MIB });
    write(store, (disk) => disk.write(0, fill(512, 1)));
    const [first, image] = [headerOf(store), store.imageHash()];
    write(store, (disk) => {
      disk.trim(2 * MIB, MIB); // reads as zeros already
      disk.flush();
    });
    expect(store.imageHash()).toBe(image);
    write(store, (disk) => disk.write(0, fill(512, 2)));
    expect(headerOf(store)['fileWriteGuid']).not.toBe(first['fileWriteGuid']);
    expect(headerOf(store)['dataWriteGuid']).not.toBe(first['dataWriteGuid']);
  });

  it('a session that keeps what the guest sees keeps DataWriteGuid; a chosen one is taken; close can name one', () => {
    const store = new SimulatedStore();
    create(store, { size: 4 * MIB, dataWriteGuid: guidOf(1) });
    write(store, (disk) => disk.write(0, fill(512, 1)), { dataWriteGuid: 'keep' });
    expect(headerOf(store)['dataWriteGuid']).toBe(guidOf(1));
    write(store, (disk) => disk.write(0, fill(512, 1)), { dataWriteGuid: guidOf(2) });
    expect(headerOf(store)['dataWriteGuid']).toBe(guidOf(2));
    const disk = VhdxWriter.open(store.openWritable(PATH));
    disk.close({ dataWriteGuid: guidOf(3) });
    expect(headerOf(store)['dataWriteGuid']).toBe(guidOf(3));
  });
});

describe('block states', () => {
  it('a trimmed block is ZERO at offset 0, and its space is taken again after the commit', () => {
    const store = new SimulatedStore();
    create(store, { size: 8 * MIB });
    write(store, (disk) => {
      disk.write(0, fill(2 * MIB, 1));
      disk.flush();
      disk.trim(0, MIB);
      disk.write(4 * MIB, fill(MIB, 2)); // the trim is not committed yet: the space is still the old block's
      disk.flush();
      disk.write(5 * MIB, fill(MIB, 3));
    });
    expect(batOf(store, 6)).toEqual([
      [2, 0],
      [6, 5],
      [0, 0],
      [0, 0],
      [6, 6],
      [6, 4],
    ]);
  });

  it('unmapped and undefined blocks hold no space; zeros asked for over them are recorded', () => {
    const store = new SimulatedStore();
    create(store, { size: 8 * MIB });
    write(store, (disk) => {
      disk.write(0, fill(2 * MIB, 1));
      disk.trim(0, MIB, 'unmapped');
      disk.trim(MIB, MIB, 'undefined');
    });
    expect(batOf(store, 2)).toEqual([
      [3, 0],
      [1, 0],
    ]);
    write(store, (disk) => disk.trim(0, 2 * MIB, 'zero'));
    expect(batOf(store, 2)).toEqual([
      [2, 0],
      [2, 0],
    ]);
  });

  it('a fixed disk keeps its blocks and gets zeros', () => {
    const store = new SimulatedStore();
    create(store, { size: 2 * MIB, type: 'fixed' });
    write(store, (disk) => {
      disk.write(0, fill(MIB, 1));
      disk.trim(0, MIB);
    });
    expect(batOf(store, 2).map(([state]) => state)).toEqual([6, 6]);
    expectSame(readBytes(openVhdx(store.open(PATH)), 0, MIB), fill(MIB, 0));
  });

  it('a write into a ZERO block of a child leaves zeros around it, never the parent (T-16)', () => {
    const parent = openVhdx(
      buildByHand({ size: 4 * MIB, blocks: new Map([[0, { state: 6, data: fill(MIB, 0x50) }]]) }).file,
    );
    const store = new SimulatedStore();
    create(store, { size: 4 * MIB, parent: LINK });
    write(store, (disk) => disk.trim(0, MIB), { parent });
    write(store, (disk) => disk.write(512, fill(512, 1)), { parent });
    const expected = fill(MIB, 0);
    expected.fill(1, 512, 1024);
    expectSame(readBytes(openVhdx(store.open(PATH), over(parent)), 0, MIB), expected);
    expect(batOf(store, 1)[0]![0]).toBe(6);
  });

  it('a partial block becomes a full one when its last sector is written', () => {
    const store = new SimulatedStore();
    create(store, { size: 4 * MIB, parent: LINK });
    write(store, (disk) => {
      disk.write(0, fill(MIB / 2, 1));
      expect(disk.blockState(0)).toBe(7);
      disk.write(MIB / 2, fill(MIB / 2, 2));
      expect(disk.blockState(0)).toBe(6);
    });
  });

  it('reused space shows nothing of its old owner (T-26)', () => {
    const store = new SimulatedStore();
    create(store, { size: 64 * MIB });
    write(store, (disk) => {
      disk.write(0, fill(32 * MIB, 0xee));
      disk.flush();
      disk.trim(0, 32 * MIB);
      disk.flush();
      for (let block = 32; block < 64; block++) disk.write(block * MIB + 4096, fill(512, 1));
    });
    const disk = openVhdx(store.open(PATH));
    for (let block = 32; block < 64; block++) {
      const expected = fill(MIB, 0);
      expected.fill(1, 4096, 4608);
      expectSame(readBytes(disk, block * MIB, MIB), expected, `block ${block}`);
    }
  });

  it('the first entry of a 4 KiB page can change without its neighbours (T-15)', () => {
    const store = new SimulatedStore();
    create(store, { size: 1100 * MIB });
    write(store, (disk) => disk.write(511 * MIB, fill(512, 1)));
    write(store, (disk) => disk.write(513 * MIB, fill(512, 3)));
    write(store, (disk) => disk.write(512 * MIB, fill(512, 2)));
    expect(
      batOf(store, 515)
        .slice(510)
        .map(([state]) => state),
    ).toEqual([0, 6, 6, 6, 0]);
    const disk = openVhdx(store.open(PATH));
    expect([511, 512, 513].map((block) => readBytes(disk, block * MIB, 1)[0])).toEqual([1, 2, 3]);
  });
});

describe('log', () => {
  it('entries follow one another, start over at the end of the log, and are never longer than a quarter of it', () => {
    const store = new SimulatedStore();
    create(store, { size: 64 * MIB, parent: LINK });
    const places: number[] = [];
    const log = (offset: number) => offset >= MIB && offset < 2 * MIB;
    const file = store.openWritable(PATH);
    const watched: WritableFile = Object.create(file, {
      size: { get: () => file.size },
      read: { value: file.read.bind(file) },
      truncate: { value: file.truncate.bind(file) },
      flush: { value: file.flush.bind(file) },
      close: { value: file.close.bind(file) },
      write: {
        value: (offset: number, bytes: Uint8Array) => {
          if (log(offset)) {
            const view = new DataView(bytes.buffer, bytes.byteOffset);
            expect(offset + bytes.length).toBeLessThan(2 * MIB); // the last sector stays free: see log-writer.ts
            expect(bytes.length).toBeLessThanOrEqual(MIB / 4);
            expect(view.getUint32(12, true)).toBe(offset - MIB); // its own tail
            expect(view.getBigUint64(16, true)).toBe(BigInt(places.length + 1));
            expect(view.getBigUint64(48, true)).toBe(BigInt(file.size));
            places.push((offset - MIB) / 4096);
          }
          file.write(offset, bytes);
        },
      },
    });
    const disk = VhdxWriter.open(watched);
    for (let i = 0; i < 150; i++) {
      disk.write((i % 64) * MIB + 512 * i, fill(512, 1));
      disk.flush();
    }
    disk.close();
    expect(places.length).toBe(150);
    expect(places.slice(0, 2)).toEqual([0, 4]); // descriptors, a page of bits, two pages of BAT
    expect(places.filter((place) => place === 0).length).toBeGreaterThan(1);
    expect(headerOf(store)['logGuid']).toBe(guidOf(0).replace('4000-8', '0000-0'));
  });

  it('an image left dirty is replayed when opened, closed clean, and opens again (T-14, T-28)', () => {
    const store = new SimulatedStore();
    create(store, { size: 8 * MIB });
    const disk = VhdxWriter.open(store.openWritable(PATH));
    disk.write(0, fill(MIB, 1));
    disk.flush();
    disk.abandon();
    const dirty = openVhdx(store.open(PATH));
    expect(codesOf(dirty.findings)).toContain('VHDX_LOG_REPLAYED');
    expect(dirty.dataIdentity).toBe(disk.dataWriteGuid);
    write(store, (again) => {
      expect(again.dataWriteGuid).toBe(disk.dataWriteGuid);
      expectSame(readBytes(again, 0, MIB), fill(MIB, 1));
    });
    const clean = openVhdx(store.open(PATH));
    expect(codesOf(clean.check())).toEqual([]);
    expect(clean.dataIdentity).toBe(disk.dataWriteGuid);
  });

  it('writing where a block is whole costs no log and no metadata', () => {
    const store = new SimulatedStore();
    create(store, { size: 4 * MIB, type: 'fixed' });
    const disk = VhdxWriter.open(store.openWritable(PATH));
    disk.write(0, fill(512, 1));
    const kinds: string[] = [];
    store.beforeOperation = ({ kind }) => kinds.push(kind);
    for (let i = 0; i < 10; i++) disk.write(i * 4096, fill(4096, 2));
    disk.flush();
    disk.close();
    expect(kinds).toEqual([...Array(10).fill('write'), 'flush']);
  });

  it('a clean file without a place for a log is read, and refused for changes of metadata', () => {
    const built = buildByHand({ size: 4 * MIB, header: { logLength: 0, logOffset: 0 } });
    const store = new SimulatedStore();
    const file = store.create(PATH);
    for (let at = 0; at < built.file.size; at += MIB) file.write(at, built.file.bytes(at, MIB));
    const disk = VhdxWriter.open(file);
    disk.write(0, fill(512, 1));
    expect(errorOf(() => disk.flush()).code).toBe('VHDX_LOG_MISPLACED');
  });
});

describe('failures', () => {
  it('offsets and lengths are whole sectors inside the disk', () => {
    const store = new SimulatedStore();
    create(store, { size: 4 * MIB, logicalSectorSize: 4096 });
    const disk = VhdxWriter.open(store.openWritable(PATH));
    expect(() => disk.write(512, fill(4096, 1))).toThrow(RangeError);
    expect(() => disk.write(0, fill(512, 1))).toThrow(RangeError);
    expect(() => disk.trim(4 * MIB, 4096)).toThrow(RangeError);
    disk.write(0, fill(0, 1));
    disk.close();
    expect(errorOf(() => disk.write(0, fill(4096, 1))).kind).toBe('closed');
    disk.close();
  });

  it('after a failure nothing more is done, and the failure is told each time', () => {
    const store = new SimulatedStore();
    create(store, { size: 4 * MIB });
    const disk = VhdxWriter.open(store.openWritable(PATH));
    disk.write(0, fill(512, 1));
    store.fault = { operation: store.operations, code: 'ENOSPC' };
    expect(errorOf(() => disk.write(MIB, fill(512, 1))).code).toBe('ENOSPC');
    const { operations } = store;
    const after = errorOf(() => disk.flush());
    expect([after.kind, (after.cause as Error).message]).toEqual(['closed', expect.stringContaining('no space')]);
    expect(errorOf(() => disk.close()).kind).toBe('closed');
    expect(store.operations).toBe(operations);
  });

  it('without its parent a child can be written, and says what it cannot read', () => {
    const store = new SimulatedStore();
    create(store, { size: 4 * MIB, parent: LINK });
    const disk = VhdxWriter.open(store.openWritable(PATH));
    disk.write(0, fill(512, 1));
    expect(readBytes(disk, 0, 512)).toEqual(fill(512, 1));
    expect(errorOf(() => readBytes(disk, 512, 512)).code).toBe('PARENT_NOT_OPEN');
    disk.close();
  });

  it('damaged entries are never written to', () => {
    const built = buildByHand({
      size: 8 * MIB,
      blocks: new Map([
        [0, { state: 6, offsetMb: 900 }],
        [1, { state: 5 }],
        [2, { state: 6, data: fill(MIB, 1) }],
      ]),
    });
    const store = new SimulatedStore();
    const file = store.create(PATH);
    for (let at = 0; at < built.file.size; at += MIB) file.write(at, built.file.bytes(at, MIB));
    const codes = [0, 1].map((block) => {
      const disk = VhdxWriter.open(store.openWritable(PATH));
      return errorOf(() => disk.write(block * MIB, fill(512, 1))).code;
    });
    expect(codes).toEqual(['VHDX_BAT_PAST_END', 'VHDX_BAT_STATE_RESERVED']);
    write(store, (disk) => disk.write(2 * MIB, fill(512, 2)));
    expect(readBytes(openVhdx(store.open(PATH)), 2 * MIB, 1)).toEqual(fill(1, 2));
  });
});

describe('a file that was cut short', () => {
  const cut = (plan: Parameters<typeof buildByHand>[0], lost: number): SimulatedStore => {
    const { file: built } = buildByHand(plan);
    const store = new SimulatedStore();
    const file = store.create(PATH);
    const size = built.size - lost;
    for (let at = 0; at < size; at += MIB) file.write(at, built.bytes(at, Math.min(MIB, size - at)));
    return store;
  };
  const blocks = new Map<number, Block>([
    [0, { state: 6, data: fill(MIB, 1) }],
    [1, { state: 6, data: fill(MIB, 2) }],
  ]);

  it.each([MIB, MIB / 2, 2048])('never shows new blocks, or zeros, in place of the %i bytes it has lost', (lost) => {
    const store = cut({ size: 8 * MIB, blocks }, lost);
    const disk = VhdxWriter.open(store.openWritable(PATH));
    const error = errorOf(() => {
      disk.write(5 * MIB, fill(MIB, 9));
      disk.flush();
    });
    expect([error.kind, error.code]).toEqual(['corrupt', 'VHDX_BLOCK_TRUNCATED']);
    disk.abandon();
    const read = openVhdx(store.open(PATH));
    expect(errorOf(() => readBytes(read, 2 * MIB - 512, 512)).kind).toBe('corrupt');
    expect(readBytes(read, 5 * MIB, 512)).toEqual(fill(512, 0));
    expect(codesOf(read.check()).filter((code) => code === 'VHDX_BAT_OVERLAP')).toEqual([]);
  });

  it('is written where it is whole: what a block has lost behind the end of the disk is nobody’s', () => {
    const store = cut({ size: 2 * MIB - 4096, blocks }, 4096);
    write(store, (disk) => disk.trim(0, MIB));
    write(store, (disk) => disk.write(512, fill(512, 7)));
    const read = openVhdx(store.open(PATH));
    expect([readBytes(read, 512, 512), readBytes(read, MIB, 512)]).toEqual([fill(512, 7), fill(512, 2)]);
    expect(codesOf(read.check())).toEqual([]);
  });

  it('a place that an unmapped block keeps behind the end is not given to others', () => {
    const end = buildByHand({ size: 8 * MIB, blocks }).end / MIB;
    const store = cut({ size: 8 * MIB, blocks: new Map([...blocks, [3, { state: 3, offsetMb: end }]]) }, 0);
    const disk = VhdxWriter.open(store.openWritable(PATH));
    expect(errorOf(() => disk.write(5 * MIB, fill(MIB, 9))).code).toBe('VHDX_BLOCK_TRUNCATED');
  });
});

describe('memory', () => {
  it('pages of metadata are bounded however much is changed in one session', () => {
    const store = new SimulatedStore();
    const file = store.create(PATH);
    const disk = buildVhdx(file, { size: 1300 * 1024 * MIB, type: 'dynamic', blockSize: MIB });
    disk.close();
    let pages = 0;
    write(store, (writer) => {
      store.beforeOperation = ({ kind }) => {
        if (kind === 'flush') pages++;
      };
      for (let i = 0; i < 2500; i++) writer.write(i * 520 * MIB, fill(512, 1)); // each in a BAT page of its own
    });
    // 2,500 changed pages in entries of 63: two commits by themselves and the one of the close.
    expect(pages).toBeGreaterThan(2 * (2500 / 63));
    const read = openVhdx(store.open(PATH));
    for (let i = 0; i < 2500; i += 50) expect(readBytes(read, i * 520 * MIB, 512)).toEqual(fill(512, 1));
  });
});

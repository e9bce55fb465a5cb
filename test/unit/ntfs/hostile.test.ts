/**
 * Goal: bytes that break a rule give a typed error with structure and offset, or the readable rest: never a hang, a
 * crash, wrong bytes or unbounded memory.
 * Method: one mutation each of a built volume, with the code it must lead to; then random bytes flipped all over the
 * metadata of built and real volumes, seeded.
 */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { StorageError } from '../../../src/errors.ts';
import { MemoryFile } from '../../../src/io/memory-file.ts';
import { FileMap, SliceMap } from '../../../src/map/maps.ts';
import { readMap } from '../../../src/map/read-map.ts';
import { NtfsVolume } from '../../../src/ntfs/ntfs-volume.ts';
import { fixturesRoot, fixturesTitle, unpackFixture } from '../../support/fixtures.ts';
import { attributeList, NtfsBuilder, nonResident, resident } from '../../support/ntfs-builder.ts';
import { contentOf, leavesOf } from '../../support/ntfs-open.ts';
import { Random } from '../../support/random.ts';

const DATA = new Uint8Array(8 * 4096).map((_, i) => i % 255);

/** `/dir` with 80 files (two levels of index), `/data` of 8 clusters, `/listed` with an attribute list. */
function builtVolume() {
  const builder = new NtfsBuilder({ records: 128 });
  const lcn = builder.store(DATA);
  const dir = builder.add({ name: 'dir', directory: true });
  for (let i = 0; i < 80; i++) builder.add({ name: `file number ${i}`, parent: dir, content: `${i}` });
  const data = builder.add({ name: 'data', attributes: [nonResident(0x80, 4096, { runs: [[lcn, 8]] })] });
  const listed = builder.reserve();
  const extension = builder.addExtension(listed, [nonResident(0x80, 4096, { runs: [[lcn, 8]], id: 7 })]);
  const list = attributeList([
    { type: 0x30, record: listed, id: 10 },
    { type: 0x80, record: extension, id: 7 },
  ]);
  builder.add({ name: 'listed', attributes: [resident(0x20, list)] }, listed);
  const image = builder.build();
  return { builder, image, view: new DataView(image.buffer), lcn, dir, data, listed, extension };
}

type Built = ReturnType<typeof builtVolume>;

function openBytes(image: Uint8Array): NtfsVolume {
  return NtfsVolume.open(new FileMap(new MemoryFile(image, 'hostile')), { name: 'hostile' });
}

/** Byte in the image of the first attribute of this type in the record. */
function attributeAt({ builder, view }: Built, record: number, type: number): number {
  let at = builder.offsetOf(record) + view.getUint16(builder.offsetOf(record) + 20, true);
  while (view.getUint32(at, true) !== type) at += view.getUint32(at + 4, true);
  return at;
}

/** Every code met by doing everything a user can do with the volume. */
function exercise(volume: NtfsVolume, contents = true): Set<string> {
  const codes = new Set<string>();
  const attempt = (action: () => void): void => {
    try {
      action();
    } catch (error) {
      if (!StorageError.is(error)) throw error;
      codes.add(error.code);
      expect(error.message).not.toBe('');
    }
  };
  attempt(() => void volume.info);
  const visit = (entry: ReturnType<NtfsVolume['lookup']>): void => {
    attempt(() => volume.streams(entry!));
    attempt(() => {
      if (entry!.kind !== 'file' || !contents) return;
      const stream = volume.open(entry!);
      const buffer = new Uint8Array(Math.min(stream.size, 65_536));
      readMap(stream, 0, buffer);
      readMap(stream, Math.max(0, stream.size - buffer.length), buffer);
    });
  };
  attempt(() => {
    for (const entry of volume.walk(volume.lookup('/')!)) visit(entry);
  });
  attempt(() => {
    for (const entry of volume.scan()) if (entry.path.startsWith('/$Orphans')) visit(entry);
  });
  attempt(() => void volume.lookup('/dir/file number 77'));
  for (const { code } of volume.findings) codes.add(code);
  return codes;
}

const RUNS = (bytes: readonly number[]) => (v: Built) => {
  const at = attributeAt(v, v.data, 0x80);
  v.image.set(bytes, at + 64);
};

const MUTATIONS: readonly [what: string, mutate: (v: Built) => void, code: string][] = [
  [
    'a record without signature',
    (v) => v.view.setUint32(v.builder.offsetOf(v.data), 0x12345678, true),
    'NTFS_RECORD_SIGNATURE',
  ],
  ['a record marked bad', (v) => v.image.set(Buffer.from('BAAD'), v.builder.offsetOf(v.data)), 'NTFS_RECORD_BAAD'],
  [
    'a record of zeros',
    (v) => v.image.fill(0, v.builder.offsetOf(v.data), v.builder.offsetOf(v.data + 1)),
    'NTFS_RECORD_EMPTY',
  ],
  ['a torn record', (v) => v.view.setUint16(v.builder.offsetOf(v.data) + 1022, 0x4321, true), 'NTFS_RECORD_TORN'],
  ['too few fixups', (v) => v.view.setUint16(v.builder.offsetOf(v.data) + 6, 2, true), 'NTFS_RECORD_FIXUP_ARRAY'],
  [
    'fixups behind the record',
    (v) => v.view.setUint16(v.builder.offsetOf(v.data) + 4, 0xfffe, true),
    'NTFS_RECORD_FIXUP_ARRAY',
  ],
  [
    'fixups at an odd offset',
    (v) => v.view.setUint16(v.builder.offsetOf(v.data) + 4, 0x31, true),
    'NTFS_RECORD_FIXUP_ARRAY',
  ],
  [
    'used bytes before the first attribute',
    (v) => v.view.setUint32(v.builder.offsetOf(v.data) + 24, 0x20, true),
    'NTFS_RECORD_USED_SIZE',
  ],
  [
    'used bytes beyond the record',
    (v) => v.view.setUint32(v.builder.offsetOf(v.data) + 24, 0xffff, true),
    'NTFS_RECORD_USED_SIZE',
  ],
  [
    'a first attribute inside the header',
    (v) => v.view.setUint16(v.builder.offsetOf(v.data) + 20, 8, true),
    'NTFS_RECORD_ATTRIBUTES_OFFSET',
  ],
  [
    'an attribute of zero length',
    (v) => v.view.setUint32(attributeAt(v, v.data, 0x80) + 4, 0, true),
    'NTFS_ATTRIBUTE_LENGTH',
  ],
  [
    'an attribute longer than its record',
    (v) => v.view.setUint32(attributeAt(v, v.data, 0x80) + 4, 0x1000, true),
    'NTFS_ATTRIBUTE_LENGTH',
  ],
  [
    'a value longer than its attribute',
    (v) => v.view.setUint32(attributeAt(v, v.data, 0x30) + 16, 0x1000, true),
    'NTFS_ATTRIBUTE_VALUE',
  ],
  ['an attribute name outside', (v) => v.view.setUint8(attributeAt(v, v.data, 0x80) + 9, 255), 'NTFS_ATTRIBUTE_NAME'],
  [
    'runs outside the attribute',
    (v) => v.view.setUint16(attributeAt(v, v.data, 0x80) + 32, 0x800, true),
    'NTFS_ATTRIBUTE_RUNS_OFFSET',
  ],
  [
    'a first cluster behind the last',
    (v) => v.view.setUint32(attributeAt(v, v.data, 0x80) + 16, 99, true),
    'NTFS_ATTRIBUTE_VCN',
  ],
  [
    'a size of 16 EiB',
    (v) => v.view.setBigUint64(attributeAt(v, v.data, 0x80) + 48, 2n ** 64n - 1n, true),
    'NTFS_ATTRIBUTE_SIZE',
  ],
  ['a run length of 9 bytes', RUNS([0x19, 1, 1, 1, 1, 1, 1, 1]), 'NTFS_RUNS_HEADER'],
  ['a run length of no bytes', RUNS([0x10, 1]), 'NTFS_RUNS_HEADER'],
  ['a run that leaves the attribute', RUNS([0x88, 1, 0, 0, 0, 0, 0, 0]), 'NTFS_RUNS_TRUNCATED'],
  ['a run of zero clusters', RUNS([0x11, 0, 9, 0]), 'NTFS_RUNS_ZERO_LENGTH'],
  ['a run before the volume', RUNS([0x11, 8, 0x80, 0]), 'NTFS_RUNS_NEGATIVE'],
  ['a run behind the volume', RUNS([0x31, 8, 0xff, 0xff, 0x7f, 0]), 'NTFS_RUNS_BEYOND_VOLUME'],
  ['more clusters than the attribute has', RUNS([0x11, 9, 40, 0]), 'NTFS_RUNS_LENGTH'],
  ['a run of 2^47 clusters', RUNS([0x16, 255, 255, 255, 255, 255, 0x7f, 1]), 'NTFS_RUNS_LENGTH'],
  ['fewer clusters than the attribute has', RUNS([0x11, 3, 40, 0]), 'NTFS_RUNS_SHORT'],
  [
    'data behind what the runs cover',
    (v) => v.view.setBigUint64(attributeAt(v, v.data, 0x80) + 48, 2n ** 50n, true),
    'ok',
  ],
  [
    'a list entry of zero length',
    (v) => v.view.setUint16(attributeAt(v, v.listed, 0x20) + 24 + 4, 0, true),
    'NTFS_ATTRIBUTE_LIST_ENTRY',
  ],
  [
    'a list entry of odd length',
    (v) => v.view.setUint16(attributeAt(v, v.listed, 0x20) + 24 + 4, 31, true),
    'NTFS_ATTRIBUTE_LIST_ENTRY',
  ],
  [
    'a list that ends inside its last entry',
    (v) => v.view.setUint32(attributeAt(v, v.listed, 0x20) + 16, 50, true),
    'NTFS_ATTRIBUTE_LIST_ENTRY',
  ],
  [
    'a list whose entry means its own record',
    (v) => v.view.setUint32(attributeAt(v, v.listed, 0x20) + 24 + 32 + 16, v.listed, true),
    'NTFS_ATTRIBUTE_LIST_ENTRY',
  ],
  [
    'a list entry of a record beyond the table',
    (v) => v.view.setUint32(attributeAt(v, v.listed, 0x20) + 24 + 32 + 16, 0xffff, true),
    'NTFS_RECORD_OUT_OF_TABLE',
  ],
  [
    'a list entry of an old sequence',
    (v) => v.view.setUint16(attributeAt(v, v.listed, 0x20) + 24 + 32 + 22, 99, true),
    'NTFS_RECORD_SEQUENCE',
  ],
  [
    'an extension of another record',
    (v) => v.view.setUint32(v.builder.offsetOf(v.extension) + 32, 30, true),
    'NTFS_RECORD_BASE',
  ],
  [
    'an extension that is free',
    (v) => v.view.setUint16(v.builder.offsetOf(v.extension) + 22, 0, true),
    'NTFS_RECORD_NOT_IN_USE',
  ],
  [
    'an index of something else',
    (v) => v.view.setUint32(attributeAt(v, v.dir, 0x90) + 32, 0x40, true),
    'NTFS_INDEX_TYPE',
  ],
  [
    'an index block size of 3',
    (v) => v.view.setUint32(attributeAt(v, v.dir, 0x90) + 40, 3, true),
    'NTFS_INDEX_BLOCK_SIZE',
  ],
  [
    'index entries behind the root',
    (v) => v.view.setUint32(attributeAt(v, v.dir, 0x90) + 52, 0xffff, true),
    'NTFS_INDEX_HEADER',
  ],
  [
    'an index entry of zero length',
    (v) => v.view.setUint16(attributeAt(v, v.dir, 0x90) + 64 + 8, 0, true),
    'NTFS_INDEX_ENTRY',
  ],
  [
    'an index key longer than its entry',
    (v) => v.view.setUint16(attributeAt(v, v.dir, 0x90) + 64 + 10, 0xfff, true),
    'NTFS_INDEX_ENTRY',
  ],
  ['an index without its blocks', (v) => v.view.setUint32(attributeAt(v, v.dir, 0xa0), 0xd0, true), 'NTFS_INDEX_CHILD'],
  ['an index child behind the blocks', (v) => childOf(v, 2 ** 31), 'NTFS_INDEX_CHILD'],
  ['an index child of another number', (v) => childOf(v, 1), 'NTFS_INDEX_LOOP'],
  ['an index block without signature', (v) => v.image.fill(0, blockOf(v), blockOf(v) + 4), 'NTFS_INDEX_BLOCK'],
  ['a torn index block', (v) => v.view.setUint16(blockOf(v) + 1022, 9, true), 'NTFS_INDEX_BLOCK'],
  ['an index block that says it is another', (v) => v.view.setUint32(blockOf(v) + 16, 77, true), 'NTFS_INDEX_BLOCK'],
  [
    'an index entry of a free record',
    (v) => v.view.setUint16(v.builder.offsetOf(v.data) + 22, 0, true),
    'NTFS_RECORD_NOT_IN_USE',
  ],
  [
    'an index entry of an old sequence',
    (v) => v.view.setUint16(v.builder.offsetOf(v.data) + 16, 9, true),
    'NTFS_INDEX_STALE',
  ],
  [
    'a letter table of the wrong size',
    (v) => v.view.setUint32(attributeAt(v, 10, 0x80) + 48, 5, true),
    'NTFS_UPCASE_SIZE',
  ],
];

/** Where the first block of the index of `/dir` stands. */
function blockOf(v: Built): number {
  for (let at = 0; at < v.image.length; at += 4096) if (v.view.getUint32(at, true) === 0x58444e49) return at;
  throw new Error('no index block');
}

/** Gives the first entry of the root of `/dir` another child. */
function childOf(v: Built, vcn: number): void {
  const entry = attributeAt(v, v.dir, 0x90) + 64;
  v.view.setUint32(entry + v.view.getUint16(entry + 8, true) - 8, vcn, true);
}

describe('one broken rule', () => {
  it('is not met in the volume as it was built', () => {
    expect([...exercise(openBytes(builtVolume().image))]).toEqual([]);
  });

  it.each(MUTATIONS)('%s', (_what, mutate, code) => {
    const built = builtVolume();
    mutate(built);
    const volume = openBytes(built.image);
    const codes = exercise(volume);
    if (code !== 'ok') expect([...codes]).toContain(code);
    for (const { at, code: found } of volume.findings) {
      expect(at.image, found).toBe('hostile');
      expect(at.structure, found).toBeTruthy();
    }
    const listed = new Set([...volume.walk(volume.lookup('/')!)].map(({ path }) => path));
    for (let i = 0; i < 80; i++) expect(listed, `file ${i}`).toContain(`/dir/file number ${i}`);
  });

  it('keeps the bytes around a damaged run readable', () => {
    const built = builtVolume();
    RUNS([0x11, 3, built.lcn, 0x21, 1, 0xff, 0x7f, 0])(built);
    const volume = openBytes(built.image);
    const stream = volume.open(volume.lookup('/data')!);
    expect(leavesOf(stream)).toBe(`data ${3 * 4096}, unreadable ${5 * 4096}`);
    expect(contentOf(stream, 0, 3 * 4096)).toEqual(DATA.slice(0, 3 * 4096));
  });

  it('never reads clusters behind the initialised size, whatever the sizes claim', () => {
    const built = builtVolume();
    const at = attributeAt(built, built.data, 0x80);
    built.view.setBigUint64(at + 48, 2n ** 50n, true);
    built.view.setBigUint64(at + 56, 5000n, true);
    const stream = openBytes(built.image).open(openBytes(built.image).lookup('/data')!);
    expect(leavesOf(stream)).toBe(`data 5000, zero ${2 ** 50 - 5000}`);
  });

  it('does not walk in circles when a directory lists its own parent', () => {
    const builder = new NtfsBuilder();
    const a = builder.reserve();
    const b = builder.add({ name: 'b', parent: a, directory: true });
    builder.add(
      {
        name: 'a',
        directory: true,
        links: [
          { name: 'again', parent: b },
          { name: 'self', parent: a },
        ],
      },
      a,
    );
    const volume = openBytes(builder.build());
    expect([...volume.walk(volume.lookup('/')!)].map(({ path }) => path)).toEqual([
      '/a',
      '/a/b',
      '/a/b/again',
      '/a/self',
    ]);
    expect(volume.findings.map(({ code }) => code)).toContain('NTFS_DIRECTORY_LOOP');
  });

  it('does not read a file table of holes for ever', () => {
    const built = builtVolume();
    const table = nonResident(0x80, 4096, {
      runs: [
        [built.builder.mftLcn, 32],
        [null, 400],
      ],
    });
    const names = [resident(0x30, new Uint8Array(68)), table];
    built.builder.writeRecord(0, names, { base: 0, directory: false });
    expect([...openBytes(built.image).scan()]).toHaveLength(83);
    const huge = nonResident(0x80, 4096, {
      runs: [
        [built.builder.mftLcn, 32],
        [null, 2 ** 38],
      ],
    });
    built.builder.writeRecord(0, [names[0]!, huge], { base: 0, directory: false });
    const volume = openBytes(built.image);
    expect(volume.findings.map(({ code }) => code)).toContain('NTFS_MFT_SIZE');
    expect([...volume.scan()]).toHaveLength(83);
  });

  it('says what is wrong with a boot sector, and where', () => {
    const boots: [number, number, string][] = [
      [3, 0x20, 'NTFS_BOOT_SIGNATURE'],
      [11, 0x03, 'NTFS_BOOT_SECTOR_SIZE'],
      [13, 0xe0, 'NTFS_BOOT_CLUSTER_SIZE'],
      [13, 3, 'NTFS_BOOT_CLUSTER_SIZE'],
      [47, 0xff, 'NTFS_BOOT_SIZE'],
      [55, 0x10, 'NTFS_BOOT_MFT_LOCATION'],
      [64, 0x80, 'NTFS_BOOT_RECORD_SIZE'],
      [68, 0xff, 'NTFS_BOOT_INDEX_BLOCK_SIZE'],
    ];
    for (const [offset, value, code] of boots) {
      const { image } = builtVolume();
      image[offset] = value;
      const volume = openBytes(image);
      expect(volume.findings[0]).toMatchObject({ code, at: { image: 'hostile', structure: 'boot sector' } });
      expect([...volume.scan()]).toHaveLength(83);
    }
  });
});

function flipAndExercise(image: Uint8Array, random: Random, flips: number, targets: readonly [number, number][]): void {
  for (let i = 0; i < flips; i++) {
    const [start, length] = random.pick(targets);
    image[start + random.below(length)] = random.below(256);
  }
  try {
    const volume = openBytes(image);
    exercise(volume);
    expect(volume.findings.length).toBeLessThan(1100);
  } catch (error) {
    if (!StorageError.is(error)) throw new Error(`seed ${random.seed}`, { cause: error });
  }
}

describe('random damage of metadata', () => {
  it('of a built volume leads to typed errors only', () => {
    const random = new Random();
    console.log(`seed ${random.seed}`);
    const built = builtVolume();
    const table: [number, number] = [built.builder.offsetOf(0), 128 * 1024];
    for (let round = 0; round < 150; round++) {
      flipAndExercise(built.image.slice(), random, 1 + random.below(40), [
        table,
        table,
        [blockOf(built), 3 * 4096],
        [0, 512],
      ]);
    }
  }, 120_000);

  it.skipIf(fixturesRoot() === null)(
    fixturesTitle('of real volumes leads to typed errors only'),
    () => {
      const random = new Random();
      console.log(`seed ${random.seed}`);
      const images: [string, number][] = [
        ['ntfs/dfir_ntfs/ntfs3_attrlist.raw.gz', 0],
        ['ntfs/dfir_ntfs/ntfs_index.raw.gz', 65_536],
      ];
      for (const [path, start] of images) {
        const whole = new Uint8Array(readFileSync(unpackFixture(path))).subarray(start);
        const map = new SliceMap(new FileMap(new MemoryFile(whole)), 0, whole.length);
        const table = NtfsVolume.open(map, { name: path });
        const mft = table.open(table.lookup('/$MFT')!);
        const targets: [number, number][] = [];
        mft.resolve(0, mft.size, 0, {
          data: (_at, length, _file, offset) => void targets.push([offset, Math.min(length, 64 * 1024)]),
          zero: () => {},
          computed: () => {},
        });
        for (let round = 0; round < 25; round++) flipAndExercise(whole.slice(), random, 1 + random.below(60), targets);
      }
    },
    120_000,
  );
});

/**
 * Goal: every way NTFS stores bytes reads back exactly, and content that is not there is refused instead of read as zeros.
 * Method: volumes written by an independent builder, over all cluster and record sizes; random reads against the whole.
 */

import { describe, expect, it } from 'vitest';
import { MemoryFile } from '../../../src/io/memory-file.ts';
import { FileMap } from '../../../src/map/maps.ts';
import { readMap } from '../../../src/map/read-map.ts';
import { NtfsVolume } from '../../../src/ntfs/ntfs-volume.ts';
import { fixturesRoot, fixturesTitle, readFixture } from '../../support/fixtures.ts';
import { lznt1Compress } from '../../support/lznt1-writer.ts';
import {
  attributeList,
  concat,
  linkData,
  NtfsBuilder,
  nonResident,
  reparsePoint,
  resident,
  utf16,
} from '../../support/ntfs-builder.ts';
import { contentOf, leavesOf } from '../../support/ntfs-open.ts';
import { Random } from '../../support/random.ts';

function open(builder: NtfsBuilder): NtfsVolume {
  return NtfsVolume.open(new FileMap(new MemoryFile(builder.build(), 'built')), { name: 'built' });
}

function read(volume: NtfsVolume, path: string, stream?: string): Uint8Array {
  return contentOf(volume.open(volume.lookup(path)!, stream));
}

function failure(action: () => unknown): { readonly code: string; readonly kind: string; readonly at: object } {
  try {
    action();
  } catch (error) {
    return error as { code: string; kind: string; at: object };
  }
  throw new Error('it did not fail');
}

describe.each([
  [512, 1024],
  [4096, 1024],
  [4096, 4096],
  [65_536, 1024],
  [131_072, 1024],
  [2_097_152, 4096],
])('clusters of %i bytes, records of %i', (clusterSize, recordSize) => {
  it('reads resident, fragmented, sparse and preallocated data, and a directory of 150 names', () => {
    const random = new Random(clusterSize + recordSize);
    const clusters = clusterSize > 1_000_000 ? 24 : clusterSize > 60_000 ? 64 : clusterSize === 512 ? 4096 : 512;
    const builder = new NtfsBuilder({ clusterSize, recordSize, clusters, records: 400 });
    const parts = [random.bytes(clusterSize), random.bytes(clusterSize), random.bytes(clusterSize)];
    const [a, b, c] = [parts[2]!, parts[0]!, parts[1]!].map((part) => builder.store(part));
    builder.add({ name: 'resident.txt', content: 'in the record' });
    builder.add({
      name: 'fragments.bin',
      attributes: [
        nonResident(0x80, clusterSize, {
          runs: [
            [b!, 1],
            [null, 2],
            [a!, 1],
            [c!, 1],
          ],
          dataSize: 5 * clusterSize - 7,
          flags: 0x8000,
        }),
      ],
    });
    builder.add({
      name: 'preallocated.bin',
      attributes: [
        nonResident(0x80, clusterSize, { runs: [[a!, 2]], dataSize: 2 * clusterSize, initialisedSize: 100 }),
      ],
    });
    const many = builder.add({ name: 'many', directory: true });
    for (let i = 0; i < 150; i++)
      builder.add({ name: `${i % 2 ? 'File' : 'fILE'} ${i}.txt`, parent: many, content: `${i}` });
    const volume = open(builder);
    expect(new TextDecoder().decode(read(volume, '/RESIDENT.TXT'))).toBe('in the record');
    const whole = concat(parts[0]!, new Uint8Array(2 * clusterSize), parts[2]!, parts[1]!).subarray(
      0,
      5 * clusterSize - 7,
    );
    const fragments = volume.open(volume.lookup('/fragments.bin')!);
    expect(Buffer.from(contentOf(fragments)).equals(whole)).toBe(true);
    for (let i = 0; i < 50; i++) {
      const offset = random.below(whole.length);
      const length = random.below(Math.min(3 * clusterSize, whole.length - offset));
      expect(Buffer.from(contentOf(fragments, offset, length)).equals(whole.subarray(offset, offset + length))).toBe(
        true,
      );
    }
    expect(leavesOf(volume.open(volume.lookup('/preallocated.bin')!))).toBe(`data 100, zero ${2 * clusterSize - 100}`);
    expect([...volume.list(volume.lookup('/MANY')!)].map(({ name }) => name)).toHaveLength(150);
    expect(new TextDecoder().decode(read(volume, '/Many/file 149.TXT'))).toBe('149');
    expect(volume.lookup('/many/file 300.txt')).toBeNull();
    expect(volume.findings).toEqual([]);
  });
});

describe('LZNT1 units', () => {
  it('reads raw, compressed, absent and short units, and puts damage on its own unit', () => {
    const random = new Random(7);
    const builder = new NtfsBuilder();
    const unit = 65_536;
    const text = new Uint8Array(unit).map((_, i) => ((i * i) % 251) & 0x3f);
    const noise = random.bytes(unit);
    const packed = lznt1Compress(text);
    const size = Math.ceil(packed.length / 4096);
    expect(size).toBeLessThan(16);
    const plainLcn = builder.store(noise);
    const packedLcn = builder.store(packed);
    const tail = lznt1Compress(text.subarray(0, 9000));
    const tailLcn = builder.store(tail);
    const brokenLcn = builder.store(Uint8Array.from([0xff, 0x1f, 1, 2, 3]));
    const spec = { flags: 1, unit: 4 };
    const tailSize = Math.ceil(tail.length / 4096);
    builder.add({
      name: 'units',
      attributes: [
        nonResident(0x80, 4096, {
          ...spec,
          runs: [
            [plainLcn, 16],
            [packedLcn, size],
            [null, 16 - size + 16],
            [tailLcn, tailSize],
            [null, 16 - tailSize],
          ],
          dataSize: 3 * unit + 8999,
        }),
      ],
    });
    builder.add({
      name: 'broken',
      attributes: [
        nonResident(0x80, 4096, {
          ...spec,
          runs: [
            [brokenLcn, 1],
            [null, 15],
            [plainLcn, 16],
          ],
        }),
      ],
    });
    builder.add({
      name: 'hole first',
      attributes: [
        nonResident(0x80, 4096, {
          ...spec,
          runs: [
            [null, 3],
            [plainLcn, 2],
            [null, 11],
            [plainLcn, 16],
          ],
        }),
      ],
    });
    const volume = open(builder);
    const stream = volume.open(volume.lookup('/units')!);
    const whole = concat(noise, text, new Uint8Array(unit), text.subarray(0, 8999));
    expect(Buffer.from(contentOf(stream)).equals(whole)).toBe(true);
    expect(leavesOf(stream)).toBe(`data ${unit}, computed ${unit}, zero ${unit}, computed 8999`);
    expect(stream.allocatedSize).toBe((16 + size + tailSize) * 4096);
    for (let i = 0; i < 40; i++) {
      const offset = random.below(whole.length);
      const length = random.below(whole.length - offset);
      expect(Buffer.from(contentOf(stream, offset, length)).equals(whole.subarray(offset, offset + length))).toBe(true);
    }
    const broken = volume.open(volume.lookup('/broken')!);
    expect(failure(() => contentOf(broken, 10, 5))).toMatchObject({ kind: 'corrupt', at: { image: 'built' } });
    expect(Buffer.from(contentOf(broken, unit, unit)).equals(noise)).toBe(true);
    const holes = volume.open(volume.lookup('/hole first')!);
    expect(failure(() => contentOf(holes, 0, 1)).code).toBe('NTFS_COMPRESSION_UNIT');
    expect(Buffer.from(contentOf(holes, unit, unit)).equals(noise)).toBe(true);
  });

  it('refuses a unit of 2^32 clusters, whose size a 32-bit shift would make 1', () => {
    const builder = new NtfsBuilder();
    const lcn = builder.store(new Uint8Array(65_536));
    builder.add({ name: 'x', attributes: [nonResident(0x80, 4096, { runs: [[lcn, 16]], flags: 1, unit: 32 })] });
    const volume = open(builder);
    expect(failure(() => volume.open(volume.lookup('/x')!)).code).toBe('NTFS_ATTRIBUTE_COMPRESSION_UNIT');
  });

  it('gives no zeros for what a unit should hold and does not: a copy tool wrote them over it', () => {
    const builder = new NtfsBuilder();
    const unit = 65_536;
    const text = new Uint8Array(unit).map((_, i) => i % 7);
    const packed = lznt1Compress(text);
    const half = lznt1Compress(text.subarray(0, 20_000)); // five chunks
    const runs = (lcn: number) =>
      [
        [lcn, 1],
        [null, 15],
        [builder.store(packed), 1],
        [null, 15],
      ] as const;
    const add = (name: string, stored: Uint8Array, sizes: object = {}) =>
      builder.add({
        name,
        attributes: [nonResident(0x80, 4096, { flags: 1, unit: 4, runs: runs(builder.store(stored)), ...sizes })],
      });
    add('zeros', new Uint8Array(4096));
    add('half', half);
    add('all that is valid', half, { dataSize: 2 * unit, initialisedSize: 20_000 });
    const volume = open(builder);
    const stream = (name: string) => volume.open(volume.lookup(`/${name}`)!);
    for (const [name, made] of [
      ['zeros', 0],
      ['half', 20_480],
    ] as const) {
      expect(Buffer.from(contentOf(stream(name), unit)).equals(text)).toBe(true);
      if (made > 0) expect(contentOf(stream(name), 0, 20_000)).toEqual(text.slice(0, 20_000));
      expect(() => contentOf(stream(name), made, 1), name).toThrowError(
        expect.objectContaining({ code: 'NTFS_COMPRESSION_SHORT', kind: 'corrupt' }),
      );
    }
    expect(contentOf(stream('all that is valid'))).toEqual(
      concat(text.subarray(0, 20_000), new Uint8Array(2 * unit - 20_000)),
    );
  });
});

function wofMark(algorithm: number, provider = 2): Uint8Array {
  const data = new Uint8Array(16);
  const view = new DataView(data.buffer);
  [1, provider, 1, algorithm].forEach((value, i) => void view.setUint32(4 * i, value, true));
  return reparsePoint(0x80000017, data);
}

describe('files compressed by the overlay filter', () => {
  it.skipIf(fixturesRoot() === null).each([
    ['test4k', 0],
    ['testlzx', 1],
    ['test8k', 2],
    ['test16k', 3],
  ])(fixturesTitle('%s reads, hides its stream, and gives it when asked by name'), (name, algorithm) => {
    const packed = new Uint8Array(readFixture(`ntfs/dissect/wof/${name}.txt.WofCompressedData.gz`));
    const builder = new NtfsBuilder();
    const lcn = builder.store(packed);
    const size = 100 * 1024;
    builder.add({
      name: 'packed.txt',
      reparse: wofMark(algorithm),
      attributes: [
        nonResident(0x80, 4096, { runs: [[null, size / 4096]], dataSize: size, flags: 0x8000 }),
        nonResident(0x80, 4096, { name: 'WofCompressedData', runs: [[lcn, 1]], dataSize: packed.length }),
        resident(0x80, utf16('x'), 'other'),
      ],
    });
    const volume = open(builder);
    const entry = volume.lookup('/packed.txt')!;
    expect(entry).toMatchObject({ kind: 'file', reparseTag: 0x80000017, size });
    expect(volume.obstacle(entry)).toBeNull();
    expect(volume.streams(entry)).toEqual([{ name: 'other', size: 2 }]);
    expect(read(volume, '/packed.txt', 'WofCompressedData')).toEqual(packed);
  });

  it('reads chunks stored as they are straight from the volume', () => {
    const random = new Random(11);
    const plain = random.bytes(4096 * 2 + 100);
    const table = new Uint8Array(8);
    new DataView(table.buffer).setUint32(0, 4096, true);
    new DataView(table.buffer).setUint32(4, 8192, true);
    const builder = new NtfsBuilder();
    const stored = concat(table, plain);
    const lcn = builder.store(stored);
    const data = nonResident(0x80, 4096, { name: 'WofCompressedData', runs: [[lcn, 3]], dataSize: stored.length });
    const sparse = (size: number) => nonResident(0x80, 4096, { runs: [[null, 3]], dataSize: size, flags: 0x8000 });
    builder.add({ name: 'raw', reparse: wofMark(0), attributes: [sparse(plain.length), data] });
    builder.add({ name: 'wide', reparse: wofMark(0), attributes: [sparse(2 ** 40), data] });
    builder.add({ name: 'empty', reparse: wofMark(0), attributes: [resident(0x80, new Uint8Array(0))] });
    builder.add({ name: 'lost', reparse: wofMark(0), attributes: [sparse(plain.length)] });
    builder.add({ name: 'wim', reparse: wofMark(0, 1), attributes: [sparse(plain.length)] });
    builder.add({ name: 'new', reparse: wofMark(9), attributes: [sparse(plain.length), data] });
    const volume = open(builder);
    const stream = volume.open(volume.lookup('/raw')!);
    expect(leavesOf(stream)).toBe(`data ${plain.length}`);
    expect(contentOf(stream)).toEqual(plain);
    expect(leavesOf(volume.open(volume.lookup('/wide')!), 2 ** 39, 10)).toBe('unreadable 10');
    expect(read(volume, '/empty')).toHaveLength(0);
    expect(failure(() => read(volume, '/lost')).code).toBe('NTFS_WOF_STREAM');
    expect(failure(() => read(volume, '/wim'))).toMatchObject({ code: 'NTFS_WIM_BACKED', kind: 'unsupported' });
    expect(failure(() => read(volume, '/new'))).toMatchObject({ code: 'NTFS_WOF_ALGORITHM', kind: 'unsupported' });
  });
});

it('a file of 4 GiB and more has chunk offsets of 8 bytes', () => {
  const chunkSize = 32_768;
  const count = 2 ** 32 / chunkSize + 1;
  const table = new Uint8Array(8 * (count - 1));
  const view = new DataView(table.buffer);
  for (let i = 0; i < count - 1; i++) view.setBigUint64(8 * i, BigInt(chunkSize * (i + 1)), true);
  const end = new Random(3).bytes(100);
  const builder = new NtfsBuilder({ clusters: 1024 });
  const [tableLcn, endLcn] = [builder.store(table), builder.store(end)];
  const clusters = 2 ** 32 / 4096;
  const size = 2 ** 32 + end.length;
  builder.add({
    name: 'wide',
    reparse: wofMark(1),
    attributes: [
      nonResident(0x80, 4096, { runs: [[null, clusters + 1]], dataSize: size, flags: 0x8000 }),
      nonResident(0x80, 4096, {
        name: 'WofCompressedData',
        runs: [
          [tableLcn, table.length / 4096],
          [null, clusters],
          [endLcn, 1],
        ],
        dataSize: table.length + size,
        flags: 0x8000,
      }),
    ],
  });
  const volume = open(builder);
  const stream = volume.open(volume.lookup('/wide')!);
  expect(stream.size).toBe(size);
  expect(contentOf(stream, 2 ** 32, end.length)).toEqual(end);
  expect(leavesOf(stream, 2 ** 32 - 10, 20)).toBe('zero 10, data 10');
});

describe('content that is not in the volume', () => {
  const hole = nonResident(0x80, 4096, { runs: [[null, 3]], dataSize: 12_000, flags: 0x8000 });
  it.each([
    [
      'deduplicated',
      { reparse: reparsePoint(0x80000013, new Uint8Array(40)), attributes: [hole] },
      'NTFS_DEDUPLICATED',
    ],
    [
      'a cloud placeholder',
      { reparse: reparsePoint(0x9000701a, new Uint8Array(8)), attributes: [hole] },
      'NTFS_OFFLINE',
    ],
    ['recalled on access', { dosAttributes: 0x40_0020, attributes: [hole] }, 'NTFS_OFFLINE'],
    ['migrated to tape', { reparse: reparsePoint(0xc0000004, new Uint8Array(8)), attributes: [hole] }, 'NTFS_OFFLINE'],
    ['encrypted', { attributes: [resident(0x80, new Uint8Array(9), '', 0, 0x4000)] }, 'NTFS_ENCRYPTED'],
    [
      'of unknown compression',
      { attributes: [nonResident(0x80, 4096, { runs: [[40, 1]], flags: 2 })] },
      'NTFS_COMPRESSION',
    ],
  ])('%s is refused with a sentence, never read as zeros', (_what, spec, code) => {
    const builder = new NtfsBuilder();
    builder.add({ name: 'file', ...spec });
    const volume = open(builder);
    const entry = volume.lookup('/file')!;
    expect(failure(() => volume.open(entry))).toMatchObject({ kind: 'unsupported', code });
    expect(volume.obstacle(entry)).toMatchObject({ code, hint: expect.any(String) });
  });

  it('but a cloud file that is here reads, and so does a sparse file without any mark', () => {
    const builder = new NtfsBuilder();
    builder.add({ name: 'here', reparse: reparsePoint(0x9000701a, new Uint8Array(8)), content: 'present' });
    builder.add({ name: 'sparse', attributes: [hole] });
    builder.add({ name: 'offline mark only', dosAttributes: 0x1020, content: 'present' });
    const volume = open(builder);
    expect(new TextDecoder().decode(read(volume, '/here'))).toBe('present');
    expect(read(volume, '/sparse')).toEqual(new Uint8Array(12_000));
    expect(new TextDecoder().decode(read(volume, '/offline mark only'))).toBe('present');
  });
});

describe('attribute lists', () => {
  it('joins streams of many records, with a list that is itself non-resident', () => {
    const random = new Random(5);
    const plain = random.bytes(40 * 4096);
    const builder = new NtfsBuilder();
    const lcn = builder.store(plain);
    const base = builder.reserve();
    const piece = (start: number, count: number, id: number) =>
      nonResident(0x80, 4096, {
        runs: [[lcn + start, count]],
        startVcn: start,
        dataSize: plain.length - 5,
        id,
        allocatedSize: plain.length,
      });
    const one = builder.addExtension(base, [piece(0, 10, 3)]);
    const two = builder.addExtension(base, [piece(10, 30, 4), resident(0x80, utf16('stream'), 'ads', 5)]);
    const list = attributeList([
      { type: 0x10, record: base },
      { type: 0x30, record: base, id: 10 },
      { type: 0x80, record: one, id: 3 },
      { type: 0x80, record: two, id: 4, startVcn: 10 },
      { type: 0x80, record: two, id: 5, name: 'ads' },
    ]);
    const listLcn = builder.store(list);
    builder.add(
      { name: 'joined', attributes: [nonResident(0x20, 4096, { runs: [[listLcn, 1]], dataSize: list.length })] },
      base,
    );
    const volume = open(builder);
    expect(Buffer.from(read(volume, '/joined')).equals(plain.subarray(0, plain.length - 5))).toBe(true);
    const entry = volume.lookup('/joined:ADS')!;
    expect(entry).toMatchObject({ size: plain.length - 5, links: 1, id: base });
    expect(volume.streams(entry)).toEqual([{ name: 'ads', size: 12 }]);
    expect([...volume.scan()]).toEqual([...volume.walk(volume.lookup('/')!)]);
    expect(volume.findings).toEqual([]);
  });
});

it('lists of two records that name each other end, and are told', () => {
  const builder = new NtfsBuilder();
  const lcn = builder.store(new Uint8Array(4096).fill(7));
  const [one, two] = [builder.reserve(), builder.reserve()];
  for (const [own, other, name] of [
    [one, two, 'one'],
    [two, one, 'two'],
  ] as const) {
    const list = attributeList([
      { type: 0x30, record: own, id: 10 },
      { type: 0x20, record: other },
      { type: 0x80, record: other, id: 7 },
    ]);
    const data = nonResident(0x80, 4096, { runs: [[lcn, 1]], id: 7 });
    builder.add({ name, attributes: [resident(0x20, list), data] }, own);
  }
  const volume = open(builder);
  for (const name of ['one', 'two'])
    expect(failure(() => read(volume, `/${name}`))).toMatchObject({ kind: 'corrupt', code: 'NTFS_RECORD_BASE' });
  expect([...volume.scan()].map(({ path }) => path).sort()).toEqual(['/one', '/two']);
});

describe('names and links', () => {
  it('keeps hostile names as they are, counts links without short names, finds files by short names', () => {
    const names = [
      '..',
      'CON',
      'a:b',
      'trailing.',
      'blank ',
      '\ud800lone',
      `nul\u0000in`,
      'x'.repeat(255),
      'back\\slash',
    ];
    const builder = new NtfsBuilder({ records: 128 });
    for (const name of names) builder.add({ name, content: name.slice(0, 3) });
    const folder = builder.add({ name: 'folder', directory: true });
    builder.add({
      name: 'A long name.txt',
      content: 'linked',
      links: [
        { name: 'ALONGN~1.TXT', parent: 5, namespace: 2 },
        { name: 'second', parent: folder },
      ],
    });
    builder.add({ name: 'Case', namespace: 0, content: '1' });
    builder.add({ name: 'cASE', namespace: 0, content: '2' });
    const volume = open(builder);
    const listed = [...volume.list(volume.lookup('/')!)].map(({ name }) => name);
    for (const name of names) expect(listed).toContain(name);
    expect(listed).not.toContain('ALONGN~1.TXT');
    expect(volume.lookup('/alongn~1.txt')).toMatchObject({ name: 'A long name.txt', links: 2 });
    expect(volume.lookup('/folder/SECOND')).toMatchObject({ path: '/folder/second', links: 2 });
    expect(new TextDecoder().decode(read(volume, '/Case'))).toBe('1');
    expect(new TextDecoder().decode(read(volume, '/cASE'))).toBe('2');
    expect(volume.lookup('/a:b')?.name).toBe('a:b');
    expect(volume.lookup('/$mft')?.id).toBe(0);
    const scanned = [...volume.scan()].map(({ path }) => path).sort();
    expect(scanned).toEqual([...volume.walk(volume.lookup('/')!)].map(({ path }) => path).sort());
  });

  it('gives links their kind and target, and does not follow them', () => {
    const builder = new NtfsBuilder();
    const out = '\\??\\C:\\Windows';
    builder.add({ name: 'junction', directory: true, reparse: reparsePoint(0xa0000003, linkData(out, 8)) });
    builder.add({ name: 'symlink', reparse: reparsePoint(0xa000000c, linkData('..\\x', 12)) });
    builder.add({
      name: 'wsl',
      reparse: reparsePoint(0xa000001d, concat(Uint8Array.from([2, 0, 0, 0]), new TextEncoder().encode('/ü'))),
    });
    builder.add({ name: 'fifo', reparse: reparsePoint(0x80000024, new Uint8Array(0)) });
    builder.add({ name: 'torn', reparse: reparsePoint(0xa000000c, new Uint8Array(3)) });
    const volume = open(builder);
    const entries = Object.fromEntries([...volume.walk(volume.lookup('/')!)].map((entry) => [entry.name, entry]));
    expect(entries['junction']).toMatchObject({ kind: 'junction', target: 'C:\\Windows' });
    expect(entries['symlink']).toMatchObject({ kind: 'symlink', target: '..\\x' });
    expect(entries['wsl']).toMatchObject({ kind: 'symlink', target: '/ü' });
    expect(entries['fifo']).toMatchObject({ kind: 'other' });
    expect(entries['torn']).toMatchObject({ kind: 'symlink' });
    expect(volume.lookup('/junction/system32')).toBeNull();
  });

  it('lists files without a directory as orphans', () => {
    const builder = new NtfsBuilder();
    builder.add({ name: 'lost.txt', parent: 40, content: 'still here', unlisted: true });
    const a = builder.reserve();
    const b = builder.reserve();
    builder.add({ name: 'a', parent: b, directory: true, unlisted: true }, a);
    builder.add({ name: 'b', parent: a, directory: true, unlisted: true }, b);
    const volume = open(builder);
    const paths = [...volume.scan()].map(({ path }) => path);
    expect(paths).toContain('/$Orphans/40.1/lost.txt');
    expect(paths.every((path) => path.startsWith('/$Orphans/'))).toBe(true);
    expect(new TextDecoder().decode(read(volume, '/$Orphans/40.1/lost.txt'))).toBe('still here');
    expect(volume.findings.map(({ code }) => code)).toContain('NTFS_ORPHAN');
  });
});

it('reads a part of a resident stream', () => {
  const builder = new NtfsBuilder();
  builder.add({ name: 'r', content: '0123456789' });
  const volume = open(builder);
  const target = new Uint8Array(3);
  readMap(volume.open(volume.lookup('/r')!), 4, target);
  expect(new TextDecoder().decode(target)).toBe('456');
});

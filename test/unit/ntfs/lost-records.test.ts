/**
 * Goal: a file whose record is lost is missed by nobody who selects files by their paths, and what lies in a lost directory
 * keeps its place. Method: records of built volumes are destroyed; listings are compared, and recoveries judged.
 */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openImage } from '../../../src/image/image.ts';
import { MemoryFile } from '../../../src/io/memory-file.ts';
import { FileMap } from '../../../src/map/maps.ts';
import { NtfsVolume } from '../../../src/ntfs/ntfs-volume.ts';
import { recover } from '../../../src/recovery/recover.ts';
import { FaultyFile } from '../../support/files.ts';
import { attributeList, NtfsBuilder, nonResident, resident, utf16 } from '../../support/ntfs-builder.ts';
import { contentOf } from '../../support/ntfs-open.ts';
import { tempFolder } from '../../support/temp.ts';

const PATHS = ['/folder', '/folder/deeper', '/folder/deeper/c', '/folder/a', '/folder/b', '/linked', '/whole'];

/** What no directory names. */
const NAMELESS = /^\/\$Orphans\/record \d+$/;

/** A volume with PATHS in it. `/linked` is another name of `/folder/b`. */
function built(): { readonly image: Uint8Array; readonly recordOf: (name: string) => number } {
  const builder = new NtfsBuilder();
  const numbers = new Map<string, number>();
  const add = (name: string, spec: object): number => {
    const number = builder.add({ name, namespace: 0, ...spec });
    numbers.set(name, number);
    return number;
  };
  // What lies in a directory comes before it in the table, and after it.
  const folder = builder.reserve();
  const deeper = builder.reserve();
  add('c', { parent: deeper, content: 'ccc' });
  numbers.set('deeper', builder.add({ name: 'deeper', namespace: 0, parent: folder, directory: true }, deeper));
  numbers.set('folder', builder.add({ name: 'folder', namespace: 0, directory: true }, folder));
  add('a', { parent: folder, content: 'a' });
  add('b', { parent: folder, content: 'bb', links: [{ name: 'linked', parent: 5, namespace: 0 }] });
  add('whole', { content: 'whole' });
  return { image: builder.build(), recordOf: (name) => builder.offsetOf(numbers.get(name)!) };
}

/** The same with the records of these names torn. */
function damaged(...names: readonly string[]): Uint8Array {
  const { image, recordOf } = built();
  for (const name of names) image[recordOf(name) + 510]! ^= 0x55;
  return image;
}

function open(image: Uint8Array): NtfsVolume {
  return NtfsVolume.open(new FileMap(new MemoryFile(image, 'built')), { name: 'built' });
}

it.each([[[]], [['a']], [['b']], [['folder']], [['deeper']], [['folder', 'a', 'whole']]])(
  'records lost: %s; the pass over the table gives what the walk gives',
  (names) => {
    const volume = open(damaged(...names));
    const walked = [...volume.walk(volume.lookup('/')!)].map(({ path }) => path).sort();
    const all = [...volume.scan()].map(({ path }) => path).sort();
    const scanned = all.filter((path) => !NAMELESS.test(path));
    expect(all.length - scanned.length).toBe(names.includes('folder') && names.includes('a') ? 1 : 0);
    if (!names.includes('folder')) expect(scanned).toEqual([...PATHS].sort());
    expect(scanned).toEqual(walked);
    if (names.length > 0) expect(volume.findings.map(({ code }) => code)).toContain('NTFS_RECORD_LOST');
  },
);

it('what is left in a lost directory keeps its place; what only that directory named is gone', () => {
  const scanned = [...open(damaged('folder', 'a')).scan()].map(({ path }) => path);
  expect(scanned).toContain('/folder/deeper/c');
  expect(scanned).toContain('/folder/b');
  expect(scanned).not.toContain('/folder/a'); // only the lost index named it
  expect([...open(damaged('folder', 'deeper')).scan()].map(({ path }) => path)).toContain('/$Orphans/25.1/c');
});

/** The same with zeros in their place, as tools that copy a failing disk leave them. */
function zeroed(...names: readonly string[]): Uint8Array {
  const { image, recordOf } = built();
  for (const name of names) image.fill(0, recordOf(name), recordOf(name) + 1024);
  return image;
}

it.each([[['a']], [['b']], [['whole', 'c']], [['folder']], [['deeper']]])(
  'records overwritten with zeros: %s; the pass over the table and the walk list them alike, and tell',
  (names) => {
    const both = ['walk', 'scan'].map((how) => {
      const volume = open(zeroed(...names));
      const entries = how === 'walk' ? volume.walk(volume.lookup('/')!) : volume.scan();
      const paths = [...entries].map(({ path }) => path).sort();
      expect(volume.findings.map(({ severity, code }) => `${severity} ${code}`)).toContain('error NTFS_RECORD_EMPTY');
      return paths;
    });
    if (!names.includes('folder')) expect(both[1]).toEqual([...PATHS].sort());
    expect(both[1]).toEqual(both[0]);
  },
);

it('zeros where nothing tells which records are in use: only those that a directory names are a loss', () => {
  const image = zeroed('a');
  const view = new DataView(image.buffer, image.byteOffset + 8192); // where the builder puts record 0
  let at = view.getUint16(0x14, true);
  while (view.getUint32(at, true) !== 0xb0) at += view.getUint32(at + 4, true);
  view.setUint32(at, 0xd0, true); // another type than $BITMAP
  const volume = open(image);
  expect([...volume.scan()].map(({ path }) => path).sort()).toEqual([...PATHS].sort());
  expect(volume.findings.map(({ code }) => code)).toEqual(['NTFS_RECORD_LOST']);
});

it('the bitmap of the file table on a bad sector is tried once, and not for each empty record', () => {
  const records = 1024;
  const builder = new NtfsBuilder({ records, clusters: 1024 });
  builder.add({ name: 'whole', namespace: 0, content: 'whole' });
  const { clusterSize, mftLcn } = builder;
  const bitmap = builder.store(new Uint8Array(records / 8));
  const image = builder.build();
  const table = nonResident(0x80, clusterSize, { runs: [[mftLcn, records / 4]], dataSize: records * 1024 });
  const bits = nonResident(0xb0, clusterSize, { runs: [[bitmap, 1]], dataSize: records / 8 });
  builder.writeRecord(0, [table, bits], { base: 0, directory: false });
  const faulty = new FaultyFile(new MemoryFile(image, 'built'), {
    bad: [{ offset: bitmap * clusterSize, length: 512 }],
  });
  const volume = NtfsVolume.open(new FileMap(faulty), { name: 'built' });
  expect([...volume.scan()].map(({ path }) => path)).toEqual(['/whole']);
  expect(volume.findings.map(({ severity, code }) => `${severity} ${code}`)).toEqual(['warning EIO']);
  const reads = faulty.reads;
  expect([...volume.scan()]).toHaveLength(1);
  expect(faulty.reads - reads).toBeLessThan(16);
});

it.each([['zeros', zeroed] as const, ['torn', damaged] as const])(
  'a lost record that no directory names (%s) fails a recovery of everything',
  async (_what, broken) => {
    const path = join(tempFolder(), 'volume.raw');
    writeFileSync(path, broken('folder', 'a'));
    await using image = await openImage(path);
    const report = await recover(image, { files: ['**'], out: tempFolder(), threads: 1 });
    const failed = report.files.filter(({ status }) => status === 'failed').map(({ path: name }) => name);
    expect(failed).toEqual([expect.stringMatching(NAMELESS)]);
    expect(report.totals.failed).toBe(1);
  },
);

it.each([['**'], ['folder'], ['folder/*']])(
  'recovering %s names the file that is lost, and is partial',
  async (glob) => {
    const path = join(tempFolder(), 'volume.raw');
    writeFileSync(path, damaged('a'));
    await using image = await openImage(path);
    for (const streams of [false, true]) {
      const report = await recover(image, { files: [glob], out: tempFolder(), threads: 1, streams });
      expect(report.totals.failed).toBe(1);
      expect(report.files.find((file) => file.path === '/folder/a')).toMatchObject({
        status: 'failed',
        error: { code: 'NTFS_RECORD_TORN' },
      });
    }
  },
);

it('a file whose record calls itself a part of another one is read, and that is told', () => {
  const { image, recordOf } = built();
  image[recordOf('whole') + 0x20] = 77; // its base record
  const volume = open(image);
  expect([...volume.scan()].map(({ path }) => path).sort()).toEqual([...PATHS].sort());
  expect([...volume.walk(volume.lookup('/')!)].map(({ path }) => path).sort()).toEqual([...PATHS].sort());
  expect(volume.findings.map(({ code }) => code)).toContain('NTFS_RECORD_BASE');
  expect(new TextDecoder().decode(contentOf(volume.open(volume.lookup('/whole')!)))).toBe('whole');
});

/** The same with the in-use bit of these names' records taken away; the number counted up too, as deletion does. */
function freed(isDeleted: boolean, ...names: readonly string[]): Uint8Array {
  const { image, recordOf } = built();
  for (const name of names) {
    image[recordOf(name) + 0x16]! &= ~1;
    if (isDeleted) image[recordOf(name) + 0x10]! += 1;
  }
  return image;
}

it.each([[['a']], [['b']], [['whole', 'c']], [['folder']], [['deeper']]])(
  'records that say they are free, still named: %s; the pass over the table and the walk list them alike, and tell',
  (names) => {
    const both = ['walk', 'scan'].map((how) => {
      const volume = open(freed(false, ...names));
      const entries = how === 'walk' ? volume.walk(volume.lookup('/')!) : volume.scan();
      const paths = [...entries].map(({ path }) => path).sort();
      expect(volume.findings.map(({ severity, code }) => `${severity} ${code}`)).toContain(
        'error NTFS_RECORD_NOT_IN_USE',
      );
      return paths;
    });
    expect(both[1]).toEqual(both[0]);
    expect(both[1]).toEqual([...PATHS].sort());
  },
);

it('a name that was left behind by a deletion is told and listed by neither', () => {
  for (const how of ['walk', 'scan']) {
    const volume = open(freed(true, 'a'));
    const entries = how === 'walk' ? volume.walk(volume.lookup('/')!) : volume.scan();
    expect([...entries].map(({ path }) => path).sort()).toEqual(PATHS.filter((path) => path !== '/folder/a').sort());
    expect(volume.findings.map(({ code }) => code)).toEqual(['NTFS_INDEX_STALE']);
  }
});

/** `/gone` with an attribute list, its record free, and so many names by its header; `/folder`, whose index is broken. */
function freedWithList(links: number, isDeleted: boolean): Uint8Array {
  const builder = new NtfsBuilder();
  const folder = builder.add({ name: 'folder', namespace: 0, directory: true });
  const own = builder.reserve();
  const list = attributeList([{ type: 0x30, record: own, id: 10 }]);
  builder.add({ name: 'gone', namespace: 0, attributes: [resident(0x20, list)] }, own);
  const image = builder.build();
  const view = new DataView(image.buffer, image.byteOffset);
  const [record, directory] = [builder.offsetOf(own), builder.offsetOf(folder)];
  view.setUint16(record + 0x16, 0, true);
  view.setUint16(record + 0x12, links, true);
  if (isDeleted) view.setUint16(record + 0x10, view.getUint16(record + 0x10, true) + 1, true);
  let at = directory + view.getUint16(directory + 0x14, true);
  while (view.getUint32(at, true) !== 0x90) at += view.getUint32(at + 4, true);
  view.setUint32(at + view.getUint16(at + 0x14, true) + 16, 0xfff0, true); // where its entries begin
  return image;
}

it.each([
  ['one name, which is in its record', 1],
  ['no name any more', 0],
])('a free record with an attribute list and %s costs no look into other folders', (_what, links) => {
  for (const isDeleted of [true, false]) {
    const volume = open(freedWithList(links, isDeleted));
    expect([...volume.scan()].map(({ path }) => path).sort()).toEqual(isDeleted ? ['/folder'] : ['/folder', '/gone']);
    const codes = isDeleted ? ['NTFS_INDEX_STALE'] : ['NTFS_RECORD_NOT_IN_USE', 'NTFS_RECORD_LOST'];
    expect(volume.findings.map(({ code }) => code)).toEqual(codes);
  }
});

it('one with names in other records is looked for in all folders', () => {
  const volume = open(freedWithList(2, false));
  expect([...volume.scan()].map(({ path }) => path).sort()).toEqual(['/folder', '/gone']);
  expect(volume.findings.map(({ code }) => code)).toContain('NTFS_INDEX_HEADER'); // of the broken one
});

it('a free record that names no directory is looked for in all of them', () => {
  const image = freed(false, 'a');
  const { recordOf } = built();
  const view = new DataView(image.buffer, image.byteOffset + recordOf('a'));
  view.setUint32(view.getUint16(0x14, true) + 4, 3, true); // the length of its first attribute
  expect([...open(image).scan()].map(({ path }) => path).sort()).toEqual([...PATHS].sort());
});

it.each([['**'], ['folder'], ['folder/a']])(
  'recovering %s names the file whose record says it is free',
  async (glob) => {
    const path = join(tempFolder(), 'volume.raw');
    writeFileSync(path, freed(false, 'a'));
    await using image = await openImage(path);
    const report = await recover(image, { files: [glob], out: tempFolder(), threads: 1 });
    expect(report.totals.failed).toBe(1);
    const file = report.files.find((one) => one.path === '/folder/a');
    expect(file).toMatchObject({ status: 'failed', error: { code: 'NTFS_RECORD_NOT_IN_USE' } });
  },
);

it.each(['whole', 'a', 'folder'])('%s has lost its name in its record: its directory tells it', (name) => {
  const { image, recordOf } = built();
  const record = image.subarray(recordOf(name), recordOf(name) + 1024);
  const view = new DataView(record.buffer, record.byteOffset, record.length);
  // $FILE_NAME becomes an attribute of an unknown type; what stands behind it stays.
  for (
    let at = view.getUint16(0x14, true);
    view.getUint32(at, true) !== 0xffff_ffff;
    at += view.getUint32(at + 4, true)
  )
    if (view.getUint32(at, true) === 0x30) view.setUint32(at, 0x31, true);
  const volume = open(image);
  expect([...volume.scan()].map(({ path }) => path).sort()).toEqual([...PATHS].sort());
  expect(volume.findings.map(({ code }) => code)).toContain('NTFS_RECORD_NAMELESS');
  if (name === 'whole')
    expect(new TextDecoder().decode(contentOf(volume.open(volume.lookup('/whole')!)))).toBe('whole');
});

it('names in a lost extension record are those that the directories still give', () => {
  const builder = new NtfsBuilder();
  const folder = builder.add({ name: 'folder', namespace: 0, directory: true });
  const base = builder.reserve();
  const links = [{ name: 'second', parent: folder, namespace: 0 }];
  const lost = builder.addExtension(base, [resident(0x80, utf16('a stream'), 'stream', 3)]);
  const list = attributeList([
    { type: 0x30, record: base, id: 10 },
    { type: 0x30, record: lost, id: 11 }, // as if the second name had been there
    { type: 0x80, record: base, id: 0 },
  ]);
  builder.add({ name: 'first', namespace: 0, links, content: 'x', attributes: [resident(0x20, list)] }, base);
  const image = builder.build();
  image[builder.offsetOf(lost) + 510]! ^= 0x55;
  const volume = open(image);
  const scanned = [...volume.scan()].map(({ path }) => path).sort();
  expect(scanned).toEqual(['/first', '/folder', '/folder/second']);
  expect([...volume.walk(volume.lookup('/')!)].map(({ path }) => path).sort()).toEqual(scanned);
});

it('a lost file is found by its short name; a parent beyond the table is none', () => {
  const builder = new NtfsBuilder();
  const short = { name: 'LONGNA~1', parent: 5, namespace: 2 };
  const lost = builder.add({ name: 'long name', content: 'x', links: [short] });
  const stray = builder.add({ name: 'stray', content: 'y', namespace: 0, parent: 2 ** 33, unlisted: true });
  const image = builder.build();
  image[builder.offsetOf(lost) + 510]! ^= 0x55;
  const volume = open(image);
  expect(volume.lookup('/longna~1')).toMatchObject({ id: lost, kind: 'file' });
  expect(volume.entry(stray)?.path).toBe('/stray');
});

/** What became of files between two states of a volume that is built here, so that every change is known. */

import { describe, expect, it } from 'vitest';
import { diffDisks } from '../../../src/diff/disk-diff.ts';
import { DifferingBytes } from '../../../src/diff/file-diff.ts';
import { MemoryFile } from '../../../src/io/memory-file.ts';
import { FileMap } from '../../../src/map/maps.ts';
import { NtfsVolume } from '../../../src/ntfs/ntfs-volume.ts';
import {
  attributeList,
  type FileSpec,
  fileName,
  NtfsBuilder,
  nonResident,
  resident,
} from '../../support/ntfs-builder.ts';

const CLUSTER = 4096;

/** A volume with one file of two clusters, a resident one, and one more under a name. */
function build(content: number, note: string, last: string): Uint8Array {
  const builder = new NtfsBuilder({ records: 64 });
  const first = builder.store(new Uint8Array(CLUSTER).fill(1));
  const second = builder.store(new Uint8Array(CLUSTER).fill(content));
  builder.add({
    name: 'data.bin',
    attributes: [
      nonResident(0x80, CLUSTER, {
        runs: [
          [first, 1],
          [second, 1],
        ],
      }),
    ],
  });
  builder.add({ name: 'note.txt', content: note });
  builder.add({ name: last, content: 'same' });
  return builder.build();
}

async function changes(before: Uint8Array, after: Uint8Array) {
  const [a, b] = [before, after].map((bytes, index) => new FileMap(new MemoryFile(bytes, `state ${index}`)));
  const differing = new DifferingBytes();
  await diffDisks(a!, b!, { threads: 1, onRange: differing.take });
  const [old, now] = [a!, b!].map((map) => NtfsVolume.open(map, { name: 'built' }));
  return [...now!.changesSince(old!, differing.bytes)].map(({ kind, path, from, ranges }) => ({
    kind,
    path,
    from,
    ranges,
  }));
}

describe('files that changed', () => {
  it('are none where nothing did', async () => {
    expect(await changes(build(2, 'hello', 'x'), build(2, 'hello', 'x'))).toEqual([]);
  });

  it('are told with their ranges, in clusters and in records, and with their old names', async () => {
    expect(await changes(build(2, 'hello', 'x'), build(3, 'hallo', 'y'))).toEqual([
      {
        kind: 'changed',
        path: '/data.bin',
        from: undefined,
        ranges: [{ offset: CLUSTER, length: CLUSTER, state: 'changed' }],
      },
      { kind: 'changed', path: '/note.txt', from: undefined, ranges: [{ offset: 1, length: 1, state: 'changed' }] },
      { kind: 'renamed', path: '/y', from: '/x', ranges: [] },
    ]);
  });
});

/** A volume of these files, each in the record of its number. */
function volumeOf(files: Readonly<Record<number, FileSpec>>): Uint8Array {
  const builder = new NtfsBuilder({ records: 64 });
  for (const [number, spec] of Object.entries(files)) builder.add(spec, Number(number));
  return builder.build();
}

/** Each change as a line. */
async function told(before: Uint8Array, after: Uint8Array): Promise<string[]> {
  return (await changes(before, after)).map(({ kind, path, from, ranges }) => {
    const parts = ranges.map(({ offset, length, state, stream }) => `${stream ?? ''}:${offset}+${length} ${state}`);
    return [kind, ...(from === undefined ? [] : [from]), path, ...parts].join(' ');
  });
}

const ROOT = 5;
const EXTEND = 11;
/** Where the file table of a built volume begins. */
const RECORDS = 2 * CLUSTER;

describe('a name', () => {
  it('that is given to another file is that of a changed one, neither removed nor added', async () => {
    // As an update of Windows does it: the old file keeps its name in the component store.
    const link = { links: [{ name: 'system.dll', parent: ROOT }] };
    const before = volumeOf({ 30: { name: 'store old', content: 'old', ...link } });
    const after = volumeOf({
      30: { name: 'store old', content: 'old' },
      31: { name: 'store new', content: 'newer', ...link },
    });
    expect(await told(before, after)).toEqual(['added /store new', 'changed /system.dll :0+5 possible']);
    expect(await told(after, before)).toEqual(['changed /system.dll :0+5 possible', 'removed /store new']);
  });

  it('may be given to a file that was there before', async () => {
    const link = { links: [{ name: 'current', parent: ROOT }] };
    const [a, b] = [
      { name: 'a', content: 'a' },
      { name: 'b', content: 'b' },
    ];
    const before = volumeOf({ 30: { ...a, ...link }, 31: b });
    const after = volumeOf({ 30: a, 31: { ...b, ...link } });
    expect(await told(before, after)).toEqual(['changed /current :0+1 possible']);
  });

  it('is gone where the file system keeps what is deleted and still open', async () => {
    const before = volumeOf({ 30: { name: 'open', content: 'x' }, 31: { name: 'again', content: 'y' } });
    const after = volumeOf({
      30: { name: '1', parent: EXTEND, content: 'x' },
      31: { name: '2', parent: EXTEND, content: 'y' },
      32: { name: 'again', content: 'z' },
    });
    expect(await told(before, after)).toEqual(['removed /open', 'changed /again :0+1 possible']);
  });

  it('is another one in a folder that took the record of its former folder', async () => {
    const build = (folder: string) =>
      volumeOf({ 30: { name: folder, directory: true }, 31: { name: 'f', parent: 30, content: 'x' } });
    const after = build('e');
    const bytes = Buffer.from(after.buffer, after.byteOffset, after.length);
    const record = RECORDS + 31 * 1024;
    bytes.writeUInt16LE(2, RECORDS + 30 * 1024 + 16);
    const parent = bytes.indexOf(Buffer.from([30, 0, 0, 0, 0, 0, 1, 0]), record);
    expect(parent).toBeLessThan(record + 512);
    bytes.writeUInt16LE(2, parent + 6);
    expect((await told(build('d'), after)).sort()).toEqual(['added /e', 'removed /d', 'renamed /d/f /e/f']);
  });

  it('is not another one that differs in case', async () => {
    const before = volumeOf({ 30: { name: 'a', content: '1' }, 31: { name: 'A', content: '2' } });
    const after = volumeOf({ 32: { name: 'a', content: '3' } });
    expect(await told(before, after)).toEqual(['removed /A', 'changed /a :0+1 possible']);
    expect((await told(after, before)).sort()).toEqual(['added /A', 'changed /a :0+1 possible']);
  });

  it('whose record is lost is there while its directory has it', async () => {
    const build = (isDamaged: boolean): Uint8Array => {
      const builder = new NtfsBuilder({ records: 64 });
      const [base, extension] = [builder.reserve(), builder.reserve()];
      const list = attributeList([
        { type: 0x10, record: base },
        { type: 0x30, record: base, id: 10 },
        { type: 0x30, record: extension, id: 7 },
        { type: 0x80, record: extension, name: 's' },
        { type: 0x80, record: base },
      ]);
      const spec = { name: 'first', links: [{ name: 'second', parent: ROOT }], content: 'x' };
      builder.add({ ...spec, attributes: [resident(0x20, list)] }, base);
      const second = resident(0x30, fileName('second', ROOT, 1, false), '', 7);
      builder.addExtension(base, [second, resident(0x80, new Uint8Array(9), 's')], extension);
      const image = builder.build();
      if (isDamaged) image[builder.offsetOf(extension) + 510]! ^= 0x55;
      return image;
    };
    expect(await told(build(false), build(false))).toEqual([]);
    const unknown = ['changed /first s:0+9 unreadable', 'changed /second s:0+9 unreadable'];
    expect(await told(build(false), build(true))).toEqual([...unknown, 'unreadable /$Orphans/record 25']);
    expect((await told(build(true), build(false))).sort()).toEqual(unknown);
  });
});

describe('a stream', () => {
  it('of what was replaced may be another', async () => {
    const build = (number: number, directory: boolean, size: number) => {
      const attributes = [resident(0x80, new Uint8Array(size), 'note')];
      return volumeOf({ [number]: { name: 'n', directory, attributes } });
    };
    expect(await told(build(30, true, 3), build(31, true, 5))).toEqual(['changed /n note:0+5 possible']);
    expect(await told(build(30, false, 3), build(31, false, 0))).toEqual(['changed /n note:0+3 possible']);
  });

  it('that is empty has come or gone', async () => {
    const [before, after] = [[], [resident(0x80, new Uint8Array(0), 'mark')]].map((attributes) =>
      volumeOf({ 30: { name: 'f', content: 'x', attributes } }),
    );
    expect(await told(before!, after!)).toEqual(['changed /f']);
    expect(await told(after!, before!)).toEqual(['changed /f']);
  });

  it('of a folder is told as that of a file', async () => {
    const [before, after] = [1, 2].map((value) =>
      volumeOf({
        30: { name: 'd', directory: true, attributes: [resident(0x80, new Uint8Array(3).fill(value), 'note')] },
      }),
    );
    expect(await told(before!, after!)).toEqual(['changed /d note:0+3 changed']);
  });

  it('that is compressed may have changed where only its valid length has', async () => {
    const [before, after] = [5000, 9000].map((initialisedSize) => {
      const builder = new NtfsBuilder({ records: 64 });
      const lcn = builder.store(new Uint8Array(3 * CLUSTER).fill(1));
      const runs = [[lcn, 3] as const, [null, 13] as const];
      const data = { runs, flags: 1, unit: 4, dataSize: 60_000, initialisedSize };
      builder.add({ name: 'f', attributes: [nonResident(0x80, CLUSTER, data)] });
      return builder.build();
    });
    expect(await told(before!, after!)).toEqual(['changed /f :0+60000 possible']);
  });
});

/**
 * Goal: a listing in which files are told by name only has the entries of a full one: the same names, kinds and numbers,
 * and of all that is no plain file everything.
 * Method: a built volume, whose directory keys claim that every file is plain, empty and from 1601, whatever its record
 * says; names that lead nowhere; lost records. Then the volumes of the sample pool.
 */

import { expect, it } from 'vitest';
import type { FileEntry } from '../../../src/filesystem/file-system.ts';
import { openImage } from '../../../src/image/image.ts';
import { MemoryFile } from '../../../src/io/memory-file.ts';
import { FileMap } from '../../../src/map/maps.ts';
import { NtfsVolume } from '../../../src/ntfs/ntfs-volume.ts';
import {
  attributeList,
  linkData,
  NtfsBuilder,
  nonResident,
  reparsePoint,
  resident,
} from '../../support/ntfs-builder.ts';
import { SAMPLE_ZIP, states } from '../../support/sample-pool.ts';

const TAG = { symlink: 0xa000_000c, junction: 0xa000_0003, wof: 0x8000_0017, dedup: 0x8000_0013 };

const outline = ({ path, name, kind, id, sequence }: FileEntry) => ({ path, name, kind, id, sequence });

/** Compares both listings of a directory; returns the entries that are told by name only. */
function compare(volume: NtfsVolume, directory: FileEntry): FileEntry[] {
  const full = [...volume.list(directory)];
  const byName = [...volume.list(directory, { namesOnly: 'files' })];
  expect(byName.map(outline)).toEqual(full.map(outline));
  const others = (entries: FileEntry[]) => entries.filter(({ kind, reparseTag }) => kind !== 'file' || reparseTag);
  for (const entry of others(full)) expect(byName.find(({ path }) => path === entry.path)).toEqual(entry);
  return byName.filter(({ kind }) => kind === 'file');
}

it('equals the full listing but for the sizes and times of plain files', () => {
  const builder = new NtfsBuilder({ records: 256 });
  const lcn = builder.store(new Uint8Array(8192).fill(7));
  const folder = builder.add({ name: 'folder', directory: true });
  const add = (name: string, spec: object = {}): number => builder.add({ name, parent: folder, ...spec });
  for (let i = 0; i < 90; i++) add(`plain ${i}`, { content: `content of ${i}` });
  add('below', { directory: true });
  add('large', { attributes: [nonResident(0x80, 4096, { runs: [[lcn, 2]] })] });
  add('twice', { content: 'one file', links: [{ name: 'again', parent: folder }] });
  add('LONGNA~1.TXT', { namespace: 2, content: 'short', links: [{ name: 'long name.txt', parent: folder }] });
  const link = linkData('target', 12);
  add('link', { reparse: reparsePoint(TAG.symlink, link) });
  add('junction', { directory: true, reparse: reparsePoint(TAG.junction, linkData('C:\\x', 8)) });
  add('packed', { content: 'x', reparse: reparsePoint(TAG.wof, new Uint8Array(16)) });
  add('elsewhere', { content: 'x', reparse: reparsePoint(TAG.dedup, new Uint8Array(16)) });
  const listed = builder.reserve();
  const extension = builder.addExtension(listed, [nonResident(0x80, 4096, { runs: [[lcn, 2]], id: 7 })]);
  const list = attributeList([
    { type: 0x30, record: listed, id: 10 },
    { type: 0x80, record: extension, id: 7 },
  ]);
  builder.add({ name: 'listed', parent: folder, attributes: [resident(0x20, list)] }, listed);
  const [free, reused, lost, cut] = ['free', 'reused', 'lost', 'cut'].map((name) => add(name, { content: name }));
  const image = builder.build();
  const view = new DataView(image.buffer);
  view.setUint16(builder.offsetOf(free!) + 22, 0, true); // not in use
  view.setUint16(builder.offsetOf(reused!) + 16, 9, true); // of another sequence
  image.set(Buffer.from('BAAD'), builder.offsetOf(lost!));
  view.setUint32(builder.offsetOf(cut!) + view.getUint16(builder.offsetOf(cut!) + 20, true) + 4, 8, true); // length

  const volume = NtfsVolume.open(new FileMap(new MemoryFile(image, 'built')), { name: 'built' });
  const files = compare(volume, volume.lookup('/folder')!);
  const named = (name: string): FileEntry | undefined => files.find((entry) => entry.name === name);
  expect(named('reused')).toBe(undefined);
  expect([named('lost')?.kind, named('free')?.kind]).toEqual(['file', 'file']); // their names are all that is left of them
  expect(named('plain 5')).toMatchObject({ size: 0, links: 1 }); // as the key has it: no record was looked into
  expect(named('listed')!.size).toBe(8192); // its record does not tell alone, so all of it was read
  expect(named('twice')!.id).toBe(named('again')!.id);
  compare(volume, volume.lookup('/')!);
});

it('a damaged index gives the same names either way', () => {
  const builder = new NtfsBuilder({ records: 256 });
  const folder = builder.add({ name: 'folder', directory: true });
  for (let i = 0; i < 100; i++) builder.add({ name: `file number ${i}`, parent: folder, content: `${i}` });
  const image = builder.build();
  const block = Buffer.from(image.buffer).lastIndexOf('INDX');
  image.set(Buffer.from('XXXX'), block);
  const volume = NtfsVolume.open(new FileMap(new MemoryFile(image, 'built')), { name: 'built' });
  expect(compare(volume, volume.lookup('/folder')!)).toHaveLength(100);
});

it('every folder of the sample pool', async () => {
  let folders = 0;
  for (const { condition, path } of states as readonly { condition: string; path?: string }[]) {
    if (condition !== 'sound' || path === undefined) continue;
    await using image = await openImage(`${SAMPLE_ZIP}::${path}`);
    const volume = image.volume().requireFileSystem() as NtfsVolume;
    compare(volume, volume.lookup('/')!);
    for (const entry of volume.walk(volume.lookup('/')!)) {
      if (entry.kind !== 'directory') continue;
      compare(volume, entry);
      folders++;
    }
  }
  expect(folders).toBeGreaterThan(5);
});

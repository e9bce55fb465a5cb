/**
 * Goal: who is told nothing but names and errors never takes a short listing for a whole one. Method: a directory whose index
 * is lost in part, with all file records there, and with one of them lost too.
 */

import { expect, it } from 'vitest';
import { MemoryFile } from '../../../src/io/memory-file.ts';
import { FileMap } from '../../../src/map/maps.ts';
import { NtfsVolume } from '../../../src/ntfs/ntfs-volume.ts';
import { NtfsBuilder } from '../../support/ntfs-builder.ts';

const FILES = 100;

/** The names of a listing, and how it ended. */
function listed(damage: (image: Buffer, lastRecord: number) => void): [number, string] {
  const builder = new NtfsBuilder({ records: 256, clusters: 1024 });
  const folder = builder.add({ name: 'folder', directory: true });
  const last = Array.from({ length: FILES }, (_, i) => builder.add({ name: `file ${i}`, parent: folder })).at(-1)!;
  const image = Buffer.from(builder.build().buffer);
  damage(image, builder.offsetOf(last));
  const volume = NtfsVolume.open(new FileMap(new MemoryFile(image, 'built')), { name: 'built' });
  const names = new Set<string>();
  try {
    for (const { name } of volume.list(volume.lookup('/folder')!, { complete: true })) names.add(name);
    return [names.size, ''];
  } catch (error) {
    return [names.size, (error as { code: string }).code];
  }
}

const loseIndexes = (image: Buffer): void => {
  for (let at = image.indexOf('INDX'); at >= 0; at = image.indexOf('INDX', at)) image.fill(0, at, at + 4);
};

it('a lost index alone loses no name', () => {
  expect(listed(() => undefined)).toEqual([FILES, '']);
  expect(listed(loseIndexes)).toEqual([FILES, '']);
});

it('with a lost record too it ends with an error, behind all names that are left', () => {
  const damage = (image: Buffer, lastRecord: number): void => {
    loseIndexes(image);
    image.fill(0xff, lastRecord, lastRecord + 1024);
  };
  expect(listed(damage)).toEqual([FILES - 1, 'NTFS_NAMES_LOST']);
});

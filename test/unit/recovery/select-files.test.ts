/**
 * Goal: files named in full are found by way of their folders, without a pass over the file table, and never less than
 * that pass would find. Method: a volume from an independent writer, seen through a file system that tells of a scan.
 */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { FileSystem } from '../../../src/filesystem/file-system.ts';
import { openImage } from '../../../src/image/image.ts';
import { selectByGlob } from '../../../src/recovery/select-files.ts';
import { NtfsBuilder } from '../../support/ntfs-builder.ts';
import { tempFolder } from '../../support/temp.ts';

function volume(): string {
  const builder = new NtfsBuilder();
  const folder = (name: string, parent?: number) =>
    builder.add({ name, directory: true, namespace: 0, ...(parent === undefined ? {} : { parent }) });
  const databases = folder('Databases');
  const twin = folder('databases');
  const deep = folder('Deep', databases);
  builder.add({ name: 'one.mdf', content: 'a', namespace: 0, parent: deep });
  builder.add({ name: 'ONE.mdf', content: 'b', namespace: 0, parent: deep });
  builder.add({ name: 'two (copy).mdf', content: 'c', namespace: 0, parent: databases });
  builder.add({ name: 'three.mdf', content: 'd', namespace: 0, parent: databases });
  builder.add({ name: 'Three.mdf', content: 'e', namespace: 0, parent: twin });
  const programs = folder('Program Files (x86)', deep);
  builder.add({ name: 'a [1].{txt}', content: 'g', namespace: 0, parent: programs });
  builder.add({ name: 'lost.mdf', content: 'f', namespace: 0, parent: databases, unlisted: true });
  const path = join(tempFolder(), 'volume.raw');
  writeFileSync(path, builder.build());
  return path;
}

/** The paths that are selected, and whether the whole table was gone through. */
async function selected(
  ...globs: string[]
): Promise<{ paths: string[]; scanned: boolean; unmatched?: readonly string[] }> {
  await using image = await openImage(volume());
  const real = image.listVolumes()[0]!.requireFileSystem();
  let scanned = false;
  const fileSystem: FileSystem = Object.create(real, {
    lookup: { value: (path: string) => real.lookup(path) },
    list: { value: (...words: Parameters<FileSystem['list']>) => real.list(...words) },
    scan: {
      value: () => {
        scanned = true;
        return real.scan();
      },
    },
  });
  const { entries, unmatched } = await selectByGlob(fileSystem, globs, 'volume.raw');
  const paths = entries.map(({ path }) => path);
  return unmatched.length === 0 ? { paths, scanned } : { paths, scanned, unmatched };
}

it('goes by the folders where files are named in full, whatever the case', async () => {
  expect(await selected('Databases/Deep/one.mdf')).toEqual({
    paths: ['/Databases/Deep/one.mdf', '/Databases/Deep/ONE.mdf'],
    scanned: false,
  });
  expect(await selected('C:\\DATABASES\\three.MDF', '/databases/deep/one.mdf/')).toEqual({
    paths: ['/Databases/Deep/one.mdf', '/Databases/Deep/ONE.mdf', '/Databases/three.mdf', '/databases/Three.mdf'],
    scanned: false,
  });
});

const PROGRAMS = ['/Databases/Deep/Program Files (x86)', '/Databases/Deep/Program Files (x86)/a [1].{txt}'];

it('takes names at their word in which characters stand that mean something in a glob', async () => {
  expect(await selected('program files (X86)')).toEqual({ paths: PROGRAMS, scanned: true });
  expect(await selected('Databases/Deep/Program Files (x86)/')).toEqual({ paths: PROGRAMS, scanned: true });
  expect(await selected('a [1].{txt}')).toEqual({ paths: PROGRAMS.slice(1), scanned: true });
  expect(await selected('two (copy).mdf')).toEqual({ paths: ['/Databases/two (copy).mdf'], scanned: true });
  await expect(selected('Program Files (x86)/a [1].{txt}')).rejects.toMatchObject({ code: 'RECOVER_NOTHING_MATCHES' });
});

it('tells which of several globs stand for nothing', async () => {
  const paths = ['/Databases/two (copy).mdf'];
  expect(await selected('two (copy).mdf', 'two.ldf', 'Databases/no*', 'Databases/two (copy).mdf')).toEqual({
    paths,
    scanned: true,
    unmatched: ['two.ldf', 'Databases/no*'],
  });
});

it('goes through the table for folders, patterns, bare names, and what no folder lists', async () => {
  const inDeep = ['/Databases/Deep/one.mdf', '/Databases/Deep/ONE.mdf'];
  expect(await selected('Databases/Deep')).toEqual({
    paths: ['/Databases/Deep', ...inDeep, ...PROGRAMS],
    scanned: true,
  });
  expect(await selected('databases/deep/O*.mdf')).toEqual({ paths: inDeep, scanned: true });
  expect(await selected('one.mdf')).toEqual({ paths: inDeep, scanned: true });
  expect(await selected('databases/two (copy).mdf')).toEqual({ paths: ['/Databases/two (copy).mdf'], scanned: true });
  expect(await selected('databases/lost.mdf')).toEqual({ paths: ['/Databases/lost.mdf'], scanned: true });
  await expect(selected('databases/none.mdf')).rejects.toMatchObject({ code: 'RECOVER_NOTHING_MATCHES' });
});

it('takes quotes in a name for what they are', async () => {
  const builder = new NtfsBuilder();
  builder.add({ name: '"b".txt', content: 'a', namespace: 0 });
  builder.add({ name: 'other', content: 'b', namespace: 0 });
  const path = join(tempFolder(), 'volume.raw');
  writeFileSync(path, builder.build());
  await using image = await openImage(path);
  const fileSystem = image.listVolumes()[0]!.requireFileSystem();
  for (const globs of [['"b".txt'], ['/"b".txt', '*.none']]) {
    const { entries } = await selectByGlob(fileSystem, globs, 'volume.raw');
    expect(entries.map((entry) => entry.path)).toEqual(['/"b".txt']);
  }
});

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
  builder.add({ name: 'lost.mdf', content: 'f', namespace: 0, parent: databases, unlisted: true });
  const path = join(tempFolder(), 'volume.raw');
  writeFileSync(path, builder.build());
  return path;
}

/** The paths that are selected, and whether the whole table was gone through. */
async function selected(...globs: string[]): Promise<{ paths: string[]; scanned: boolean }> {
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
  const entries = await selectByGlob(fileSystem, globs, 'volume.raw');
  return { paths: entries.map(({ path }) => path), scanned };
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

it('goes through the table for folders, patterns, bare names, and what no folder lists', async () => {
  const inDeep = ['/Databases/Deep/one.mdf', '/Databases/Deep/ONE.mdf'];
  expect(await selected('Databases/Deep')).toEqual({ paths: ['/Databases/Deep', ...inDeep], scanned: true });
  expect(await selected('databases/deep/O*.mdf')).toEqual({ paths: inDeep, scanned: true });
  expect(await selected('one.mdf')).toEqual({ paths: inDeep, scanned: true });
  expect(await selected('databases/two (copy).mdf')).toEqual({ paths: ['/Databases/two (copy).mdf'], scanned: true });
  expect(await selected('databases/lost.mdf')).toEqual({ paths: ['/Databases/lost.mdf'], scanned: true });
  await expect(selected('databases/none.mdf')).rejects.toMatchObject({ code: 'RECOVER_NOTHING_MATCHES' });
});

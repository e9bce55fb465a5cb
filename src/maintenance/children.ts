/** Differencing disks that lie beside a disk and stand on it: they are lost when it gets another identity. */

import { readdirSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { asStorageError, StorageError } from '../errors.ts';
import { DiskFile } from '../io/disk-file.ts';
import { FileMap } from '../map/maps.ts';
import { parentRequestOf } from '../replica/merge-states.ts';
import { readDataWriteGuid } from '../vhdx/vhdx-file.ts';

const CHILD_NAME = /\.a?vhdx$/i;

/** Paths of VHDX files in the folder of the image that name it, by its DataWriteGuid, as their parent. */
export function childrenOf(path: string): string[] {
  const guid = withFile(path, (file) => readDataWriteGuid(new FileMap(file)));
  if (guid === null) return []; // resizing says what is wrong with it
  const folder = dirname(resolve(path));
  return namesIn(folder)
    .filter((name) => CHILD_NAME.test(name) && name !== basename(path))
    .map((name) => join(folder, name))
    .filter((other) => parentsOf(other).includes(guid));
}

/** Of a file that is no readable VHDX nobody can tell; it is none that could be opened over this parent. */
function parentsOf(path: string): readonly string[] {
  try {
    return withFile(path, (file) => parentRequestOf(file)?.identities ?? []);
  } catch (error) {
    if (StorageError.isDamage(error)) return [];
    throw error;
  }
}

function withFile<T>(path: string, work: (file: DiskFile) => T): T {
  const file = new DiskFile(path);
  try {
    return work(file);
  } finally {
    file.close();
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    throw asStorageError(error, { image: folder });
  }
}

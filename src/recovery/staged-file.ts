/** A file in staging: made new, and finished with what it has besides its bytes. */

import { fchmodSync, fsyncSync, futimesSync, openSync, rmSync, utimesSync } from 'node:fs';
import type { SmallFile } from '../copy/file-batch.ts';
import { asStorageError, StorageError } from '../errors.ts';
import type { DataStream, FileEntry } from '../filesystem/file-system.ts';

export const COLLISION = 'TARGET_NAMES_COLLIDE';

/** Opens a new file for writing. In a staging folder that is not new, it replaces what an interrupted run left unfinished. */
export function createStaged(path: string, isStagingNew: boolean): number {
  try {
    return openSync(path, 'wx+', 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    if (isStagingNew) {
      throw new StorageError('conflict', COLLISION, `${path} is the name of another file of this run`, {
        image: path,
        hint: 'the target takes two names for one: choose another kind of file system for --out, or --files to take one of them',
      });
    }
    rmSync(path, { force: true });
    return openSync(path, 'wx+', 0o600);
  }
}

export function finishStaged(fd: number, entry: FileEntry, sync: boolean): void {
  futimesSync(fd, seconds(entry.accessedMs), seconds(entry.modifiedMs));
  if (isReadOnly(entry)) fchmodSync(fd, 0o400);
  if (sync) fsyncSync(fd);
}

/** The same, for whoever writes the file in a lane. */
export function smallFile(path: string, entry: FileEntry, stream: DataStream): SmallFile {
  return {
    path,
    accessed: seconds(entry.accessedMs),
    modified: seconds(entry.modifiedMs),
    sparse: stream.sparse,
    readOnly: isReadOnly(entry),
  };
}

export function setTimes(path: string, entry: FileEntry): void {
  utimesSync(path, seconds(entry.accessedMs), seconds(entry.modifiedMs));
}

/** FILE_ATTRIBUTE_READONLY; a folder of Windows would not let go of such a file when it is moved. */
function isReadOnly(entry: FileEntry): boolean {
  return (entry.attributes & 1) !== 0 && process.platform !== 'win32';
}

/** Removes what there may be of a file that failed. Nothing is there where its path was too long to be. */
export function removeStaged(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch (error) {
    if (!isTooLong(error)) throw error;
  }
}

/** Why an entry could not be written, for the report. NTFS nests folders deeper than paths of this system may be long. */
export function stagingError(thrown: unknown, entry: FileEntry): StorageError {
  if (!isTooLong(thrown)) return asStorageError(thrown, { image: entry.path });
  const length = Buffer.byteLength(entry.path);
  const message = `its path of ${length} bytes, with that of the target before it, is longer than this system allows`;
  return new StorageError('unsupported', 'TARGET_PATH_TOO_LONG', message, {
    image: entry.path,
    hint: 'read it by itself: pitvault cat IMAGE PATH',
    cause: thrown,
  });
}

function isTooLong(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENAMETOOLONG';
}

function seconds(ms: number): number {
  return Math.max(0, ms / 1000);
}

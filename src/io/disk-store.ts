/** The FileStore on the host's file systems. */

import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmdirSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { resolve } from 'node:path';
import { asStorageError, StorageError } from '../errors.ts';
import type { ByteFile } from './byte-file.ts';
import { DiskFile } from './disk-file.ts';
import type { FileStore, StoreEntry, WritableFile } from './file-store.ts';
import { readFully } from './read-fully.ts';

/** Larger writes are slower: the kernel has to find contiguous memory for them. */
const WRITE_PART = 64 * 1024;

/** What systems say where a file system has no hard links; EISDIR is Node's word for Windows' "incorrect function". */
const NO_LINKS: readonly string[] = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK', 'ENOSYS', 'EISDIR'];

class DiskWritableFile implements WritableFile {
  readonly name: string;
  readonly path: string;
  readonly identity: string;
  #fd: number;
  #size: number;

  constructor(path: string, flags: 'r+' | 'wx+') {
    this.name = path;
    this.path = resolve(path);
    this.#fd = attempt(path, () => openSync(path, flags, 0o600));
    const stat = fstatSync(this.#fd, { bigint: true });
    this.#size = Number(stat.size);
    this.identity = stat.ino === 0n ? this.path : `${stat.dev}:${stat.ino}`;
  }

  get size(): number {
    return this.#size;
  }

  read(offset: number, target: Uint8Array): number {
    return readFully(this.#fd, this.name, offset, target);
  }

  write(offset: number, bytes: Uint8Array): void {
    attempt(
      this.name,
      () => {
        for (let done = 0; done < bytes.length; ) {
          done += writeSync(this.#fd, bytes, done, Math.min(WRITE_PART, bytes.length - done), offset + done);
        }
      },
      offset,
    );
    this.#size = Math.max(this.#size, offset + bytes.length);
  }

  truncate(size: number): void {
    attempt(this.name, () => ftruncateSync(this.#fd, size), size);
    this.#size = size;
  }

  flush(): void {
    attempt(this.name, () => fdatasyncSync(this.#fd));
  }

  close(): void {
    if (this.#fd >= 0) closeSync(this.#fd);
    this.#fd = -1;
  }
}

export class DiskStore implements FileStore {
  open(path: string): ByteFile {
    return new DiskFile(path);
  }

  openWritable(path: string): WritableFile {
    return new DiskWritableFile(path, 'r+');
  }

  create(path: string): WritableFile {
    return new DiskWritableFile(path, 'wx+');
  }

  list(folder: string): StoreEntry[] {
    if (!existsSync(folder)) return [];
    return attempt(folder, () => readdirSync(folder, { withFileTypes: true }))
      .map(
        (entry): StoreEntry => ({
          name: entry.name,
          kind: entry.isFile() ? 'file' : entry.isDirectory() ? 'folder' : 'other',
        }),
      )
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  exists(path: string): boolean {
    return existsSync(path);
  }

  makeFolder(path: string): void {
    attempt(path, () => mkdirSync(path, { mode: 0o700 }));
  }

  removeFolder(path: string): void {
    attempt(path, () => rmdirSync(path));
  }

  link(existing: string, path: string): void {
    try {
      linkSync(existing, path);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? '';
      if (!NO_LINKS.includes(code)) throw located(error, path);
      throw new StorageError('unsupported', 'STORE_NO_LINKS', `${path}: this file system makes no hard link here`, {
        image: path,
        cause: error,
      });
    }
  }

  rename(from: string, to: string): void {
    attempt(to, () => renameSync(from, to));
  }

  unlink(path: string): void {
    attempt(path, () => unlinkSync(path));
  }

  syncFolder(path: string): void {
    if (process.platform === 'win32') return; // NTFS and ReFS order renames themselves; there is no call for it
    const fd = attempt(path, () => openSync(path, 'r'));
    try {
      attempt(path, () => fsyncSync(fd));
    } finally {
      closeSync(fd);
    }
  }

  clone(from: string, to: string): boolean {
    try {
      copyFileSync(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE_FORCE);
      return true;
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? '';
      if (['ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EXDEV', 'EINVAL', 'ENOTTY'].includes(code)) {
        if (existsSync(to)) unlinkSync(to); // the attempt may leave an empty file behind
        return false;
      }
      throw located(error, to);
    }
  }
}

function attempt<T>(path: string, work: () => T, offset?: number): T {
  try {
    return work();
  } catch (error) {
    throw located(error, path, offset);
  }
}

function located(error: unknown, path: string, offset?: number): StorageError {
  const base = asStorageError(error);
  const hint = base.code === 'ENOSPC' ? 'free space and run it again: nothing is lost' : undefined;
  return new StorageError(base.kind, base.code, `${path}: ${base.message}`, {
    image: path,
    offset,
    hint,
    cause: error,
  });
}

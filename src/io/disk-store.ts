/** The FileStore on the host's file systems. */

import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fchmodSync,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmdirSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { resolve } from 'node:path';
import { asStorageError, StorageError } from '../errors.ts';
import type { ByteFile } from './byte-file.ts';
import { DiskFile } from './disk-file.ts';
import type { FileStore, StoreEntry, WritableFile } from './file-store.ts';
import { GapClone } from './gap-clone.ts';
import type { HostFile, HostFiles } from './host-files.ts';
import { readFully } from './read-fully.ts';

/** Larger writes are slower: the kernel has to find contiguous memory for them. */
const WRITE_PART = 64 * 1024;

/** What systems say where a file system has no hard links; EISDIR is Node's word for Windows' "incorrect function". */
export const NO_LINKS: readonly string[] = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK', 'ENOSYS', 'EISDIR'];

class DiskWritableFile implements WritableFile {
  readonly name: string;
  readonly path: string;
  readonly identity: string;
  #fd: number;
  #size: number;
  #isWritingOut = false;

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

  get host(): HostFile {
    return { fd: this.#fd, path: this.path };
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

  /**
   * Through a descriptor of its own, one at a time: Linux tells each open descriptor of a failed write once, so `flush`
   * still hears of what fails here. Other systems do not promise that.
   */
  writeOut(): void {
    if (process.platform !== 'linux' || this.#isWritingOut) return;
    const fd = attempt(this.name, () => openSync(this.path, 'r'));
    this.#isWritingOut = true;
    fdatasync(fd, () => {
      this.#isWritingOut = false;
      closeSync(fd); // at once: whoever unmounts after the job would find it open
    });
  }

  close(): void {
    if (this.#fd >= 0) closeSync(this.#fd);
    this.#fd = -1;
  }
}

export class DiskStore implements FileStore {
  readonly #files: HostFiles | undefined;

  /** `files`: what the platform offers; without it only whole files are cloned, and nothing is fetched ahead. */
  constructor(files?: HostFiles) {
    this.#files = files;
  }

  open(path: string): ByteFile {
    return new DiskFile(path, path, this.#files);
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
      .map((entry): StoreEntry => {
        const path = `${folder}/${entry.name}`;
        const what = entry.isSymbolicLink() && existsSync(path) ? statSync(path) : entry;
        return { name: entry.name, kind: what.isFile() ? 'file' : what.isDirectory() ? 'folder' : 'other' };
      })
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  exists(path: string): boolean {
    return existsSync(path);
  }

  makeFolder(path: string): void {
    attempt(path, () => mkdirSync(path, { mode: 0o700 }));
  }

  removeFolder(path: string): void {
    attempt(path, () => (isLink(path) && process.platform !== 'win32' ? unlinkSync(path) : rmdirSync(path)));
  }

  link(existing: string, path: string): void {
    try {
      // A second name of a symbolic link would lead elsewhere from there.
      linkSync(isLink(existing) ? realpathSync(existing) : existing, path);
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

  openClone(from: string, to: string): WritableFile | null {
    const file = this.#files === undefined ? null : gapClone(this.#files, from, to);
    if (file !== null) return file;
    return this.clone(from, to) ? this.openWritable(to) : null;
  }
}

function isLink(path: string): boolean {
  return lstatSync(path).isSymbolicLink();
}

/** Null where ranges cannot be shared here. */
function gapClone(files: HostFiles, from: string, to: string): WritableFile | null {
  const base = new DiskFile(from);
  let file: DiskWritableFile | null = null;
  try {
    file = new DiskWritableFile(to, 'wx+');
    const [source, target] = [base.host, file.host];
    const { mode, blksize } = fstatSync(source.fd);
    fchmodSync(target.fd, mode);
    const share = (offset: number, length: number): boolean =>
      files.cloneRange(source, offset, length, target, offset) === 'cloned';
    if (base.size >= blksize && canShare(file, share, blksize)) {
      return new GapClone({ file, base, unit: blksize, share });
    }
    discard(file, base);
    return null;
  } catch (error) {
    discard(file, base);
    throw StorageError.is(error) ? error : located(error, to);
  }
}

/** Found out by trying. */
function canShare(file: WritableFile, share: (offset: number, length: number) => boolean, unit: number): boolean {
  file.truncate(unit);
  return share(0, unit);
}

function discard(file: DiskWritableFile | null, base: DiskFile): void {
  base.close();
  if (file === null) return;
  file.close();
  unlinkSync(file.path);
}

function attempt<T>(path: string, work: () => T, offset?: number): T {
  try {
    return work();
  } catch (error) {
    throw located(error, path, offset);
  }
}

const HINTS: Readonly<Record<string, string | undefined>> = {
  ENOSPC: 'free space and run it again: nothing is lost',
  EXDEV: 'a replica and its points have to lie on one file system: move back what the link leads to',
};

function located(error: unknown, path: string, offset?: number): StorageError {
  const base = asStorageError(error);
  const hint = HINTS[base.code];
  return new StorageError(base.kind, base.code, `${path}: ${base.message}`, {
    image: path,
    offset,
    hint,
    cause: error,
  });
}

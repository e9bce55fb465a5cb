/**
 * What maintenance needs of the machine: files to write, locks against a second writer, and a new file that takes its
 * name only when it is whole.
 */

import { statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { asStorageError, StorageError, throwIfCancelled } from '../errors.ts';
import { DenseFile } from '../io/dense-file.ts';
import { DiskStore } from '../io/disk-store.ts';
import type { FileStore, WritableFile } from '../io/file-store.ts';
import type { HostFiles } from '../io/host-files.ts';
import { PortableHostFiles } from '../io/portable-host-files.ts';
import { type ProcessLock, takeLock } from '../io/process-lock.ts';
import { publishNew } from '../io/publish-new.ts';
import { requireFree } from '../recovery/export-raw.ts';
import type { Step } from '../vhdx/compact-vhdx.ts';
import { requireOutsidePools } from './pool-guard.ts';

export type MaintenanceOptions = {
  /** What the platform offers; without it locks are by lock files alone. */
  readonly host?: HostFiles | undefined;
  /** Change a disk in place though it lies in a pool that DPM keeps. */
  readonly dpmPool?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number, what: string) => void) | undefined;
};

export type NewFileOptions = MaintenanceOptions & {
  /** Replace what has this name. */
  readonly force?: boolean | undefined;
  /** Write every byte of the file: no holes, whatever the file system. By default only where NTFS would keep them. */
  readonly dense?: boolean | undefined;
};

const store: FileStore = new DiskStore();

/** Opens images for writing, each locked against every other writer until `work` is done. */
export async function withLocked<T>(
  paths: readonly string[],
  options: MaintenanceOptions,
  work: (files: WritableFile[]) => T | Promise<T>,
): Promise<T> {
  const host = options.host ?? new PortableHostFiles('no platform functions were given');
  const locks: ProcessLock[] = [];
  const files: WritableFile[] = [];
  try {
    for (const path of paths) {
      requireFile(path);
      requireOutsidePools(store, path, options.dpmPool === true);
      locks.push(takeLock(host, resolve(path))); // the image is its own lock file: no other file stays behind
      files.push(store.openWritable(path));
    }
    return await work(files);
  } finally {
    for (const file of files) file.close();
    for (const lock of locks) lock.release();
  }
}

function requireFile(path: string): void {
  let isFile: boolean;
  try {
    isFile = statSync(path).isFile();
  } catch (error) {
    throw asStorageError(error, { image: path });
  }
  if (isFile) return;
  throw new StorageError('invalid-argument', 'IMAGE_NO_FILE', `${path} is no file`, {
    image: path,
    hint: 'give an image that is a file; what a pipe or a device gives is saved to one first',
  });
}

/**
 * Makes a new file: `build` fills it under another name in the same folder, and leaves its bytes durable; then it takes
 * its own name. On any failure nothing is left, and what had the name before is as it was.
 */
export async function withNewFile<T>(
  path: string,
  options: NewFileOptions,
  build: (file: WritableFile, partial: string) => T | Promise<T>,
): Promise<T> {
  const folder = dirname(resolve(path));
  requireFree(path, options.force === true);
  const partial = join(folder, `.${basename(path)}.${crypto.randomUUID().slice(0, 8)}.partial`);
  try {
    const created = store.create(partial);
    const file = isDense(folder, options) ? new DenseFile(created) : created;
    let result: T;
    try {
      result = await build(file, partial);
    } finally {
      file.close();
    }
    publish(partial, path, options.force === true);
    store.syncFolder(folder);
    return result;
  } catch (error) {
    if (store.exists(partial)) store.unlink(partial);
    throw asStorageError(error, { image: path });
  }
}

function publish(partial: string, path: string, force: boolean): void {
  if (force) store.rename(partial, path);
  else {
    publishNew(store, partial, path, () => requireFree(path, false));
  }
}

/** Files grow without holes on Windows by themselves; NTFS mounted elsewhere would make them sparse. */
function isDense(folder: string, { dense, host }: NewFileOptions): boolean {
  if (dense !== undefined) return dense;
  if (process.platform === 'win32') return false;
  const name = (host ?? new PortableHostFiles('')).fileSystemName(folder);
  return name !== null && NTFS_MOUNTS.has(name);
}

/** As Linux names them. FUSE is what ntfs-3g is seen as; other file systems behind it lose nothing but space. */
const NTFS_MOUNTS: ReadonlySet<string> = new Set(['ntfs', 'ntfs3', 'fuse', 'fuseblk']);

const BREATH_MS = 25;

/** Drives work that is done step by step, so that signals and progress get their turn. */
export async function drive<T>(steps: Generator<Step, T>, what: string, options: MaintenanceOptions): Promise<T> {
  let breathed = performance.now();
  try {
    for (;;) {
      const step = steps.next();
      if (step.done === true) return step.value;
      if (performance.now() - breathed < BREATH_MS) continue;
      options.onProgress?.(step.value.done, step.value.total, what);
      await new Promise((resume) => setImmediate(resume));
      throwIfCancelled(options.signal);
      breathed = performance.now();
    }
  } finally {
    steps.return(undefined as never); // closes its files when it was stopped
  }
}

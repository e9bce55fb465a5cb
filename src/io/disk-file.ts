/** Files on disk, opened read-only. The only place that opens an input. */

import { type BigIntStats, closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { asStorageError, StorageError } from '../errors.ts';
import type { ByteFile } from './byte-file.ts';
import { readFully } from './read-fully.ts';

export class DiskFile implements ByteFile {
  readonly name: string;
  readonly path: string;
  readonly size: number;
  readonly identity: string;
  #fd: number;

  /** Opens read-only; the file is never written, whatever its format asks for. */
  constructor(path: string, name = path) {
    this.name = name;
    this.path = resolve(path);
    this.#fd = openForReading(path);
    try {
      const stat = fstatSync(this.#fd, { bigint: true });
      if (stat.isDirectory()) {
        throw new StorageError('invalid-argument', 'FILE_IS_DIRECTORY', `${path} is a folder, not an image`, {
          image: path,
          hint: 'give an image file, or use a command that takes a pool root (scan, recover)',
        });
      }
      this.size = stat.isBlockDevice() ? blockDeviceSize(this.#fd) : Number(stat.size);
      this.identity = identityFrom(stat, this.path);
    } catch (error) {
      this.close();
      throw asStorageError(error, { image: path });
    }
  }

  read(offset: number, target: Uint8Array): number {
    if (this.#fd < 0) throw new StorageError('closed', 'FILE_CLOSED', `${this.name} is closed`, { image: this.name });
    return readFully(this.#fd, this.name, offset, target);
  }

  close(): void {
    if (this.#fd >= 0) closeSync(this.#fd);
    this.#fd = -1;
  }
}

function identityFrom({ dev, ino }: BigIntStats, path: string): string {
  return ino === 0n ? path : `${dev}:${ino}`;
}

/** What a DiskFile of this path would have as its identity; null where there is none. Links are followed. */
export function identityOf(path: string): string | null {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? null : identityFrom(stat, resolve(path));
}

function openForReading(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    const system = (error as NodeJS.ErrnoException).code;
    const denied = system === 'EACCES' || system === 'EPERM';
    const base = asStorageError(error);
    const hint = denied ? 'run as a user who may read it (DPM pools are readable by SYSTEM only)' : base.hint;
    throw new StorageError(base.kind, base.code, `cannot open ${path}: ${base.message}`, {
      image: path,
      hint,
      cause: error,
    });
  }
}

/** stat gives 0 for a block device: find the end by bisection, since Node has no lseek. */
function blockDeviceSize(fd: number): number {
  const probe = new Uint8Array(1);
  const readable = (offset: number): boolean => readSync(fd, probe, 0, 1, offset) === 1;
  if (!readable(0)) return 0;
  let low = 0;
  let high = 1;
  while (readable(high)) {
    low = high;
    high *= 2;
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (readable(middle)) low = middle;
    else high = middle;
  }
  return low + 1;
}

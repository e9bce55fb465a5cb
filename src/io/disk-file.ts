/** Files on disk, opened read-only. The only place that opens an input. */

import { type BigIntStats, closeSync, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { asStorageError, StorageError } from '../errors.ts';
import type { ByteFile } from './byte-file.ts';
import type { HostFile, HostFiles } from './host-files.ts';
import { readFully } from './read-fully.ts';

export class DiskFile implements ByteFile {
  readonly name: string;
  readonly size: number;
  readonly identity: string;
  readonly #given: string;
  readonly #files: HostFiles | undefined;
  #fd: number;

  /** Opens read-only; the file is never written, whatever its format asks for. `files`: what the platform offers. */
  constructor(path: string, name = path, files?: HostFiles) {
    this.name = name;
    this.#given = path;
    this.#files = files;
    this.#fd = openForReading(path);
    try {
      const stat = fstatSync(this.#fd);
      if (stat.isDirectory()) {
        throw new StorageError('invalid-argument', 'FILE_IS_DIRECTORY', `${path} is a folder, not an image`, {
          image: path,
          hint: 'give an image file, or use a command that takes a pool root (scan, recover)',
        });
      }
      this.size = stat.isBlockDevice() ? blockDeviceSize(this.#fd) : stat.size;
      this.identity = identityFrom(hasExactNumbers(stat) ? stat : fstatSync(this.#fd, { bigint: true }), path);
    } catch (error) {
      this.close();
      throw asStorageError(error, { image: path });
    }
  }

  get path(): string {
    return resolve(this.#given);
  }

  get host(): HostFile {
    return { fd: this.#fd, path: this.path };
  }

  read(offset: number, target: Uint8Array): number {
    if (this.#fd < 0) throw new StorageError('closed', 'FILE_CLOSED', `${this.name} is closed`, { image: this.name });
    return readFully(this.#fd, this.name, offset, target);
  }

  readAhead(offset: number, length: number): void {
    if (this.#fd >= 0) this.#files?.readAhead?.(this.host, offset, length);
  }

  close(): void {
    if (this.#fd >= 0) closeSync(this.#fd);
    this.#fd = -1;
  }
}

/** ReFS numbers its files beyond 2^53; whole numbers up to there cost a third. */
function hasExactNumbers({ dev, ino }: Stats): boolean {
  return Number.isSafeInteger(dev) && Number.isSafeInteger(ino);
}

function identityFrom({ dev, ino }: Stats | BigIntStats, path: string): string {
  return Number(ino) === 0 ? resolve(path) : `${dev}:${ino}`;
}

/** What a DiskFile of this path would have as its identity; null where there is none. Links are followed. */
export function identityOf(path: string): string | null {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? null : identityFrom(stat, path);
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

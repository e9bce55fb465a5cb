/** Files on disk, opened read-only. The only place that opens an input. */

import { type BigIntStats, closeSync, constants, fstatSync, readSync, type Stats, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { asStorageError, invalidArgument, StorageError } from '../errors.ts';
import type { ByteFile } from './byte-file.ts';
import type { HostFile, HostFiles } from './host-files.ts';
import { openKeepingTimes } from './open-keeping-times.ts';
import { readFully } from './read-fully.ts';

export class DiskFile implements ByteFile {
  readonly name: string;
  readonly size: number;
  readonly identity: string;
  readonly #given: string;
  readonly #files: HostFiles | undefined;
  #fd: number;
  #host: HostFile | undefined;

  /** Opens read-only; the file is never written, whatever its format asks for. `files`: what the platform offers. */
  constructor(path: string, name = path, files?: HostFiles) {
    this.name = name;
    this.#given = path;
    this.#files = files;
    this.#fd = openForReading(path);
    try {
      const stat = fstatSync(this.#fd);
      if (!stat.isFile() && !stat.isBlockDevice()) throw noImage(path, stat);
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
    this.#host ??= { fd: this.#fd, path: this.path }; // asked for once for each read of a mount
    return this.#host;
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
    this.#host = undefined;
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

/** What can be read at any offset is a file or a block device. */
function noImage(path: string, stat: Stats): StorageError {
  if (stat.isDirectory()) {
    return invalidArgument('FILE_IS_DIRECTORY', `${path} is a folder, not an image`, {
      image: path,
      hint: 'give an image file, or use a command that takes a pool root (scan, recover)',
    });
  }
  if (stat.isCharacterDevice()) {
    return invalidArgument('FILE_IS_DEVICE', `${path} is a character device, not an image`, {
      image: path,
      hint: 'give the block device of the disk (on macOS /dev/disk4, not /dev/rdisk4), or copy it to a file first',
    });
  }
  return isStream(path, stat.isFIFO() ? 'a pipe' : 'a socket');
}

function isStream(path: string, what: string, cause?: unknown): StorageError {
  return invalidArgument('FILE_IS_STREAM', `${path} is ${what}: an image is read at any place, in any order`, {
    image: path,
    hint: 'save what comes out of it to a file, and give that; protect, backup and consistency-check read standard input as -',
    cause,
  });
}

/**
 * Opening a pipe that nobody writes to would never return, and no signal would be heard meanwhile. What is opened is looked
 * at afterwards: files are read the same either way. 0 on Windows, which has no such flag.
 */
const READ_AT_ONCE = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

function openForReading(path: string): number {
  try {
    return openAtOnce(path);
  } catch (error) {
    const system = (error as NodeJS.ErrnoException).code;
    if (isSocket(path, system)) throw isStream(path, 'a socket', error);
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

function openAtOnce(path: string): number {
  try {
    return openKeepingTimes(path, READ_AT_ONCE);
  } catch (error) {
    // Somebody has a lease of the file (a client of Samba's): it is given back to whoever waits.
    const isLeased = (error as NodeJS.ErrnoException).code === 'EAGAIN';
    if (isLeased && statSync(path, { throwIfNoEntry: false })?.isFile() === true) {
      return openKeepingTimes(path);
    }
    throw error;
  }
}

/** Sockets cannot be opened: ENXIO on Linux, EOPNOTSUPP on macOS. */
function isSocket(path: string, system: string | undefined): boolean {
  const isLikely = system === 'ENXIO' || system === 'EOPNOTSUPP' || system === 'ENOTSUP';
  return isLikely && statSync(path, { throwIfNoEntry: false })?.isSocket() === true;
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

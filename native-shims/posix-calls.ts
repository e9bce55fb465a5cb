/** Calls that Linux and macOS share, with the numbers that differ passed in. */

import { constants } from 'node:os';
import type { ByteRange, HostFile, LockMode, LockOutcome } from '../src/io/host-files.ts';
import type { CFunction, Koffi, Library } from './koffi.ts';
import { errnoName, systemError } from './system-errors.ts';

const { EINTR, EINVAL, ENXIO, EWOULDBLOCK, ENOTSUP, EOPNOTSUPP, ENOSYS, ENOTTY } = constants.errno;

/** "Not here": an old kernel, another file system, another kind of file. */
export const NOT_SUPPORTED: ReadonlySet<number> = new Set([ENOTSUP, EOPNOTSUPP, ENOSYS, ENOTTY]);

/** flock(2) */
const LOCK_SH = 1;
const LOCK_EX = 2;
const LOCK_NB = 4;

export type Whence = { readonly data: number; readonly hole: number };

export class PosixCalls {
  readonly #koffi: Koffi;
  readonly #lseek: CFunction;
  readonly #flock: CFunction;
  readonly #whence: Whence;

  constructor(koffi: Koffi, library: Library, whence: Whence) {
    this.#koffi = koffi;
    this.#lseek = library.func('lseek', 'int64_t', ['int', 'int64_t', 'int']);
    this.#flock = library.func('flock', 'int', ['int', 'int']);
    this.#whence = whence;
  }

  /** errno of the call just made. */
  errno(): number {
    return this.#koffi.errno();
  }

  /** Repeats a call that a signal has interrupted; 0 or more is its result, below 0 minus errno. */
  call(make: () => number): number {
    for (;;) {
      const result = make();
      if (result >= 0) return result;
      const errno = this.errno();
      if (errno !== EINTR) return -errno;
    }
  }

  /** SEEK_DATA and SEEK_HOLE in turn; null where the first answer is that this cannot be asked. */
  dataRanges(file: HostFile, from: number, to: number): Iterable<ByteRange> | null {
    if (!(from < to)) return [];
    const first = this.#seek(file, from, this.#whence.data);
    if (first === -EINVAL || NOT_SUPPORTED.has(-first)) return null;
    return this.#rangesFrom(file, first, from, to);
  }

  *#rangesFrom(file: HostFile, first: number, from: number, to: number): Generator<ByteRange> {
    let data = first;
    let position = from;
    while (data !== -ENXIO) {
      if (data < 0) throw systemError('lseek', errnoName(-data), file, position);
      if (data >= to) return;
      const hole = this.#seek(file, data, this.#whence.hole);
      // ENXIO: the file was cut off in between. Then there is no data here either.
      if (hole === -ENXIO) return;
      if (hole < 0) throw systemError('lseek', errnoName(-hole), file, data);
      if (!(hole > data)) throw systemError('lseek', 'SEEK_NO_PROGRESS', file, data);
      yield { offset: data, length: Math.min(hole, to) - data };
      if (hole >= to) return;
      position = hole;
      data = this.#seek(file, hole, this.#whence.data);
    }
  }

  #seek(file: HostFile, offset: number, whence: number): number {
    return this.call(() => this.#lseek(file.fd, offset, whence));
  }

  lock(file: HostFile, mode: LockMode): LockOutcome {
    const result = this.call(() => this.#flock(file.fd, (mode === 'exclusive' ? LOCK_EX : LOCK_SH) | LOCK_NB));
    if (result === 0) return 'locked';
    if (result === -EWOULDBLOCK) return 'busy';
    // NFS without a lock manager says ENOLCK; some FUSE file systems EINVAL.
    if (NOT_SUPPORTED.has(-result) || result === -EINVAL || result === -constants.errno.ENOLCK) return 'unsupported';
    throw systemError('flock', errnoName(-result), file);
  }
}

/**
 * macOS: whole-file clones (APFS, through Node), holes, hole punching and flock. The system offers no clone of a range,
 * and no trustworthy physical address. Written from the manual pages; no Mac was at hand to verify it.
 */

import { constants } from 'node:os';
import type { ByteRange, CloneOutcome, HostFile, HostFiles, LockMode, LockOutcome } from '../../src/io/host-files.ts';
import { cloneWholeFile } from '../../src/io/portable-host-files.ts';
import type { CFunction, Koffi } from '../koffi.ts';
import { NOT_SUPPORTED, PosixCalls } from '../posix-calls.ts';
import { errnoName, systemError } from '../system-errors.ts';
import * as abi from './abi.ts';

export class DarwinHostFiles implements HostFiles {
  readonly name = 'darwin';
  readonly reason: string;
  readonly #posix: PosixCalls;
  readonly #fcntl: CFunction;
  readonly #statfs: CFunction;

  constructor(koffi: Koffi) {
    this.reason = `koffi ${koffi.version} calls the system`;
    const library = koffi.load(null);
    this.#posix = new PosixCalls(koffi, library, { data: abi.SEEK_DATA, hole: abi.SEEK_HOLE });
    this.#fcntl = library.func('fcntl', 'int', ['int', 'int', '...']);
    this.#statfs = library.func(abi.STATFS_SYMBOL, 'int', ['str', 'void *']);
  }

  cloneFile(source: string, target: string): CloneOutcome {
    return cloneWholeFile(source, target);
  }

  cloneRange(): CloneOutcome {
    return 'unsupported';
  }

  physicalExtents(): null {
    return null;
  }

  dataRanges(file: HostFile, from: number, to: number): Iterable<ByteRange> | null {
    return this.#posix.dataRanges(file, from, to);
  }

  punchHole(file: HostFile, offset: number, length: number): boolean {
    if (length === 0) return true;
    const request = abi.encodePunchHole(offset, length);
    const result = this.#posix.call(() => this.#fcntl(file.fd, abi.F_PUNCHHOLE, 'void *', request));
    if (result >= 0) return true;
    // EINVAL: not on block boundaries, which this system does not round.
    if (NOT_SUPPORTED.has(-result) || result === -constants.errno.EINVAL) return false;
    throw systemError('F_PUNCHHOLE', errnoName(-result), file, offset);
  }

  lock(file: HostFile, mode: LockMode): LockOutcome {
    return this.#posix.lock(file, mode);
  }

  fileSystemName(folder: string): string | null {
    const statfs = abi.statfsBuffer();
    return this.#posix.call(() => this.#statfs(folder, statfs)) < 0 ? null : abi.statfsName(statfs);
  }
}

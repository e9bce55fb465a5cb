/**
 * Windows: ReFS block clone, sparse ranges, LockFileEx and ReplaceFile, through kernel32. Node's descriptors are no handles, but
 * node.exe exports the function of libuv that tells the handle of one, so files are used as they were opened.
 * Loading, structures and calls are tested under wine, which has no ReFS: what ReFS itself does is unverified.
 *
 * Invariants:
 * 1. One clone call covers less than 4 GiB; longer ranges take several, so a failure can leave a part cloned.
 * 2. Nothing is made sparse here: Windows refuses to mount a sparse VHDX. Holes are punched only into files that
 *    are sparse already; elsewhere the call would write zeros and free nothing.
 */

import { closeSync, fstatSync, ftruncateSync, openSync, rmSync, statfsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { alignUp, GIB, viewOf } from '../../src/base/bytes.ts';
import { asStorageError } from '../../src/errors.ts';
import type { ByteRange, CloneOutcome, HostFile, HostFiles, LockMode, LockOutcome } from '../../src/io/host-files.ts';
import type { CFunction, Koffi } from '../koffi.ts';
import { systemError } from '../system-errors.ts';
import * as abi from './abi.ts';

/** A multiple of every cluster size, below the limit of 4 GiB a call. */
const CLONE_STEP = GIB;
/** Allocated ranges asked for in one call: 8 KiB. */
const RANGES_BATCH = 512;
/** UTF-16 code units of a volume's path and of a file system's name. */
const PATH_UNITS = 1024;
const NAME_UNITS = 64;

const NOT_SUPPORTED = [abi.ERROR_INVALID_FUNCTION, abi.ERROR_NOT_SUPPORTED, abi.ERROR_CALL_NOT_IMPLEMENTED];
const CANNOT_CLONE = [...NOT_SUPPORTED, abi.ERROR_NOT_SAME_DEVICE, abi.ERROR_INVALID_PARAMETER];

export class Win32HostFiles implements HostFiles {
  readonly name = 'win32';
  readonly reason: string;
  readonly #handleOf: CFunction;
  readonly #getLastError: CFunction;
  readonly #deviceIoControl: CFunction;
  readonly #getFileInformation: CFunction;
  readonly #lockFile: CFunction;
  readonly #getVolumePathName: CFunction;
  readonly #getVolumeInformation: CFunction;
  readonly #replaceFile: CFunction;

  constructor(koffi: Koffi) {
    this.reason = `koffi ${koffi.version} calls kernel32`;
    this.#handleOf = koffi.load(null).func('uv_get_osfhandle', 'intptr_t', ['int']);
    const kernel = koffi.load('kernel32.dll');
    this.#getLastError = kernel.func('GetLastError', 'uint32_t', []);
    const control = ['intptr_t', 'uint32_t', 'void *', 'uint32_t', 'void *', 'uint32_t', 'void *', 'void *'];
    this.#deviceIoControl = kernel.func('DeviceIoControl', 'int', control);
    const information = ['intptr_t', 'int', 'void *', 'uint32_t'];
    this.#getFileInformation = kernel.func('GetFileInformationByHandleEx', 'int', information);
    const lock = ['intptr_t', 'uint32_t', 'uint32_t', 'uint32_t', 'uint32_t', 'void *'];
    this.#lockFile = kernel.func('LockFileEx', 'int', lock);
    this.#getVolumePathName = kernel.func('GetVolumePathNameW', 'int', ['str16', 'void *', 'uint32_t']);
    const volume = ['void *', 'void *', 'uint32_t', 'void *', 'void *', 'void *', 'void *', 'uint32_t'];
    this.#getVolumeInformation = kernel.func('GetVolumeInformationW', 'int', volume);
    const replace = ['str16', 'str16', 'void *', 'uint32_t', 'void *', 'void *'];
    this.#replaceFile = kernel.func('ReplaceFileW', 'int', replace);
  }

  /** Node has no forced clone on Windows: the target is made at full length, then all its blocks are shared. */
  cloneFile(source: string, target: string): CloneOutcome {
    let from: number | null = null;
    let to: number | null = null;
    let outcome: CloneOutcome = 'unsupported';
    try {
      from = openSync(source, 'r');
      const { size } = fstatSync(from);
      to = openSync(target, 'wx+');
      ftruncateSync(to, size);
      outcome = this.cloneRange({ fd: from, path: source }, 0, size, { fd: to, path: target }, 0);
      return outcome;
    } catch (error) {
      throw asStorageError(error, { image: source, structure: 'file' });
    } finally {
      if (from !== null) closeSync(from);
      if (to !== null) {
        closeSync(to);
        if (outcome !== 'cloned') rmSync(target, { force: true });
      }
    }
  }

  cloneRange(
    source: HostFile,
    sourceOffset: number,
    length: number,
    target: HostFile,
    targetOffset: number,
  ): CloneOutcome {
    const sourceHandle = this.#handle(source);
    const total = lengthInClusters(source, sourceOffset, length, target, targetOffset);
    for (let done = 0; done < total; done += CLONE_STEP) {
      const step = Math.min(CLONE_STEP, total - done);
      const request = abi.encodeDuplicateExtents(sourceHandle, sourceOffset + done, targetOffset + done, step);
      const { error } = this.#control(target, abi.FSCTL_DUPLICATE_EXTENTS_TO_FILE, request, null);
      if (error === abi.ERROR_BLOCK_TOO_MANY_REFERENCES) return 'limit';
      if (CANNOT_CLONE.includes(error)) return 'unsupported';
      if (error !== 0) {
        throw systemError('block clone', abi.windowsErrorName(error), target, targetOffset + done);
      }
    }
    return 'cloned';
  }

  /** NTFS could be asked for clusters, but it shares none; ReFS does not tell which are shared. */
  physicalExtents(): null {
    return null;
  }

  dataRanges(file: HostFile, from: number, to: number): Iterable<ByteRange> | null {
    if (!(from < to)) return [];
    const first = this.#allocatedRanges(file, from, to);
    return first === null ? null : this.#rangesFrom(file, first, from, to);
  }

  *#rangesFrom(file: HostFile, first: AllocatedRanges, from: number, to: number): Generator<ByteRange> {
    let answer: AllocatedRanges = first;
    let position = from;
    for (;;) {
      for (const { offset, length } of answer.ranges) {
        const start = Math.max(offset, position);
        const end = Math.min(offset + length, to);
        if (!(start < end)) continue;
        yield { offset: start, length: end - start };
        position = end;
      }
      if (!answer.more || position >= to) return;
      const next = answer.ranges.length === 0 ? null : this.#allocatedRanges(file, position, to);
      if (next === null) throw systemError('allocated ranges', 'RANGES_NO_PROGRESS', file, position);
      answer = next;
    }
  }

  #allocatedRanges(file: HostFile, from: number, to: number): AllocatedRanges | null {
    const room = abi.allocatedRangeRoom(RANGES_BATCH);
    const request = abi.encodeAllocatedRange(from, to - from);
    const { error, byteCount } = this.#control(file, abi.FSCTL_QUERY_ALLOCATED_RANGES, request, room);
    if (NOT_SUPPORTED.includes(error)) return null;
    if (error !== 0 && error !== abi.ERROR_MORE_DATA) {
      throw systemError('allocated ranges', abi.windowsErrorName(error), file, from);
    }
    return { ranges: abi.decodeAllocatedRanges(room, byteCount), more: error === abi.ERROR_MORE_DATA };
  }

  punchHole(file: HostFile, offset: number, length: number): boolean {
    if (length === 0) return true;
    const information = new Uint8Array(abi.FILE_BASIC_INFO_SIZE);
    const handle = this.#handle(file);
    const known = this.#getFileInformation(handle, abi.FILE_BASIC_INFO_CLASS, information, information.length);
    if (known === 0 || !abi.isSparse(information)) return false;
    const { error } = this.#control(file, abi.FSCTL_SET_ZERO_DATA, abi.encodeZeroData(offset, length), null);
    if (NOT_SUPPORTED.includes(error)) return false;
    if (error !== 0) throw systemError('set zero data', abi.windowsErrorName(error), file, offset);
    return true;
  }

  lock(file: HostFile, mode: LockMode): LockOutcome {
    const flags = abi.LOCKFILE_FAIL_IMMEDIATELY | (mode === 'exclusive' ? abi.LOCKFILE_EXCLUSIVE_LOCK : 0);
    const taken = this.#lockFile(this.#handle(file), flags, 0, 1, 0, abi.encodeLockPosition());
    if (taken !== 0) return 'locked';
    const error = this.#getLastError();
    if (error === abi.ERROR_LOCK_VIOLATION || error === abi.ERROR_IO_PENDING) return 'busy';
    if (NOT_SUPPORTED.includes(error)) return 'unsupported';
    throw systemError('LockFileEx', abi.windowsErrorName(error), file);
  }

  /** The access list, attributes and streams of `target` go over to what takes its place; without flags it fails where they cannot. */
  replaceFile(source: string, target: string): void {
    if (this.#replaceFile(resolve(target), resolve(source), null, 0, null, null) !== 0) return;
    const error = this.#getLastError();
    throw systemError('ReplaceFile', abi.windowsErrorName(error), { path: target });
  }

  fileSystemName(folder: string): string | null {
    const root = new Uint8Array(PATH_UNITS * 2);
    if (this.#getVolumePathName(resolve(folder), root, PATH_UNITS) === 0) return null;
    const name = new Uint8Array(NAME_UNITS * 2);
    const known = this.#getVolumeInformation(root, null, 0, null, null, null, name, NAME_UNITS);
    return known === 0 ? null : Buffer.from(name.buffer).toString('utf16le').split('\0')[0]!;
  }

  #control(
    file: HostFile,
    code: number,
    input: Uint8Array,
    output: Uint8Array | null,
  ): { error: number; byteCount: number } {
    const returned = new Uint8Array(4);
    const room = output?.length ?? 0;
    const done = this.#deviceIoControl(this.#handle(file), code, input, input.length, output, room, returned, null);
    // Asked at once: any call in between would answer for itself.
    const error = done !== 0 ? 0 : this.#getLastError();
    return { error, byteCount: viewOf(returned).getUint32(0, true) };
  }

  #handle(file: HostFile): number {
    const handle = this.#handleOf(file.fd);
    if (handle < 0) throw systemError('uv_get_osfhandle', 'EBADF', file);
    return handle;
  }
}

type AllocatedRanges = { readonly ranges: readonly ByteRange[]; readonly more: boolean };

/** A range that ends with both files covers their last cluster whole, past the end; any other stands as it is. */
function lengthInClusters(
  source: HostFile,
  sourceOffset: number,
  length: number,
  target: HostFile,
  targetOffset: number,
): number {
  const endsWithBoth =
    sourceOffset + length === fstatSync(source.fd).size && targetOffset + length === fstatSync(target.fd).size;
  return endsWithBoth ? alignUp(length, statfsSync(dirname(resolve(target.path))).bsize) : length;
}

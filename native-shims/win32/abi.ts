/** The words of Windows (winioctl.h, winbase.h, winerror.h), 64 bits. Numbers and byte layouts only. */

import { getU64, setU64, viewOf } from '../../src/base/bytes.ts';
import type { SystemCode } from '../../src/error-codes.ts';
import type { ByteRange } from '../../src/io/host-files.ts';

/** CTL_CODE(FILE_DEVICE_FILE_SYSTEM, 209, METHOD_BUFFERED, FILE_WRITE_DATA) */
export const FSCTL_DUPLICATE_EXTENTS_TO_FILE = 0x0009_8344;
/** CTL_CODE(FILE_DEVICE_FILE_SYSTEM, 50, METHOD_BUFFERED, FILE_WRITE_DATA) */
export const FSCTL_SET_ZERO_DATA = 0x0009_80c8;
/** CTL_CODE(FILE_DEVICE_FILE_SYSTEM, 51, METHOD_NEITHER, FILE_READ_DATA) */
export const FSCTL_QUERY_ALLOCATED_RANGES = 0x0009_40cf;

/** What a call is told by GetLastError. */
export const ERROR_INVALID_FUNCTION = 1;
export const ERROR_NOT_SAME_DEVICE = 17;
export const ERROR_LOCK_VIOLATION = 33;
export const ERROR_NOT_SUPPORTED = 50;
export const ERROR_INVALID_PARAMETER = 87;
export const ERROR_CALL_NOT_IMPLEMENTED = 120;
export const ERROR_MORE_DATA = 234;
export const ERROR_BLOCK_TOO_MANY_REFERENCES = 347; //  ReFS: 8175 regions share one block
export const ERROR_IO_PENDING = 997;

/** Names under which the rest of pitvault knows the ordinary failures. */
const POSIX_NAMES: Readonly<Record<number, SystemCode>> = {
  5: 'EACCES', //    ERROR_ACCESS_DENIED
  6: 'EBADF', //     ERROR_INVALID_HANDLE
  19: 'EROFS', //    ERROR_WRITE_PROTECT
  23: 'EIO', //      ERROR_CRC
  39: 'ENOSPC', //   ERROR_HANDLE_DISK_FULL
  112: 'ENOSPC', //  ERROR_DISK_FULL
  1117: 'EIO', //    ERROR_IO_DEVICE
};

export function windowsErrorName(error: number): SystemCode {
  return POSIX_NAMES[error] ?? `WIN32_${error}`;
}

/** DUPLICATE_EXTENTS_DATA */
const DUPLICATE_EXTENTS = { fileHandle: 0, sourceOffset: 8, targetOffset: 16, byteCount: 24, SIZE: 32 } as const;

export function encodeDuplicateExtents(
  handle: number,
  sourceOffset: number,
  targetOffset: number,
  length: number,
): Uint8Array {
  const bytes = new Uint8Array(DUPLICATE_EXTENTS.SIZE);
  const view = viewOf(bytes);
  setU64(view, DUPLICATE_EXTENTS.fileHandle, handle);
  setU64(view, DUPLICATE_EXTENTS.sourceOffset, sourceOffset);
  setU64(view, DUPLICATE_EXTENTS.targetOffset, targetOffset);
  setU64(view, DUPLICATE_EXTENTS.byteCount, length);
  return bytes;
}

/** FILE_ZERO_DATA_INFORMATION: the second field is where the zeros end, not how many they are. */
export function encodeZeroData(offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(16);
  const view = viewOf(bytes);
  setU64(view, 0, offset);
  setU64(view, 8, offset + length);
  return bytes;
}

/** FILE_ALLOCATED_RANGE_BUFFER */
const ALLOCATED_RANGE = { fileOffset: 0, length: 8, SIZE: 16 } as const;

export function encodeAllocatedRange(offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(ALLOCATED_RANGE.SIZE);
  const view = viewOf(bytes);
  setU64(view, ALLOCATED_RANGE.fileOffset, offset);
  setU64(view, ALLOCATED_RANGE.length, length);
  return bytes;
}

export function allocatedRangeRoom(count: number): Uint8Array {
  return new Uint8Array(count * ALLOCATED_RANGE.SIZE);
}

/** The ranges in the first `byteCount` bytes of an answer. */
export function decodeAllocatedRanges(bytes: Uint8Array, byteCount: number): ByteRange[] {
  const view = viewOf(bytes);
  const count = Math.floor(Math.min(byteCount, bytes.length) / ALLOCATED_RANGE.SIZE);
  return Array.from({ length: count }, (_, index) => ({
    offset: getU64(view, index * ALLOCATED_RANGE.SIZE + ALLOCATED_RANGE.fileOffset),
    length: getU64(view, index * ALLOCATED_RANGE.SIZE + ALLOCATED_RANGE.length),
  }));
}

/** GetFileInformationByHandleEx, class FileBasicInfo: FILE_BASIC_INFO, of which the attributes are looked at */
export const FILE_BASIC_INFO_CLASS = 0;
export const FILE_BASIC_INFO_SIZE = 40;
const FILE_BASIC_INFO_ATTRIBUTES = 32;
const FILE_ATTRIBUTE_SPARSE_FILE = 0x200;

export function isSparse(basicInfo: Uint8Array): boolean {
  return (viewOf(basicInfo).getUint32(FILE_BASIC_INFO_ATTRIBUTES, true) & FILE_ATTRIBUTE_SPARSE_FILE) !== 0;
}

export const LOCKFILE_FAIL_IMMEDIATELY = 0x1;
export const LOCKFILE_EXCLUSIVE_LOCK = 0x2;

/** OVERLAPPED: internal, internalHigh, offset, offsetHigh, hEvent */
const OVERLAPPED = { internal: 0, internalHigh: 8, offset: 16, offsetHigh: 20, event: 24, SIZE: 32 } as const;

/**
 * The byte that stands for the whole file in locks. Windows enforces locks on reads and writes, so it lies where no
 * file has bytes: at 2^62.
 */
export function encodeLockPosition(): Uint8Array {
  const bytes = new Uint8Array(OVERLAPPED.SIZE);
  viewOf(bytes).setUint32(OVERLAPPED.offsetHigh, 0x4000_0000, true);
  return bytes;
}

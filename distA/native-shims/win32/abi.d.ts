/** The words of Windows (winioctl.h, winbase.h, winerror.h), 64 bits. Numbers and byte layouts only. */
import type { ByteRange } from '../../src/io/host-files.ts';
/** CTL_CODE(FILE_DEVICE_FILE_SYSTEM, 209, METHOD_BUFFERED, FILE_WRITE_DATA) */
export declare const FSCTL_DUPLICATE_EXTENTS_TO_FILE = 623428;
/** CTL_CODE(FILE_DEVICE_FILE_SYSTEM, 50, METHOD_BUFFERED, FILE_WRITE_DATA) */
export declare const FSCTL_SET_ZERO_DATA = 622792;
/** CTL_CODE(FILE_DEVICE_FILE_SYSTEM, 51, METHOD_NEITHER, FILE_READ_DATA) */
export declare const FSCTL_QUERY_ALLOCATED_RANGES = 606415;
/** What a call is told by GetLastError. */
export declare const ERROR_INVALID_FUNCTION = 1;
export declare const ERROR_NOT_SAME_DEVICE = 17;
export declare const ERROR_LOCK_VIOLATION = 33;
export declare const ERROR_NOT_SUPPORTED = 50;
export declare const ERROR_INVALID_PARAMETER = 87;
export declare const ERROR_CALL_NOT_IMPLEMENTED = 120;
export declare const ERROR_MORE_DATA = 234;
export declare const ERROR_BLOCK_TOO_MANY_REFERENCES = 347;
export declare const ERROR_IO_PENDING = 997;
export declare function windowsErrorName(error: number): string;
export declare function encodeDuplicateExtents(handle: number, sourceOffset: number, targetOffset: number, length: number): Uint8Array;
/** FILE_ZERO_DATA_INFORMATION: the second field is where the zeros end, not how many they are. */
export declare function encodeZeroData(offset: number, length: number): Uint8Array;
export declare function encodeAllocatedRange(offset: number, length: number): Uint8Array;
export declare function allocatedRangeRoom(count: number): Uint8Array;
/** The ranges in the first `byteCount` bytes of an answer. */
export declare function decodeAllocatedRanges(bytes: Uint8Array, byteCount: number): ByteRange[];
/** GetFileInformationByHandleEx, class FileBasicInfo: FILE_BASIC_INFO, of which the attributes are looked at */
export declare const FILE_BASIC_INFO_CLASS = 0;
export declare const FILE_BASIC_INFO_SIZE = 40;
export declare function isSparse(basicInfo: Uint8Array): boolean;
export declare const LOCKFILE_FAIL_IMMEDIATELY = 1;
export declare const LOCKFILE_EXCLUSIVE_LOCK = 2;
/**
 * The byte that stands for the whole file in locks. Windows enforces locks on reads and writes, so it lies where no
 * file has bytes: at 2^62.
 */
export declare function encodeLockPosition(): Uint8Array;

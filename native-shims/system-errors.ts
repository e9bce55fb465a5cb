/** What the operating system answers, as the errors of pitvault. */

import { constants } from 'node:os';
import type { ErrorCode, SystemCode } from '../src/error-codes.ts';
import { StorageError } from '../src/errors.ts';
import type { HostFile } from '../src/io/host-files.ts';

const NAMES = new Map(Object.entries(constants.errno).map(([name, value]) => [value, name as SystemCode]));

/** `EIO` for 5; the number itself where it has no name. */
export function errnoName(errno: number): SystemCode {
  return NAMES.get(errno) ?? `ERRNO_${errno}`;
}

/** A failed call: `code` is the system's name of the error. */
export function systemError(
  call: string,
  code: ErrorCode,
  file: Pick<HostFile, 'path'> & Partial<HostFile>,
  offset?: number,
): StorageError {
  return new StorageError('io', code, `${call} failed on ${file.path}: ${code}`, {
    image: file.path,
    structure: 'file',
    offset,
  });
}

/** What the operating system answers, as the errors of pitvault. */
import { StorageError } from '../src/errors.ts';
import type { HostFile } from '../src/io/host-files.ts';
/** `EIO` for 5; the number itself where it has no name. */
export declare function errnoName(errno: number): string;
/** A failed call: `code` is the system's name of the error. */
export declare function systemError(call: string, code: string, file: HostFile, offset?: number): StorageError;

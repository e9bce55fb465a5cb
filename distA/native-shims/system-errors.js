/** What the operating system answers, as the errors of pitvault. */
import { constants } from 'node:os';
import { StorageError } from "../src/errors.js";
const NAMES = new Map(Object.entries(constants.errno).map(([name, value]) => [value, name]));
/** `EIO` for 5; the number itself where it has no name. */
export function errnoName(errno) {
    return NAMES.get(errno) ?? `ERRNO_${errno}`;
}
/** A failed call: `code` is the system's name of the error. */
export function systemError(call, code, file, offset) {
    return new StorageError('io', code, `${call} failed on ${file.path}: ${code}`, {
        image: file.path,
        structure: 'file',
        offset,
    });
}

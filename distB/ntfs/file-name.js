/** $FILE_NAME: one name of a file in one directory; also the key of directory entries. */
import { getU64 } from "../base/bytes.js";
export const FILE_NAME = {
    parent: 0,
    created: 8,
    modified: 16,
    changed: 24,
    accessed: 32,
    allocatedSize: 40,
    dataSize: 48,
    flags: 56,
    reparseTag: 60,
    nameLength: 64,
    namespace: 65,
    name: 66,
};
export const FILE_NAME_SIZE_MIN = 66;
export const NAMESPACE_WIN32 = 1;
export const NAMESPACE_DOS = 2;
/** Bit of `flags` that only names carry. */
export const FILE_NAME_IS_DIRECTORY = 0x1000_0000;
/** True when `length` bytes at `offset` hold a whole name. */
export function holdsFileName(view, offset, length) {
    if (length < FILE_NAME_SIZE_MIN)
        return false;
    const units = view.getUint8(offset + FILE_NAME.nameLength);
    return units > 0 && FILE_NAME_SIZE_MIN + 2 * units <= length;
}
/** One array for each length of name, filled and turned into text for every file listed: none is made on the way. */
const CODES = [];
/** The name's text; unpaired surrogates are kept. */
export function fileNameText(view, offset) {
    const units = view.getUint8(offset + FILE_NAME.nameLength);
    const codes = (CODES[units] ??= new Array(units).fill(0));
    for (let i = 0, at = offset + FILE_NAME.name; i < units; i++, at += 2)
        codes[i] = view.getUint16(at, true);
    return String.fromCharCode.apply(null, codes);
}
/** Size that the name remembers: stale for hard links and open files, good enough where the record is lost. */
export function fileNameDataSize(view, offset) {
    const size = getU64(view, offset + FILE_NAME.dataSize);
    return Number.isNaN(size) ? 0 : size;
}

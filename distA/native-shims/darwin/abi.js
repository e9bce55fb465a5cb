/** The words of macOS (sys/fcntl.h, sys/unistd.h, sys/mount.h), 64 bits. Written from the headers, not verified here. */
import { setU64, viewOf } from "../../src/base/bytes.js";
/** The other way round than on Linux. */
export const SEEK_HOLE = 3;
export const SEEK_DATA = 4;
export const F_PUNCHHOLE = 99;
/** struct fpunchhole */
const PUNCH_HOLE = { flags: 0, reserved: 4, offset: 8, length: 16, SIZE: 24 };
export function encodePunchHole(offset, length) {
    const bytes = new Uint8Array(PUNCH_HOLE.SIZE);
    const view = viewOf(bytes);
    setU64(view, PUNCH_HOLE.offset, offset);
    setU64(view, PUNCH_HOLE.length, length);
    return bytes;
}
/** struct statfs with 64-bit inodes; only the name of the file system is looked at */
const STATFS = { fsTypeName: 72, FS_TYPE_NAME_LENGTH: 16, SIZE: 2168 };
/** Intel machines keep the older struct under the plain name. */
export const STATFS_SYMBOL = process.arch === 'x64' ? 'statfs$INODE64' : 'statfs';
export function statfsBuffer() {
    return new Uint8Array(STATFS.SIZE);
}
export function statfsName(statfs) {
    const name = statfs.subarray(STATFS.fsTypeName, STATFS.fsTypeName + STATFS.FS_TYPE_NAME_LENGTH);
    const end = name.indexOf(0);
    return String.fromCharCode(...name.subarray(0, end < 0 ? name.length : end));
}

/**
 * The kernel's words, as its headers (include/uapi/linux/fs.h, fiemap.h, falloc.h, asm-generic/ioctl.h) define them
 * for little-endian 64-bit machines. Numbers and byte layouts only; what they mean is decided in linux-host-files.ts.
 */
import { getU64, setU64, viewOf } from "../../src/base/bytes.js";
/** _IOW(0x94, 13, struct file_clone_range) */
export const FICLONERANGE = 0x4020_940d;
/** _IOWR('f', 11, struct fiemap): the size counts the header alone */
export const FS_IOC_FIEMAP = 0xc020_660b;
/** _IOR('X', 31, struct fsxattr) */
export const FS_IOC_FSGETXATTR = 0x801c_581f;
export const SEEK_DATA = 3;
export const SEEK_HOLE = 4;
/** include/uapi/linux/fadvise.h */
export const POSIX_FADV_WILLNEED = 3;
export const FALLOC_FL_KEEP_SIZE = 0x01;
export const FALLOC_FL_PUNCH_HOLE = 0x02;
/** struct file_clone_range */
const CLONE_RANGE = { srcFd: 0, srcOffset: 8, srcLength: 16, destOffset: 24, SIZE: 32 };
export function encodeCloneRange(fd, sourceOffset, length, targetOffset) {
    const bytes = new Uint8Array(CLONE_RANGE.SIZE);
    const view = viewOf(bytes);
    setU64(view, CLONE_RANGE.srcFd, fd);
    setU64(view, CLONE_RANGE.srcOffset, sourceOffset);
    setU64(view, CLONE_RANGE.srcLength, length);
    setU64(view, CLONE_RANGE.destOffset, targetOffset);
    return bytes;
}
/** struct fiemap: what is asked for, followed by room for the answer */
const FIEMAP = { start: 0, length: 8, flags: 16, mappedExtents: 20, extentCount: 24, reserved: 28, SIZE: 32 };
/** struct fiemap_extent */
const FIEMAP_EXTENT = {
    logical: 0,
    physical: 8,
    length: 16,
    reserved64: 24,
    flags: 40,
    reserved: 44,
    SIZE: 56,
};
export const FIEMAP_FLAG_SYNC = 0x1;
/** "Invalid request descriptor": a flag of FIEMAP that this file system does not know. Node has no name for it. */
export const EBADR = 53;
export const FIEMAP_EXTENT_LAST = 0x0001;
export const FIEMAP_EXTENT_UNKNOWN = 0x0002;
export const FIEMAP_EXTENT_DELALLOC = 0x0004;
export const FIEMAP_EXTENT_ENCODED = 0x0008;
export const FIEMAP_EXTENT_DATA_ENCRYPTED = 0x0080;
export const FIEMAP_EXTENT_NOT_ALIGNED = 0x0100;
export const FIEMAP_EXTENT_DATA_INLINE = 0x0200;
export const FIEMAP_EXTENT_DATA_TAIL = 0x0400;
export const FIEMAP_EXTENT_UNWRITTEN = 0x0800;
export const FIEMAP_EXTENT_MERGED = 0x1000; //  made of neighbouring blocks: harmless
export const FIEMAP_EXTENT_SHARED = 0x2000;
/** An extent with any of these does not say where its bytes lie, or not in which form. */
export const FIEMAP_UNTRUSTED = FIEMAP_EXTENT_UNKNOWN |
    FIEMAP_EXTENT_DELALLOC |
    FIEMAP_EXTENT_ENCODED |
    FIEMAP_EXTENT_DATA_ENCRYPTED |
    FIEMAP_EXTENT_NOT_ALIGNED |
    FIEMAP_EXTENT_DATA_INLINE |
    FIEMAP_EXTENT_DATA_TAIL |
    FIEMAP_EXTENT_UNWRITTEN;
/** A request with room for `count` extents. */
export function encodeFiemap(start, length, flags, count) {
    const bytes = new Uint8Array(FIEMAP.SIZE + count * FIEMAP_EXTENT.SIZE);
    const view = viewOf(bytes);
    setU64(view, FIEMAP.start, start);
    setU64(view, FIEMAP.length, length);
    view.setUint32(FIEMAP.flags, flags, true);
    view.setUint32(FIEMAP.extentCount, count, true);
    return bytes;
}
/** The extents the kernel has written into a request, never more than it had room for. */
export function decodeFiemap(bytes) {
    const view = viewOf(bytes);
    const room = Math.floor((bytes.length - FIEMAP.SIZE) / FIEMAP_EXTENT.SIZE);
    const count = Math.min(room, view.getUint32(FIEMAP.mappedExtents, true));
    return Array.from({ length: count }, (_, index) => {
        const at = FIEMAP.SIZE + index * FIEMAP_EXTENT.SIZE;
        return {
            logical: getU64(view, at + FIEMAP_EXTENT.logical),
            physical: getU64(view, at + FIEMAP_EXTENT.physical),
            length: getU64(view, at + FIEMAP_EXTENT.length),
            flags: view.getUint32(at + FIEMAP_EXTENT.flags, true),
        };
    });
}
/** struct fsxattr: only its flags are looked at */
export const FSXATTR_SIZE = 28;
const FS_XFLAG_REALTIME = 0x1;
/** The file's data lies on a second device, whose addresses look like those of the first. */
export function isOnRealtimeDevice(fsxattr) {
    return (viewOf(fsxattr).getUint32(0, true) & FS_XFLAG_REALTIME) !== 0;
}
/** Room for struct statfs of any C library. */
export const STATFS_SIZE = 256;
/** `f_type`, the first field: a long, of which file systems use 32 bits. */
export function statfsType(statfs) {
    return viewOf(statfs).getUint32(0, true);
}

/**
 * The kernel's words, as its headers (include/uapi/linux/fs.h, fiemap.h, falloc.h, asm-generic/ioctl.h) define them
 * for little-endian 64-bit machines. Numbers and byte layouts only; what they mean is decided in linux-host-files.ts.
 */
/** _IOW(0x94, 13, struct file_clone_range) */
export declare const FICLONERANGE = 1075876877;
/** _IOWR('f', 11, struct fiemap): the size counts the header alone */
export declare const FS_IOC_FIEMAP = 3223348747;
/** _IOR('X', 31, struct fsxattr) */
export declare const FS_IOC_FSGETXATTR = 2149341215;
export declare const SEEK_DATA = 3;
export declare const SEEK_HOLE = 4;
/** include/uapi/linux/fadvise.h */
export declare const POSIX_FADV_WILLNEED = 3;
export declare const FALLOC_FL_KEEP_SIZE = 1;
export declare const FALLOC_FL_PUNCH_HOLE = 2;
export declare function encodeCloneRange(fd: number, sourceOffset: number, length: number, targetOffset: number): Uint8Array;
export declare const FIEMAP_FLAG_SYNC = 1;
/** "Invalid request descriptor": a flag of FIEMAP that this file system does not know. Node has no name for it. */
export declare const EBADR = 53;
export declare const FIEMAP_EXTENT_LAST = 1;
export declare const FIEMAP_EXTENT_UNKNOWN = 2;
export declare const FIEMAP_EXTENT_DELALLOC = 4;
export declare const FIEMAP_EXTENT_ENCODED = 8;
export declare const FIEMAP_EXTENT_DATA_ENCRYPTED = 128;
export declare const FIEMAP_EXTENT_NOT_ALIGNED = 256;
export declare const FIEMAP_EXTENT_DATA_INLINE = 512;
export declare const FIEMAP_EXTENT_DATA_TAIL = 1024;
export declare const FIEMAP_EXTENT_UNWRITTEN = 2048;
export declare const FIEMAP_EXTENT_MERGED = 4096;
export declare const FIEMAP_EXTENT_SHARED = 8192;
/** An extent with any of these does not say where its bytes lie, or not in which form. */
export declare const FIEMAP_UNTRUSTED: number;
export type FiemapExtent = {
    readonly logical: number;
    readonly physical: number;
    readonly length: number;
    readonly flags: number;
};
/** A request with room for `count` extents. */
export declare function encodeFiemap(start: number, length: number, flags: number, count: number): Uint8Array;
/** The extents the kernel has written into a request, never more than it had room for. */
export declare function decodeFiemap(bytes: Uint8Array): FiemapExtent[];
/** struct fsxattr: only its flags are looked at */
export declare const FSXATTR_SIZE = 28;
/** The file's data lies on a second device, whose addresses look like those of the first. */
export declare function isOnRealtimeDevice(fsxattr: Uint8Array): boolean;
/** Room for struct statfs of any C library. */
export declare const STATFS_SIZE = 256;
/** `f_type`, the first field: a long, of which file systems use 32 bits. */
export declare function statfsType(statfs: Uint8Array): number;

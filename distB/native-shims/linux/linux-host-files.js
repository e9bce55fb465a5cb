/**
 * Linux: FICLONERANGE, FIEMAP, SEEK_DATA, fallocate and flock, through the C library the process already runs on
 * (glibc or musl: the symbols are the process's own, so no library is named).
 *
 * Invariants:
 * 1. A length of 0 never reaches FICLONERANGE, which would take it for "to the end of the file".
 * 2. Extents are trusted only on file systems whose addresses are known to name one byte of one device each. On an
 *    overlay two files can lie on different devices under one device number; bcachefs and f2fs span several devices.
 */
import { constants } from 'node:os';
import { cloneWholeFile, linuxFileSystemName } from "../../src/io/portable-host-files.js";
import { NOT_SUPPORTED, PosixCalls } from "../posix-calls.js";
import { errnoName, systemError } from "../system-errors.js";
import * as abi from "./abi.js";
const { EINVAL, EXDEV, ETXTBSY, ENODEV } = constants.errno;
/** `f_type` of ext2/3/4, XFS and Btrfs (whose addresses are its own logical ones: unique over all its devices). */
const UNIQUE_ADDRESSES = new Set([0xef53, 0x5846_5342, 0x9123_683e]);
/** Extents asked for in one call: 14 KiB. */
const FIEMAP_BATCH = 256;
export class LinuxHostFiles {
    name = 'linux';
    reason;
    #posix;
    #ioctl;
    #fallocate;
    #fadvise;
    #fstatfs;
    constructor(koffi) {
        this.reason = `koffi ${koffi.version} calls the kernel`;
        const library = koffi.load(null);
        this.#posix = new PosixCalls(koffi, library, { data: abi.SEEK_DATA, hole: abi.SEEK_HOLE });
        this.#ioctl = library.func('ioctl', 'int', ['int', 'unsigned long', '...']);
        this.#fallocate = library.func('fallocate', 'int', ['int', 'int', 'int64_t', 'int64_t']);
        this.#fadvise = library.func('posix_fadvise', 'int', ['int', 'int64_t', 'int64_t', 'int']);
        this.#fstatfs = library.func('fstatfs', 'int', ['int', 'void *']);
    }
    cloneFile(source, target) {
        return cloneWholeFile(source, target);
    }
    cloneRange(source, sourceOffset, length, target, targetOffset) {
        if (length === 0)
            return 'cloned';
        const request = abi.encodeCloneRange(source.fd, sourceOffset, length, targetOffset);
        const result = this.#control(target, abi.FICLONERANGE, request);
        if (result === 0)
            return 'cloned';
        // EINVAL: not aligned, or overlapping in one file. ETXTBSY: a swap file.
        if (NOT_SUPPORTED.has(-result) || [EXDEV, EINVAL, ETXTBSY].includes(-result))
            return 'unsupported';
        throw systemError('FICLONERANGE', errnoName(-result), target, targetOffset);
    }
    physicalExtents(file, offset, length) {
        if (!(length > 0))
            return [];
        const request = abi.encodeFiemap(offset, length, abi.FIEMAP_FLAG_SYNC, FIEMAP_BATCH);
        const result = this.#control(file, abi.FS_IOC_FIEMAP, request);
        if (NOT_SUPPORTED.has(-result) || [EINVAL, abi.EBADR].includes(-result))
            return null;
        if (result < 0)
            throw systemError('FIEMAP', errnoName(-result), file, offset);
        return this.#extents(file, offset, offset + length, abi.decodeFiemap(request));
    }
    *#extents(file, offset, end, first) {
        const unique = this.#hasUniqueAddresses(file);
        let position = offset;
        for (let batch = first; batch.length > 0; batch = this.#nextBatch(file, position, end)) {
            for (const extent of batch) {
                const extentEnd = extent.logical + extent.length;
                if (!(extentEnd > position))
                    throw systemError('FIEMAP', 'FIEMAP_NO_PROGRESS', file, position);
                const start = Math.max(extent.logical, position);
                if (start >= end)
                    return;
                yield {
                    offset: start,
                    length: Math.min(extentEnd, end) - start,
                    physical: extent.physical + (start - extent.logical),
                    shared: (extent.flags & abi.FIEMAP_EXTENT_SHARED) !== 0,
                    trusted: unique && (extent.flags & abi.FIEMAP_UNTRUSTED) === 0 && Number.isSafeInteger(extent.physical),
                };
                position = extentEnd;
                if (position >= end || (extent.flags & abi.FIEMAP_EXTENT_LAST) !== 0)
                    return;
            }
        }
    }
    #nextBatch(file, position, end) {
        const request = abi.encodeFiemap(position, end - position, 0, FIEMAP_BATCH);
        const result = this.#control(file, abi.FS_IOC_FIEMAP, request);
        if (result < 0)
            throw systemError('FIEMAP', errnoName(-result), file, position);
        return abi.decodeFiemap(request);
    }
    #hasUniqueAddresses(file) {
        const statfs = new Uint8Array(abi.STATFS_SIZE);
        if (this.#posix.call(() => this.#fstatfs(file.fd, statfs)) < 0)
            return false;
        if (!UNIQUE_ADDRESSES.has(abi.statfsType(statfs)))
            return false;
        const fsxattr = new Uint8Array(abi.FSXATTR_SIZE);
        return this.#control(file, abi.FS_IOC_FSGETXATTR, fsxattr) < 0 || !abi.isOnRealtimeDevice(fsxattr);
    }
    dataRanges(file, from, to) {
        return this.#posix.dataRanges(file, from, to);
    }
    punchHole(file, offset, length) {
        if (length === 0)
            return true;
        const mode = abi.FALLOC_FL_PUNCH_HOLE | abi.FALLOC_FL_KEEP_SIZE;
        const result = this.#posix.call(() => this.#fallocate(file.fd, mode, offset, length));
        if (result === 0)
            return true;
        if (NOT_SUPPORTED.has(-result) || result === -ENODEV)
            return false;
        throw systemError('fallocate', errnoName(-result), file, offset);
    }
    /** The call returns what went wrong and sets no errno; a pipe or an odd file system is no reason to stop. */
    readAhead(file, offset, length) {
        this.#fadvise(file.fd, offset, length, abi.POSIX_FADV_WILLNEED);
    }
    lock(file, mode) {
        return this.#posix.lock(file, mode);
    }
    fileSystemName(folder) {
        return linuxFileSystemName(folder);
    }
    /** ioctl is variadic, which some machines pass differently: the argument names its type. */
    #control(file, request, argument) {
        return this.#posix.call(() => this.#ioctl(file.fd, request, 'void *', argument));
    }
}

/** Calls that Linux and macOS share, with the numbers that differ passed in. */
import { constants } from 'node:os';
import { errnoName, systemError } from "./system-errors.js";
const { EINTR, EINVAL, ENXIO, EWOULDBLOCK, ENOTSUP, EOPNOTSUPP, ENOSYS, ENOTTY } = constants.errno;
/** "Not here": an old kernel, another file system, another kind of file. */
export const NOT_SUPPORTED = new Set([ENOTSUP, EOPNOTSUPP, ENOSYS, ENOTTY]);
/** flock(2) */
const LOCK_SH = 1;
const LOCK_EX = 2;
const LOCK_NB = 4;
export class PosixCalls {
    #koffi;
    #lseek;
    #flock;
    #whence;
    constructor(koffi, library, whence) {
        this.#koffi = koffi;
        this.#lseek = library.func('lseek', 'int64_t', ['int', 'int64_t', 'int']);
        this.#flock = library.func('flock', 'int', ['int', 'int']);
        this.#whence = whence;
    }
    /** errno of the call just made. */
    errno() {
        return this.#koffi.errno();
    }
    /** Repeats a call that a signal has interrupted; 0 or more is its result, below 0 minus errno. */
    call(make) {
        for (;;) {
            const result = make();
            if (result >= 0)
                return result;
            const errno = this.errno();
            if (errno !== EINTR)
                return -errno;
        }
    }
    /** SEEK_DATA and SEEK_HOLE in turn; null where the first answer is that this cannot be asked. */
    dataRanges(file, from, to) {
        if (!(from < to))
            return [];
        const first = this.#seek(file, from, this.#whence.data);
        if (first === -EINVAL || NOT_SUPPORTED.has(-first))
            return null;
        return this.#rangesFrom(file, first, from, to);
    }
    *#rangesFrom(file, first, from, to) {
        let data = first;
        let position = from;
        while (data !== -ENXIO) {
            if (data < 0)
                throw systemError('lseek', errnoName(-data), file, position);
            if (data >= to)
                return;
            const hole = this.#seek(file, data, this.#whence.hole);
            // ENXIO: the file was cut off in between. Then there is no data here either.
            if (hole === -ENXIO)
                return;
            if (hole < 0)
                throw systemError('lseek', errnoName(-hole), file, data);
            if (!(hole > data))
                throw systemError('lseek', 'SEEK_NO_PROGRESS', file, data);
            yield { offset: data, length: Math.min(hole, to) - data };
            if (hole >= to)
                return;
            position = hole;
            data = this.#seek(file, hole, this.#whence.data);
        }
    }
    #seek(file, offset, whence) {
        return this.call(() => this.#lseek(file.fd, offset, whence));
    }
    lock(file, mode) {
        const result = this.call(() => this.#flock(file.fd, (mode === 'exclusive' ? LOCK_EX : LOCK_SH) | LOCK_NB));
        if (result === 0)
            return 'locked';
        if (result === -EWOULDBLOCK)
            return 'busy';
        // NFS without a lock manager says ENOLCK; some FUSE file systems EINVAL.
        if (NOT_SUPPORTED.has(-result) || result === -EINVAL || result === -constants.errno.ENOLCK)
            return 'unsupported';
        throw systemError('flock', errnoName(-result), file);
    }
}

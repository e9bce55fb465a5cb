/** The FileStore on the host's file systems. */
import { close, closeSync, constants, copyFileSync, existsSync, fchmodSync, fdatasync, fdatasyncSync, fstatSync, fsyncSync, ftruncateSync, linkSync, lstatSync, mkdirSync, openSync, readdirSync, realpathSync, renameSync, rmdirSync, statSync, unlinkSync, writeSync, } from 'node:fs';
import { resolve } from 'node:path';
import { asStorageError, StorageError } from "../errors.js";
import { DiskFile } from "./disk-file.js";
import { GapClone } from "./gap-clone.js";
import { readFully } from "./read-fully.js";
/** Larger writes are slower: the kernel has to find contiguous memory for them. */
const WRITE_PART = 64 * 1024;
/** What systems say where a file system has no hard links; EISDIR is Node's word for Windows' "incorrect function". */
export const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK', 'ENOSYS', 'EISDIR'];
class DiskWritableFile {
    name;
    path;
    identity;
    #fd;
    #size;
    #isWritingOut = false;
    constructor(path, flags) {
        this.name = path;
        this.path = resolve(path);
        this.#fd = attempt(path, () => openSync(path, flags, 0o600));
        const stat = fstatSync(this.#fd, { bigint: true });
        this.#size = Number(stat.size);
        this.identity = stat.ino === 0n ? this.path : `${stat.dev}:${stat.ino}`;
    }
    get size() {
        return this.#size;
    }
    get host() {
        return { fd: this.#fd, path: this.path };
    }
    read(offset, target) {
        return readFully(this.#fd, this.name, offset, target);
    }
    write(offset, bytes) {
        attempt(this.name, () => {
            for (let done = 0; done < bytes.length;) {
                done += writeSync(this.#fd, bytes, done, Math.min(WRITE_PART, bytes.length - done), offset + done);
            }
        }, offset);
        this.#size = Math.max(this.#size, offset + bytes.length);
    }
    truncate(size) {
        attempt(this.name, () => ftruncateSync(this.#fd, size), size);
        this.#size = size;
    }
    flush() {
        attempt(this.name, () => fdatasyncSync(this.#fd));
    }
    /**
     * Through a descriptor of its own, one at a time: Linux tells each open descriptor of a failed write once, so `flush`
     * still hears of what fails here. Other systems do not promise that.
     */
    writeOut() {
        if (process.platform !== 'linux' || this.#isWritingOut)
            return;
        const fd = attempt(this.name, () => openSync(this.path, 'r'));
        this.#isWritingOut = true;
        fdatasync(fd, () => {
            this.#isWritingOut = false;
            close(fd);
        });
    }
    close() {
        if (this.#fd >= 0)
            closeSync(this.#fd);
        this.#fd = -1;
    }
}
export class DiskStore {
    #files;
    /** `files`: what the platform offers; without it only whole files are cloned, and nothing is fetched ahead. */
    constructor(files) {
        this.#files = files;
    }
    open(path) {
        return new DiskFile(path, path, this.#files);
    }
    openWritable(path) {
        return new DiskWritableFile(path, 'r+');
    }
    create(path) {
        return new DiskWritableFile(path, 'wx+');
    }
    list(folder) {
        if (!existsSync(folder))
            return [];
        return attempt(folder, () => readdirSync(folder, { withFileTypes: true }))
            .map((entry) => {
            const path = `${folder}/${entry.name}`;
            const what = entry.isSymbolicLink() && existsSync(path) ? statSync(path) : entry;
            return { name: entry.name, kind: what.isFile() ? 'file' : what.isDirectory() ? 'folder' : 'other' };
        })
            .sort((a, b) => (a.name < b.name ? -1 : 1));
    }
    exists(path) {
        return existsSync(path);
    }
    makeFolder(path) {
        attempt(path, () => mkdirSync(path, { mode: 0o700 }));
    }
    removeFolder(path) {
        attempt(path, () => (isLink(path) && process.platform !== 'win32' ? unlinkSync(path) : rmdirSync(path)));
    }
    link(existing, path) {
        try {
            // A second name of a symbolic link would lead elsewhere from there.
            linkSync(isLink(existing) ? realpathSync(existing) : existing, path);
        }
        catch (error) {
            const code = error.code ?? '';
            if (!NO_LINKS.includes(code))
                throw located(error, path);
            throw new StorageError('unsupported', 'STORE_NO_LINKS', `${path}: this file system makes no hard link here`, {
                image: path,
                cause: error,
            });
        }
    }
    rename(from, to) {
        attempt(to, () => renameSync(from, to));
    }
    unlink(path) {
        attempt(path, () => unlinkSync(path));
    }
    syncFolder(path) {
        if (process.platform === 'win32')
            return; // NTFS and ReFS order renames themselves; there is no call for it
        const fd = attempt(path, () => openSync(path, 'r'));
        try {
            attempt(path, () => fsyncSync(fd));
        }
        finally {
            closeSync(fd);
        }
    }
    clone(from, to) {
        try {
            copyFileSync(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE_FORCE);
            return true;
        }
        catch (error) {
            const code = error.code ?? '';
            if (['ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EXDEV', 'EINVAL', 'ENOTTY'].includes(code)) {
                if (existsSync(to))
                    unlinkSync(to); // the attempt may leave an empty file behind
                return false;
            }
            throw located(error, to);
        }
    }
    openClone(from, to) {
        const file = this.#files === undefined ? null : gapClone(this.#files, from, to);
        if (file !== null)
            return file;
        return this.clone(from, to) ? this.openWritable(to) : null;
    }
}
function isLink(path) {
    return lstatSync(path).isSymbolicLink();
}
/** Null where ranges cannot be shared here. */
function gapClone(files, from, to) {
    const base = new DiskFile(from);
    let file = null;
    try {
        file = new DiskWritableFile(to, 'wx+');
        const [source, target] = [base.host, file.host];
        const { mode, blksize } = fstatSync(source.fd);
        fchmodSync(target.fd, mode);
        const share = (offset, length) => files.cloneRange(source, offset, length, target, offset) === 'cloned';
        if (base.size >= blksize && canShare(file, share, blksize)) {
            return new GapClone({ file, base, unit: blksize, share });
        }
        discard(file, base);
        return null;
    }
    catch (error) {
        discard(file, base);
        throw StorageError.is(error) ? error : located(error, to);
    }
}
/** Found out by trying. */
function canShare(file, share, unit) {
    file.truncate(unit);
    return share(0, unit);
}
function discard(file, base) {
    base.close();
    if (file === null)
        return;
    file.close();
    unlinkSync(file.path);
}
function attempt(path, work, offset) {
    try {
        return work();
    }
    catch (error) {
        throw located(error, path, offset);
    }
}
const HINTS = {
    ENOSPC: 'free space and run it again: nothing is lost',
    EXDEV: 'a replica and its points have to lie on one file system: move back what the link leads to',
};
function located(error, path, offset) {
    const base = asStorageError(error);
    const hint = HINTS[base.code];
    return new StorageError(base.kind, base.code, `${path}: ${base.message}`, {
        image: path,
        offset,
        hint,
        cause: error,
    });
}

/**
 * Leases: any number of processes say that they read something, without waiting for each other or for anybody. Whoever
 * wants to take it away looks who reads, and waits. A lease dies with its process, however that dies.
 *
 * The taker makes a claim in the folder of leases; where the platform offers locks it also locks that file, which settles
 * what the name cannot: whether a reader on another machine, or in another container, still lives.
 *
 * Users who share a pool share its leases: the folder has the mode and group of the one it is in, whoever reads first, and
 * who may look into the folder may read what is in it (its locks are asked for through that).
 */
import { chmodSync, chownSync, closeSync, fchmodSync, fchownSync, fstatSync, mkdirSync, openSync, renameSync, statSync, unlinkSync, } from 'node:fs';
import { dirname, join } from 'node:path';
import { asStorageError } from "../errors.js";
import { claimName, claimsIn } from "./claim.js";
import { livenessOf, ownIdentity } from "./process-identity.js";
export class ProcessLease {
    path;
    #fd;
    /** @internal */
    constructor(path, fd) {
        this.path = path;
        this.#fd = fd;
    }
    /** Idempotent. */
    release() {
        if (this.#fd < 0)
            return;
        forget(this.path);
        closeSync(this.#fd);
        this.#fd = -1;
    }
    [Symbol.dispose]() {
        this.release();
    }
}
let self;
/**
 * Takes a lease at once. `subject` says what is read; `folder` is made when it is missing. Throws a StorageError where
 * nothing can be written.
 */
export function takeLease(folder, subject, host) {
    self ??= ownIdentity(); // it stays what it is as long as the process lives
    const plain = join(folder, claimName(subject, 'read', self, false));
    let fd = -1;
    try {
        fd = create(plain);
        shareLease(fd, folder);
        if (host?.lock({ fd, path: plain }, 'exclusive') !== 'locked')
            return new ProcessLease(plain, fd);
        const native = join(folder, claimName(subject, 'read', self, true)); // only now may its name say so
        renameSync(plain, native);
        return new ProcessLease(native, fd);
    }
    catch (error) {
        if (fd >= 0)
            new ProcessLease(plain, fd).release();
        throw asStorageError(error, { image: folder, structure: 'lease' });
    }
}
function create(path) {
    try {
        return openSync(path, 'wx', 0o600);
    }
    catch (error) {
        if (error.code !== 'ENOENT')
            throw error;
        makeShared(dirname(path));
        return openSync(path, 'wx', 0o600);
    }
}
/** Whoever may write the folder around it may write this one: its maker is nobody special. */
function makeShared(folder) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const { mode, gid } = statSync(dirname(folder));
    const made = statSync(folder);
    if (process.platform === 'win32')
        return; // rights are inherited there
    if (made.gid !== gid)
        unlessRefused(() => chownSync(folder, made.uid, gid));
    unlessRefused(() => chmodSync(folder, mode & 0o3777));
}
/** Readable by those who may list the folder, as far as its file system has modes. */
function shareLease(fd, folder) {
    if (process.platform === 'win32')
        return;
    const { mode, gid } = statSync(folder);
    const made = fstatSync(fd);
    if (made.gid !== gid)
        unlessRefused(() => fchownSync(fd, made.uid, gid));
    unlessRefused(() => fchmodSync(fd, 0o600 | (mode & 0o044)));
}
/** Does what rights may not allow: a user outside of the group, or a file system without modes, goes without. */
function unlessRefused(work) {
    try {
        work();
    }
    catch (error) {
        if (!REFUSED.has(error.code ?? ''))
            throw error; // of a StorageError it is the system's, too
    }
}
const REFUSED = new Set(['EPERM', 'EACCES', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EROFS']);
/** Somebody else may have found its process dead. */
function forget(path) {
    try {
        unlinkSync(path);
    }
    catch (error) {
        if (error.code !== 'ENOENT')
            throw asStorageError(error, { image: path, structure: 'lease' });
    }
}
/**
 * Leases in a folder whose takers may be alive; those of the dead are removed. One that cannot be judged counts as alive.
 */
export function leasesIn(folder, host) {
    const own = ownIdentity();
    return listed(folder).filter((lease) => {
        const liveness = livenessOf(lease.identity, own);
        const isGone = liveness === 'dead' || (liveness === 'unknown' && lease.native && isFree(lease.path, host));
        if (isGone)
            unlessRefused(() => forget(lease.path)); // one that only its user can remove stays, and counts for nothing
        return !isGone;
    });
}
function listed(folder) {
    try {
        return claimsIn(folder, 'read');
    }
    catch (error) {
        if (error.code === 'ENOENT')
            return []; // nobody has ever read here
        const hint = `whoever prunes must see who reads: give this user the rights on ${folder} that it has on the pool`;
        throw asStorageError(error, { image: folder, structure: 'lease', hint });
    }
}
/** Whether nobody holds the native lock that went with the lease. */
function isFree(path, host) {
    if (host === undefined)
        return false;
    let fd;
    try {
        fd = openSync(path, process.platform === 'win32' ? 'r+' : 'r');
    }
    catch (error) {
        const { code } = error;
        if (code === 'ENOENT')
            return true; // given back in this moment
        if (code === 'EACCES' || code === 'EPERM')
            return false; // it cannot be judged
        throw asStorageError(error, { image: path, structure: 'lease' });
    }
    try {
        return host.lock({ fd, path }, 'shared') === 'locked'; // its taker holds it alone; shared needs no right to write
    }
    finally {
        closeSync(fd);
    }
}

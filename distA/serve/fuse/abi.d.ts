/** The kernel's FUSE protocol (include/uapi/linux/fuse.h, version 7): numbers and layouts, little-endian. */
export declare const OP: {
    readonly lookup: 1;
    readonly forget: 2;
    readonly getattr: 3;
    readonly setattr: 4;
    readonly readlink: 5;
    readonly symlink: 6;
    readonly mknod: 8;
    readonly mkdir: 9;
    readonly unlink: 10;
    readonly rmdir: 11;
    readonly rename: 12;
    readonly link: 13;
    readonly open: 14;
    readonly read: 15;
    readonly write: 16;
    readonly statfs: 17;
    readonly setxattr: 21;
    readonly removexattr: 24;
    readonly init: 26;
    readonly opendir: 27;
    readonly readdir: 28;
    readonly releasedir: 29;
    readonly create: 35;
    readonly interrupt: 36;
    readonly destroy: 38;
    readonly batchForget: 42;
    readonly fallocate: 43;
    readonly readdirplus: 44;
    readonly rename2: 45;
    readonly lseek: 46;
    readonly copyFileRange: 47;
};
/** What would change the volume. The mount is read-only, so the kernel itself refuses most of it. */
export declare const WRITING: ReadonlySet<number>;
/** Errno values of Linux. */
export declare const ERRNO: {
    readonly ENOENT: 2;
    readonly EIO: 5;
    readonly ENXIO: 6;
    readonly ENOTDIR: 20;
    readonly EINVAL: 22;
    readonly EROFS: 30;
    readonly ENOSYS: 38;
    readonly EOPNOTSUPP: 95;
    readonly ESTALE: 116;
};
export declare const IN: {
    readonly length: 0;
    readonly opcode: 4;
    readonly unique: 8;
    readonly node: 16;
    readonly pid: 32;
    readonly SIZE: 40;
};
export declare const OUT: {
    readonly length: 0;
    readonly error: 4;
    readonly unique: 8;
    readonly SIZE: 16;
};
/** Which request is answered; the header stands at `at`. */
export declare function setUnique(request: DataView, out: DataView, at: number): void;
/** A payload of this size behind the header, or with a negative one the error. Returns the length of the answer. */
export declare function setOutcome(out: DataView, at: number, size: number): number;
export declare const INVALID_INODE_SIZE: number;
/** Behind it stands what is to be stored. */
export declare const STORE_SIZE: number;
/** READ, READDIR, READDIRPLUS, behind the header. */
export declare const READ_IN: {
    readonly offset: number;
    readonly size: number;
};
export declare const LSEEK_IN: {
    readonly offset: number;
    readonly whence: number;
};
export declare const SEEK_DATA = 3;
export declare const SEEK_HOLE = 4;
export declare const MAX_READ: number;
/** Where the payload of an answer is prepared: on a page, its header before it. */
export declare const PAYLOAD = 4096;
/** The kernel refuses a read buffer smaller than its largest request: a write, which never comes, and its header. */
export declare const REQUEST_BUFFER_SIZE: number;
/** Fills the answer to INIT; returns its size. */
export declare function encodeInit(request: DataView, out: DataView, at: number): number;
/** Before Linux 5.1 the kernel wants an answer when a directory is opened: ENOSYS is an error there. */
export declare function wantsDirectoriesOpened(request: DataView): boolean;
/** Fills a struct fuse_open_out, with what the kernel takes for granted where nothing is opened. */
export declare function encodeOpenDirectory(out: DataView, at: number): number;
export declare const ENTRY_OUT: {
    readonly node: 0;
    readonly generation: 8;
    readonly entryValid: 16;
    readonly attrValid: 24;
    readonly attr: 40;
    readonly SIZE: number;
};
export declare const ATTR_OUT: {
    readonly attrValid: 0;
    readonly attr: 16;
    readonly SIZE: number;
};
export type Attributes = {
    /** See nodes.ts. */
    readonly node: number;
    readonly size: number;
    readonly accessedMs: number;
    readonly modifiedMs: number;
    readonly changedMs: number;
    readonly mode: number;
    readonly links: number;
};
export type Owner = {
    readonly uid: number;
    readonly gid: number;
};
/** Fills a struct fuse_entry_out. A null entry is a name that is not there, which the kernel may remember too. */
export declare function encodeEntry(out: DataView, at: number, attributes: Attributes | null, owner: Owner): number;
export declare function encodeAttrOut(out: DataView, at: number, attributes: Attributes, owner: Owner): number;
/** A whole number of either sign in 64 bits. */
export declare function setNumber(out: DataView, at: number, value: number): void;
export declare function getNumber(view: DataView, at: number): number;
export declare function direntSize(nameLength: number): number;
/** Into memory that is zero; `bytes` is the same memory as `out`. Returns the size. */
export declare function encodeDirent(out: DataView, bytes: Uint8Array, at: number, { node, mode }: Pick<Attributes, 'node' | 'mode'>, next: number, name: Uint8Array): number;
/** The kernel shall forget the attributes of this node, and what it has of its content or listing; returns the size. */
export declare function encodeInvalidInode(out: DataView, node: number): number;
/** Head of a message at `start`: the content of this node, `size` bytes which stand behind it. Returns the size of both. */
export declare function encodeStore(out: DataView, start: number, node: number, size: number): number;
export declare function encodeStatfs(out: DataView, at: number, bytes: number): number;
export declare function zero(out: DataView, at: number, length: number): void;

/** The kernel's FUSE protocol (include/uapi/linux/fuse.h, version 7): numbers and layouts, little-endian. */

export const OP = {
  lookup: 1,
  forget: 2,
  getattr: 3,
  setattr: 4,
  readlink: 5,
  symlink: 6,
  mknod: 8,
  mkdir: 9,
  unlink: 10,
  rmdir: 11,
  rename: 12,
  link: 13,
  open: 14,
  read: 15,
  write: 16,
  statfs: 17,
  setxattr: 21,
  removexattr: 24,
  init: 26,
  opendir: 27,
  readdir: 28,
  releasedir: 29,
  create: 35,
  interrupt: 36,
  destroy: 38,
  batchForget: 42,
  fallocate: 43,
  readdirplus: 44,
  rename2: 45,
  lseek: 46,
  copyFileRange: 47,
} as const;

/** What would change the volume. The mount is read-only, so the kernel itself refuses most of it. */
export const WRITING: ReadonlySet<number> = new Set([
  OP.setattr,
  OP.symlink,
  OP.mknod,
  OP.mkdir,
  OP.unlink,
  OP.rmdir,
  OP.rename,
  OP.link,
  OP.write,
  OP.setxattr,
  OP.removexattr,
  OP.create,
  OP.fallocate,
  OP.rename2,
  OP.copyFileRange,
]);

/** Errno values of Linux. */
export const ERRNO = {
  ENOENT: 2,
  EIO: 5,
  ENXIO: 6,
  ENOTDIR: 20,
  EINVAL: 22,
  EROFS: 30,
  ENAMETOOLONG: 36,
  ENOSYS: 38,
  EOPNOTSUPP: 95,
  ESTALE: 116,
} as const;

export const IN = {
  length: 0, //   u32
  opcode: 4, //   u32
  unique: 8, //   u64
  node: 16, //    u64
  pid: 32, //     u32: the thread that asks
  SIZE: 40,
} as const;

export const OUT = { length: 0, error: 4, unique: 8, SIZE: 16 } as const;

/** Which request is answered; the header stands at `at`. */
export function setUnique(request: DataView, out: DataView, at: number): void {
  out.setUint32(at + OUT.unique, request.getUint32(IN.unique, true), true);
  out.setUint32(at + OUT.unique + 4, request.getUint32(IN.unique + 4, true), true);
}

/** A payload of this size behind the header, or with a negative one the error. Returns the length of the answer. */
export function setOutcome(out: DataView, at: number, size: number): number {
  const length = OUT.SIZE + Math.max(0, size);
  out.setUint32(at + OUT.length, length, true);
  out.setInt32(at + OUT.error, Math.min(0, size), true);
  return length;
}

/** What is told to the kernel unasked: OUT with `error` a kind of these and `unique` 0, then its arguments. */
const NOTIFY = { invalidInode: 2, store: 4 } as const;
const INVALID_INODE_OUT = { node: 0, offset: 8, length: 16, SIZE: 24 } as const;
const STORE_OUT = { node: 0, offset: 8, size: 16, SIZE: 24 } as const;
export const INVALID_INODE_SIZE = OUT.SIZE + INVALID_INODE_OUT.SIZE;
/** Behind it stands what is to be stored. */
export const STORE_SIZE = OUT.SIZE + STORE_OUT.SIZE;

/** READ, READDIR, READDIRPLUS, behind the header. */
export const READ_IN = { offset: IN.SIZE + 8, size: IN.SIZE + 16 } as const;
export const LSEEK_IN = { offset: IN.SIZE + 8, whence: IN.SIZE + 16 } as const;
export const SEEK_DATA = 3;
export const SEEK_HOLE = 4;

const INIT_IN = { minor: IN.SIZE + 4, maxReadahead: IN.SIZE + 8, flags: IN.SIZE + 12 } as const;

const FLAG = {
  asyncRead: 1 << 0,
  doReaddirplus: 1 << 13,
  readdirplusAuto: 1 << 14,
  noOpenSupport: 1 << 17,
  parallelDirops: 1 << 18,
  maxPages: 1 << 22,
  cacheSymlinks: 1 << 23,
  noOpendirSupport: 1 << 24,
} as const;

const WANTED =
  FLAG.asyncRead |
  FLAG.doReaddirplus |
  FLAG.readdirplusAuto |
  FLAG.noOpenSupport |
  FLAG.parallelDirops |
  FLAG.maxPages |
  FLAG.cacheSymlinks |
  FLAG.noOpendirSupport;

/** Bytes of a link's target: a page holds it, and the kernel's NUL behind it. */
export const TARGET_MAX = 4095;
export const MAX_READ = 1024 * 1024;
/** Where the payload of an answer is prepared: on a page, its header before it. */
export const PAYLOAD = 4096;
/** The kernel refuses a read buffer smaller than its largest request: a write, which never comes, and its header. */
export const REQUEST_BUFFER_SIZE = 128 * 1024 + 4096;
const MAX_WRITE = 128 * 1024;

const INIT_OUT = {
  major: 0,
  minor: 4,
  maxReadahead: 8,
  flags: 12,
  maxBackground: 16, // u16
  congestion: 18, //    u16
  maxWrite: 20,
  timeGranularity: 24,
  maxPages: 28, //      u16
  SIZE: 64,
} as const;

/** Fills the answer to INIT; returns its size. */
export function encodeInit(request: DataView, out: DataView, at: number): number {
  out.setUint32(at + INIT_OUT.major, 7, true);
  out.setUint32(at + INIT_OUT.minor, Math.min(31, request.getUint32(INIT_IN.minor, true)), true);
  out.setUint32(at + INIT_OUT.maxReadahead, request.getUint32(INIT_IN.maxReadahead, true), true);
  out.setUint32(at + INIT_OUT.flags, (request.getUint32(INIT_IN.flags, true) & WANTED) >>> 0, true);
  out.setUint16(at + INIT_OUT.maxBackground, 32, true);
  out.setUint16(at + INIT_OUT.congestion, 24, true);
  out.setUint32(at + INIT_OUT.maxWrite, MAX_WRITE, true);
  out.setUint32(at + INIT_OUT.timeGranularity, 100, true);
  out.setUint16(at + INIT_OUT.maxPages, MAX_READ / 4096, true);
  return INIT_OUT.SIZE;
}

/** Before Linux 5.1 the kernel wants an answer when a directory is opened: ENOSYS is an error there. */
export function wantsDirectoriesOpened(request: DataView): boolean {
  return (request.getUint32(INIT_IN.flags, true) & FLAG.noOpendirSupport) === 0;
}

const OPEN_OUT = { flags: 8, SIZE: 16 } as const;
const OPEN_FLAG = { keepCache: 1 << 1, cacheDirectory: 1 << 3 } as const;

/** Fills a struct fuse_open_out, with what the kernel takes for granted where nothing is opened. */
export function encodeOpenDirectory(out: DataView, at: number): number {
  zero(out, at, OPEN_OUT.SIZE);
  out.setUint32(at + OPEN_OUT.flags, OPEN_FLAG.keepCache | OPEN_FLAG.cacheDirectory, true);
  return OPEN_OUT.SIZE;
}

/** struct fuse_attr */
const ATTR = {
  inode: 0,
  size: 8,
  blocks: 16,
  accessed: 24,
  modified: 32,
  changed: 40,
  accessedNs: 48,
  modifiedNs: 52,
  changedNs: 56,
  mode: 60,
  links: 64,
  uid: 68,
  gid: 72,
  device: 76,
  blockSize: 80,
  flags: 84,
  SIZE: 88,
} as const;

export const ENTRY_OUT = {
  node: 0,
  generation: 8,
  entryValid: 16,
  attrValid: 24,
  attr: 40,
  SIZE: 40 + ATTR.SIZE,
} as const;
export const ATTR_OUT = { attrValid: 0, attr: 16, SIZE: 16 + ATTR.SIZE } as const;

/** What was read once does not change: the kernel may keep names and attributes for a day. */
const VALID_SECONDS = 86_400;

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

export type Owner = { readonly uid: number; readonly gid: number };

/** Fills a struct fuse_entry_out. A null entry is a name that is not there, which the kernel may remember too. */
export function encodeEntry(out: DataView, at: number, attributes: Attributes | null, owner: Owner): number {
  zero(out, at, ENTRY_OUT.SIZE);
  out.setUint32(at + ENTRY_OUT.entryValid, VALID_SECONDS, true);
  if (attributes === null) return ENTRY_OUT.SIZE;
  setNumber(out, at + ENTRY_OUT.node, attributes.node);
  out.setUint32(at + ENTRY_OUT.attrValid, VALID_SECONDS, true);
  encodeAttr(out, at + ENTRY_OUT.attr, attributes, owner);
  return ENTRY_OUT.SIZE;
}

export function encodeAttrOut(out: DataView, at: number, attributes: Attributes, owner: Owner): number {
  zero(out, at, ATTR_OUT.SIZE);
  out.setUint32(at + ATTR_OUT.attrValid, VALID_SECONDS, true);
  encodeAttr(out, at + ATTR_OUT.attr, attributes, owner);
  return ATTR_OUT.SIZE;
}

function encodeAttr(out: DataView, at: number, attributes: Attributes, owner: Owner): void {
  setNumber(out, at + ATTR.inode, attributes.node);
  setNumber(out, at + ATTR.size, attributes.size);
  setNumber(out, at + ATTR.blocks, Math.ceil(attributes.size / 512));
  setTime(out, at + ATTR.accessed, at + ATTR.accessedNs, attributes.accessedMs);
  setTime(out, at + ATTR.modified, at + ATTR.modifiedNs, attributes.modifiedMs);
  setTime(out, at + ATTR.changed, at + ATTR.changedNs, attributes.changedMs);
  out.setUint32(at + ATTR.mode, attributes.mode, true);
  out.setUint32(at + ATTR.links, attributes.links, true);
  out.setUint32(at + ATTR.uid, owner.uid, true);
  out.setUint32(at + ATTR.gid, owner.gid, true);
  out.setUint32(at + ATTR.blockSize, 4096, true);
}

/** Seconds as a signed 64-bit number, and nanoseconds. */
function setTime(out: DataView, at: number, nanosecondsAt: number, ms: number): void {
  const seconds = Math.floor(ms / 1000);
  setNumber(out, at, seconds);
  out.setUint32(nanosecondsAt, Math.min(999_999_999, Math.round((ms - seconds * 1000) * 1e6)), true);
}

/** A whole number of either sign in 64 bits. */
export function setNumber(out: DataView, at: number, value: number): void {
  const high = Math.floor(value / 0x1_0000_0000);
  out.setUint32(at, value - high * 0x1_0000_0000, true);
  out.setInt32(at + 4, high, true);
}

export function getNumber(view: DataView, at: number): number {
  return view.getUint32(at + 4, true) * 0x1_0000_0000 + view.getUint32(at, true);
}

/** struct fuse_dirent, after which the name stands, padded to eight bytes. */
const DIRENT = { inode: 0, offset: 8, nameLength: 16, type: 20, SIZE: 24 } as const;

export function direntSize(nameLength: number): number {
  return Math.ceil((DIRENT.SIZE + nameLength) / 8) * 8;
}

/** Into memory that is zero; `bytes` is the same memory as `out`. Returns the size. */
export function encodeDirent(
  out: DataView,
  bytes: Uint8Array,
  at: number,
  { node, mode }: Pick<Attributes, 'node' | 'mode'>,
  next: number,
  name: Uint8Array,
): number {
  setNumber(out, at + DIRENT.inode, node);
  setNumber(out, at + DIRENT.offset, next);
  out.setUint32(at + DIRENT.nameLength, name.length, true);
  out.setUint32(at + DIRENT.type, mode >>> 12, true);
  bytes.set(name, at + DIRENT.SIZE);
  return direntSize(name.length);
}

/** The kernel shall forget the attributes of this node, and what it has of its content or listing; returns the size. */
export function encodeInvalidInode(out: DataView, node: number): number {
  const at = encodeNotice(out, 0, NOTIFY.invalidInode, INVALID_INODE_SIZE);
  setNumber(out, at + INVALID_INODE_OUT.node, node);
  setNumber(out, at + INVALID_INODE_OUT.offset, 0);
  setNumber(out, at + INVALID_INODE_OUT.length, 0); // all of it
  return INVALID_INODE_SIZE;
}

/** Head of a message at `start`: the content of this node, `size` bytes which stand behind it. Returns the size of both. */
export function encodeStore(out: DataView, start: number, node: number, size: number): number {
  const at = encodeNotice(out, start, NOTIFY.store, STORE_SIZE + size);
  setNumber(out, at + STORE_OUT.node, node);
  setNumber(out, at + STORE_OUT.offset, 0);
  setNumber(out, at + STORE_OUT.size, size); // and padding
  return STORE_SIZE + size;
}

/** Returns where the arguments begin. */
function encodeNotice(out: DataView, at: number, kind: number, length: number): number {
  out.setUint32(at + OUT.length, length, true);
  out.setInt32(at + OUT.error, kind, true);
  setNumber(out, at + OUT.unique, 0);
  return at + OUT.SIZE;
}

/** struct fuse_kstatfs */
const STATFS = { blocks: 0, files: 24, blockSize: 40, nameLength: 44, fragmentSize: 48, SIZE: 80 } as const;

export function encodeStatfs(out: DataView, at: number, bytes: number): number {
  zero(out, at, STATFS.SIZE);
  setNumber(out, at + STATFS.blocks, Math.ceil(bytes / 4096));
  out.setUint32(at + STATFS.blockSize, 4096, true);
  out.setUint32(at + STATFS.nameLength, 765, true); // 255 UTF-16 units, three bytes each at most
  out.setUint32(at + STATFS.fragmentSize, 4096, true);
  return STATFS.SIZE;
}

export function zero(out: DataView, at: number, length: number): void {
  new Uint8Array(out.buffer, out.byteOffset + at, length).fill(0);
}

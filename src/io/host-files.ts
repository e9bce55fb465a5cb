/**
 * What only the platform can do with files: the port. The engine works without any of it (see portable-host-files.ts)
 * and is faster, smaller and safer with it. `native-shims` holds one implementation per platform; the composition root
 * picks one when it starts and passes it down.
 *
 * Contract:
 * 1. Every capability stands alone and depends on the file system, not only on the platform: 'unsupported', null and
 *    false are normal answers, and the caller then does the work the slow way.
 * 2. What the operating system refuses for another reason (no space, a bad sector, a closed file) is thrown, as a
 *    StorageError of kind `io` that names the file and the offset.
 * 3. Calls block: they are made on a worker, or where the work is small.
 * 4. Files are ordinary open descriptors. A descriptor's own position may move, so reads and writes must give theirs.
 */
export interface HostFiles {
  readonly name: 'linux' | 'darwin' | 'win32' | 'portable';
  /** Why this implementation is in use, as a sentence for people. */
  readonly reason: string;

  /**
   * Makes `target` (which must not exist, else kind `conflict`) a file that shares every block of `source`. Anything
   * but 'cloned' leaves no `target` behind. Contents and mode are cloned; nothing is synced.
   */
  cloneFile(source: string, target: string): CloneOutcome;

  /**
   * Makes a range of `target` share the blocks of a range of `source`, both on one file system, the target open for
   * writing and already long enough. Offsets and length must be multiples of the file system's block (a range may also
   * end at the end of both files). Anything but 'cloned' leaves the target's range undefined: write it. An error too.
   */
  cloneRange(
    source: HostFile,
    sourceOffset: number,
    length: number,
    target: HostFile,
    targetOffset: number,
  ): CloneOutcome;

  /**
   * Where a range of the file lives on its device, after writing its dirty pages out: allocated parts only, ascending,
   * clipped to the range. The file may not change while the result is read. Null: the file system does not tell.
   */
  physicalExtents(file: HostFile, offset: number, length: number): Iterable<PhysicalExtent> | null;

  /** The parts of a range that may hold something other than zeros, ascending. Null: the file system does not tell. */
  dataRanges(file: HostFile, from: number, to: number): Iterable<ByteRange> | null;

  /**
   * Gives the storage of a range back: true when the range now reads as zeros and its whole blocks are free. False:
   * nothing has happened; write zeros, or leave it. The file keeps its size.
   */
  punchHole(file: HostFile, offset: number, length: number): boolean;

  /**
   * Takes a lock on the open file without waiting. It is bound to this open file, not to the process: a second open of
   * the same file in one process is refused too. Closing the file releases it, and so does the death of the process,
   * however it dies. Advisory on POSIX systems. Portable code cannot do this: see process-lock.ts, which can do without.
   */
  lock(file: HostFile, mode: LockMode): LockOutcome;

  /**
   * Has the system fetch a range that is going to be read soon, without waiting for it. A hint: what cannot be fetched is
   * told by the read. Missing where the platform has no such call.
   */
  readAhead?(file: HostFile, offset: number, length: number): void;

  /**
   * Puts `source` in the place of `target`, at once, with the rights that `target` has. Missing where a file is given its rights
   * before it is renamed.
   */
  replaceFile?(source: string, target: string): void;

  /** Name of the file system below a folder (`xfs`, `ReFS`), or null when nobody tells. Never throws. */
  fileSystemName(folder: string): string | null;
}

/** An open file: its descriptor, and its path for messages. */
export type HostFile = { readonly fd: number; readonly path: string };

/** 'limit': sharing works here, but these blocks are already shared as often as the file system allows (ReFS: 8175). */
export type CloneOutcome = 'cloned' | 'unsupported' | 'limit';

export type LockMode = 'exclusive' | 'shared';

/** 'busy': somebody else holds a lock that excludes this one. */
export type LockOutcome = 'locked' | 'busy' | 'unsupported';

/** Bytes. */
export type ByteRange = { readonly offset: number; readonly length: number };

export type PhysicalExtent = ByteRange & {
  /** Address on the device, in bytes. Says nothing unless `trusted`. */
  readonly physical: number;
  /** Some other file, or another part of this one, uses these blocks too. */
  readonly shared: boolean;
  /**
   * Two trusted extents of one device (`stat.dev`) at one address hold the same bytes. False for extents that are
   * delayed, unwritten, encoded, inline or unknown, and on file systems whose addresses are not known to be unique.
   */
  readonly trusted: boolean;
};

/**
 * Windows: ReFS block clone, sparse ranges and LockFileEx, through kernel32. Node's descriptors are no handles, but
 * node.exe exports the function of libuv that tells the handle of one, so files are used as they were opened.
 * Loading, structures and calls are tested under wine, which has no ReFS: what ReFS itself does is unverified.
 *
 * Invariants:
 * 1. One clone call covers less than 4 GiB; longer ranges take several, so a failure can leave a part cloned.
 * 2. Nothing is made sparse here: Windows refuses to mount a sparse VHDX. Holes are punched only into files that
 *    are sparse already; elsewhere the call would write zeros and free nothing.
 */
import type { ByteRange, CloneOutcome, HostFile, HostFiles, LockMode, LockOutcome } from '../../src/io/host-files.ts';
import type { Koffi } from '../koffi.ts';
export declare class Win32HostFiles implements HostFiles {
    #private;
    readonly name = "win32";
    readonly reason: string;
    constructor(koffi: Koffi);
    /** Node has no forced clone on Windows: the target is made at full length, then all its blocks are shared. */
    cloneFile(source: string, target: string): CloneOutcome;
    cloneRange(source: HostFile, sourceOffset: number, length: number, target: HostFile, targetOffset: number): CloneOutcome;
    /** NTFS could be asked for clusters, but it shares none; ReFS does not tell which are shared. */
    physicalExtents(): null;
    dataRanges(file: HostFile, from: number, to: number): Iterable<ByteRange> | null;
    punchHole(file: HostFile, offset: number, length: number): boolean;
    lock(file: HostFile, mode: LockMode): LockOutcome;
    fileSystemName(folder: string): string | null;
}

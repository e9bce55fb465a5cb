/**
 * Linux: FICLONERANGE, FIEMAP, SEEK_DATA, fallocate and flock, through the C library the process already runs on
 * (glibc or musl: the symbols are the process's own, so no library is named).
 *
 * Invariants:
 * 1. A length of 0 never reaches FICLONERANGE, which would take it for "to the end of the file".
 * 2. Extents are trusted only on file systems whose addresses are known to name one byte of one device each. On an
 *    overlay two files can lie on different devices under one device number; bcachefs and f2fs span several devices.
 */
import type { ByteRange, CloneOutcome, HostFile, HostFiles, LockMode, LockOutcome, PhysicalExtent } from '../../src/io/host-files.ts';
import type { Koffi } from '../koffi.ts';
export declare class LinuxHostFiles implements HostFiles {
    #private;
    readonly name = "linux";
    readonly reason: string;
    constructor(koffi: Koffi);
    cloneFile(source: string, target: string): CloneOutcome;
    cloneRange(source: HostFile, sourceOffset: number, length: number, target: HostFile, targetOffset: number): CloneOutcome;
    physicalExtents(file: HostFile, offset: number, length: number): Iterable<PhysicalExtent> | null;
    dataRanges(file: HostFile, from: number, to: number): Iterable<ByteRange> | null;
    punchHole(file: HostFile, offset: number, length: number): boolean;
    /** The call returns what went wrong and sets no errno; a pipe or an odd file system is no reason to stop. */
    readAhead(file: HostFile, offset: number, length: number): void;
    lock(file: HostFile, mode: LockMode): LockOutcome;
    fileSystemName(folder: string): string | null;
}

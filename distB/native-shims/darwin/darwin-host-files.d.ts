/**
 * macOS: whole-file clones (APFS, through Node), holes, hole punching and flock. The system offers no clone of a range,
 * and no trustworthy physical address. Written from the manual pages; no Mac was at hand to verify it.
 */
import type { ByteRange, CloneOutcome, HostFile, HostFiles, LockMode, LockOutcome } from '../../src/io/host-files.ts';
import type { Koffi } from '../koffi.ts';
export declare class DarwinHostFiles implements HostFiles {
    #private;
    readonly name = "darwin";
    readonly reason: string;
    constructor(koffi: Koffi);
    cloneFile(source: string, target: string): CloneOutcome;
    cloneRange(): CloneOutcome;
    physicalExtents(): null;
    dataRanges(file: HostFile, from: number, to: number): Iterable<ByteRange> | null;
    punchHole(file: HostFile, offset: number, length: number): boolean;
    lock(file: HostFile, mode: LockMode): LockOutcome;
    fileSystemName(folder: string): string | null;
}

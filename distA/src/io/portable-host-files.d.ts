/** The port of host-files.ts with nothing but Node: whole-file clones where the system copies that way, and no more. */
import type { CloneOutcome, HostFiles } from './host-files.ts';
export declare class PortableHostFiles implements HostFiles {
    readonly name = "portable";
    readonly reason: string;
    constructor(reason: string);
    cloneFile(source: string, target: string): CloneOutcome;
    cloneRange(): CloneOutcome;
    physicalExtents(): null;
    dataRanges(): null;
    punchHole(): boolean;
    lock(): 'unsupported';
    fileSystemName(folder: string): string | null;
}
/** FICLONE on Linux, clonefile on macOS; Node knows no way on Windows. A failed copy removes its target itself. */
export declare function cloneWholeFile(source: string, target: string): CloneOutcome;
export declare function linuxFileSystemName(folder: string): string | null;

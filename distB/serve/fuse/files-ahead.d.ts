/**
 * Small files that are about to be read, put into the kernel's page cache before it asks: `cp -r` and its like read files
 * in the order of their numbers, and the round trip of a read takes several times as long as the reading.
 *
 * Invariants:
 * 1. Only whole files of FILE_MAX at most, in the folder of the one read last, and only while a single program reads.
 * 2. A batch is a marker, which the kernel is left to ask for, and the AHEAD files behind it. They are read while the
 *    program works on what it has, and stored when it asks for the marker, before that is answered.
 * 3. A store waits for a page that a pending read of the same file holds, and nothing but the end of that read, or of the
 *    mount, wakes it. So nobody but the program that waits for the marker may be reading; stores are written by Node's
 *    threads; and the one that answers waits WAIT_MS for them, should somebody have come in between.
 * 4. What cannot be read is not stored: whoever reads it is told. What the kernel refuses makes a pause.
 * 5. The device must stay open until `end` resolves: a number that is given to another file would get the bytes.
 */
import type { EntryNode, Node } from './nodes.ts';
export declare const FILE_MAX: number;
export type FilesAheadSource = {
    /** The file of this number, where it is at hand at once. */
    readonly node: (number: number) => Node | null;
    /** Fills target with the content; false when that has another size. */
    readonly read: (node: EntryNode, target: Uint8Array) => boolean;
};
export declare class FilesAhead {
    #private;
    /** `waitMs`: how long a reader is kept for the stores that it brought about. */
    constructor(fd: number, source: FilesAheadSource, waitMs?: number);
    /** The batch is to be stored before the read at hand is answered. */
    get isDue(): boolean;
    /** The next batch is to be prepared when the read at hand is answered. */
    get isWanted(): boolean;
    /** The kernel has not taken all of what is being stored. */
    get isStoring(): boolean;
    /** Takes note of a read; `isWhole`: of all of a small file. */
    note(node: EntryNode, number: number, pid: number, isWhole: boolean): void;
    /** Stores the batch. Resolves when the kernel has it all, or has been waited for long enough. */
    store(): Promise<void>;
    /** Reads the files that follow the one read last. */
    prepare(): Promise<void>;
    /** Resolves when nothing is being written any more: soon, as the mount has ended. */
    end(): Promise<void>;
}

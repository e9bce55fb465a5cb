/**
 * Reads that wait for a disk (slow-disk.ts) are left to Node's threads: several are under way at once, and other requests are
 * answered meanwhile.
 *
 * Invariants:
 * 1. Every read that is started is answered, with an error where it fails.
 * 2. What it reads from stays open until then: a descriptor that is closed may be another file's at once.
 * 3. While any is under way the event loop has to turn: see `next`.
 */
/** Of an open file, in bytes. */
export type FileRange = {
    readonly fd: number;
    readonly offset: number;
    readonly length: number;
};
export declare class SlowReads {
    #private;
    constructor(device: number);
    get areUnderWay(): boolean;
    get hasRoom(): boolean;
    /** Whether the next read is likely to wait for a disk. */
    get isNext(): boolean;
    /** A read has taken so long. */
    note(ms: number): void;
    /** Reads, and answers the request. There must be room. `held` keeps the file open until it is disposed of. */
    start(request: DataView, { held, fd, offset, length }: FileRange & {
        readonly held: Disposable;
    }): void;
    /** Resolves when one has ended, or it is time to look for requests. */
    next(): Promise<void>;
    /** Resolves when all have ended. */
    end(): Promise<void>;
}

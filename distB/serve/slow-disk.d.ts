/**
 * Whether the next read is likely to wait for a disk. One that took long has met it, and so will those that follow: they are
 * better left to Node's threads, several at once. What the host has in memory is better read by the thread that sends it.
 */
export declare class SlowDisk {
    #private;
    get isNext(): boolean;
    /** A read has taken so long. */
    note(ms: number): void;
}

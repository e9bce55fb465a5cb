/**
 * Whether the next read is likely to wait for a disk. One that took long has met it, and so will those that follow: they are
 * better left to Node's threads, several at once. What the host has in memory is better read by the thread that sends it.
 */
/** Copying what is in memory takes a tenth of this. */
const SLOW_MS = 2;
/** Reads for which it is believed. */
const READS_AFTER = 64;
export class SlowDisk {
    #left = 0;
    get isNext() {
        return this.#left > 0;
    }
    /** A read has taken so long. */
    note(ms) {
        if (ms > SLOW_MS)
            this.#left = READS_AFTER;
        else if (this.#left > 0)
            this.#left--;
    }
}

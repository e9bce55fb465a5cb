/**
 * Takes the kernel's requests. To be woken takes longer than most answers do (25 to 50 us where a processor has to be woken
 * first), so where requests follow each other closely the device is asked again and again for a moment before this thread
 * goes to sleep. Random reads of 4 KiB, one at a time, take half the time so.
 *
 * 1. Nothing is done for a client that takes its time: only after SOON_MIN requests in a row that came soon.
 * 2. What is waited for in vain is at most WATCH_MS, and then nothing is watched until requests come soon again.
 * 3. Whoever else wants the processor gets it: watching gives way after each look. A look costs as much as reading does,
 *    so where several clients keep this thread awake, nothing is lost by it.
 */
import { readSync } from 'node:fs';
export const NOTHING = -1;
const WATCH_MS = 0.1;
/** Requests that came sooner than this, being woken included, would have been met by watching. */
const SOON_MS = 0.15;
const SOON_MIN = 64;
export class RequestReader {
    #fd;
    #load;
    #calls;
    /** Requests in a row that came soon. */
    #soon = 0;
    /** `load` is called when it is first worth it; null where the platform has no such calls. */
    constructor(fd, load) {
        this.#fd = fd;
        this.#load = load;
    }
    /** Once they have been worth loading. */
    get calls() {
        return this.#calls ?? null;
    }
    /** Length of the next request, which is waited for; 0 when there will be none. */
    next(target) {
        const length = this.#calls?.take(target) ?? NOTHING;
        if (length !== NOTHING)
            return length;
        const started = performance.now();
        for (;;) {
            const found = this.#calls ? this.#watch(this.#calls, target, started) : this.#read(target);
            if (found === NOTHING)
                continue;
            this.#soon = performance.now() - started < SOON_MS ? Math.min(SOON_MIN, this.#soon + 1) : 0;
            if (this.#soon === SOON_MIN)
                this.useCalls();
            return found;
        }
    }
    #watch(calls, target, started) {
        if (this.#soon === SOON_MIN && performance.now() - started < WATCH_MS)
            calls.giveWay();
        else
            calls.sleep();
        return calls.take(target);
    }
    #read(target) {
        try {
            return readSync(this.#fd, target, 0, target.length, null);
        }
        catch (error) {
            const { code } = error;
            if (code === 'ENODEV')
                return 0; // unmounted
            if (code !== 'EINTR' && code !== 'EAGAIN' && code !== 'ENOENT')
                throw error; // ENOENT: taken back meanwhile
            return NOTHING;
        }
    }
    /** Loads the calls, once. */
    useCalls() {
        if (this.#calls === undefined) {
            this.#calls = this.#load(this.#fd);
            this.#calls?.neverWait();
        }
        return this.#calls;
    }
    close() {
        this.#calls?.close();
    }
}

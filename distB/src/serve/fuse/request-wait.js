/**
 * Waiting for the kernel's next request. To be woken takes longer than most answers do (25 to 50 us where a processor has
 * to be woken first), so where requests follow each other closely the device is looked at again and again for a moment
 * before this thread goes to sleep. Random reads of 4 KiB, one at a time, take half the time so.
 *
 * 1. Nothing is done for a client that takes its time: only after SOON_MIN requests in a row that came soon.
 * 2. What is waited for in vain is at most WATCH_MS, and then nothing is watched until requests come soon again.
 * 3. Several clients at once keep this thread awake by themselves: nothing is watched then.
 * 4. Whoever else wants the processor gets it: watching gives way after each look.
 */
const WATCH_MS = 0.1;
/** Requests that came sooner than this, being woken included, would have been met by watching. */
const SOON_MS = 0.15;
const SOON_MIN = 64;
/** What came sooner than this was there before: several clients ask at once. */
const THERE_MS = 0.005;
/** Requests for which that is taken to go on. */
const CROWD = 32;
export class RequestWait {
    #load;
    #watch;
    #started = 0;
    /** Requests for which nothing is watched. */
    #crowd = 0;
    /** Requests in a row that came soon. */
    #soon = 0;
    /** `load` is called when it is first worth it; null where there is nothing to watch with. */
    constructor(load) {
        this.#load = load;
    }
    /** Returns when a request is there, or waiting for it is better done asleep. */
    start(fd) {
        this.#started = performance.now();
        if (this.#soon < SOON_MIN || this.#crowd > 0)
            return;
        if (this.#watch === undefined)
            this.#watch = this.#load();
        const watch = this.#watch;
        if (watch === null)
            return;
        while (!watch.isReady(fd) && performance.now() - this.#started < WATCH_MS)
            watch.giveWay();
    }
    /** A request has come. */
    end() {
        const waited = performance.now() - this.#started;
        this.#crowd = waited < THERE_MS ? CROWD : Math.max(0, this.#crowd - 1);
        this.#soon = waited < SOON_MS ? Math.min(SOON_MIN, this.#soon + 1) : 0;
    }
}

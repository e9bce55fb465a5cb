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
/** What only the platform can do: see native-shims/linux/device-watch.ts. */
export type DeviceWatch = {
    /** Whether something can be read from the device at once, or it has been unmounted. */
    isReady(fd: number): boolean;
    /** Lets those run who wait for this processor. */
    giveWay(): void;
};
export declare class RequestWait {
    #private;
    /** `load` is called when it is first worth it; null where there is nothing to watch with. */
    constructor(load: () => DeviceWatch | null);
    /** Returns when a request is there, or waiting for it is better done asleep. */
    start(fd: number): void;
    /** A request has come. */
    end(): void;
}

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
/** What only the platform can do with the open device: see native-shims/linux/fuse-device.ts. */
export interface DeviceCalls {
    /** From now on reading the device never waits. */
    neverWait(): void;
    /** The next request: its length, 0 when there will be none, or NOTHING when none is there. */
    take(target: Uint8Array): number;
    /** Returns when there may be something to take. */
    sleep(): void;
    /** Lets those run who wait for this processor. */
    giveWay(): void;
    /** Longest range that `answerFrom` takes, in bytes. */
    readonly answerMax: number;
    /**
     * Answers with this header and a range of an open file, which the kernel takes from its page cache: once copied, not
     * twice. False: nothing was answered, and the file has to be read.
     */
    answerFrom(header: Uint8Array, fd: number, offset: number, length: number): boolean;
    close(): void;
}
export type LoadDeviceCalls = (device: number) => DeviceCalls | null;
export declare const NOTHING = -1;
export declare class RequestReader {
    #private;
    /** `load` is called when it is first worth it; null where the platform has no such calls. */
    constructor(fd: number, load: LoadDeviceCalls);
    /** Once they have been worth loading. */
    get calls(): DeviceCalls | null;
    /** Length of the next request, which is waited for; 0 when there will be none. */
    next(target: Uint8Array): number;
    /** Loads the calls, once. */
    useCalls(): DeviceCalls | null;
    close(): void;
}

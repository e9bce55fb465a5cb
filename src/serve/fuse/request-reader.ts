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
import { performance } from 'node:perf_hooks'; // the global of this name is looked up anew each time

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
  /**
   * Answers with a range of an open file. The message starts with the header, complete, and has room behind it for MAX_READ
   * bytes, which may be used. False: nothing was answered, and reading the file tells why.
   */
  answerFrom(message: Uint8Array, fd: number, offset: number, length: number): boolean;
  close(): void;
}

export type LoadDeviceCalls = (device: number) => DeviceCalls | null;

export const NOTHING = -1;

const WATCH_MS = 0.1;
/** Requests that came sooner than this, being woken included, would have been met by watching. */
const SOON_MS = 0.15;
const SOON_MIN = 64;

export class RequestReader {
  readonly #fd: number;
  readonly #load: LoadDeviceCalls;
  #calls: DeviceCalls | null | undefined;
  /** Requests in a row that came soon. */
  #soon = 0;

  /** `load` is called when it is first worth it; null where the platform has no such calls. */
  constructor(fd: number, load: LoadDeviceCalls) {
    this.#fd = fd;
    this.#load = load;
  }

  /** Once they have been worth loading. */
  get calls(): DeviceCalls | null {
    return this.#calls ?? null;
  }

  /** Length of the next request, which is waited for; 0 when there will be none. */
  next(target: Uint8Array): number {
    const length = this.#calls?.take(target) ?? NOTHING;
    if (length !== NOTHING) return length;
    const started = performance.now();
    for (;;) {
      const found = this.#calls ? this.#watch(this.#calls, target, started) : this.#read(target);
      if (found === NOTHING) continue;
      this.#soon = performance.now() - started < SOON_MS ? Math.min(SOON_MIN, this.#soon + 1) : 0;
      if (this.#soon === SOON_MIN) this.useCalls();
      return found;
    }
  }

  #watch(calls: DeviceCalls, target: Uint8Array, started: number): number {
    if (this.#soon === SOON_MIN && performance.now() - started < WATCH_MS) calls.giveWay();
    else calls.sleep();
    return calls.take(target);
  }

  #read(target: Uint8Array): number {
    try {
      return readSync(this.#fd, target, 0, target.length, null);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENODEV') return 0; // unmounted
      if (code !== 'EINTR' && code !== 'EAGAIN' && code !== 'ENOENT') throw error; // ENOENT: taken back meanwhile
      return NOTHING;
    }
  }

  /** Loads the calls, once. */
  useCalls(): DeviceCalls | null {
    if (this.#calls === undefined) {
      this.#calls = this.#load(this.#fd);
      this.#calls?.neverWait();
    }
    return this.#calls;
  }

  close(): void {
    this.#calls?.close();
  }
}

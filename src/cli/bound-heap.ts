/**
 * Long jobs make short-lived maps of each state they pass. Left alone, the engine lets such garbage grow to several times
 * what is in use before it looks at it; a heap that grows by half at most keeps a job's peak near what it needs.
 */

import { setFlagsFromString } from 'node:v8';

/** The code cache is bound to the flags, so they stay as they are until a command has loaded its files. */
const LOADED_MS = 60;

/** Takes effect when the job turns out to be a long one. */
export function boundHeap(): void {
  setTimeout(() => setFlagsFromString('--heap-growing-percent=50'), LOADED_MS).unref();
}

/** As it was: what is compiled for the code cache has to be under the flags of a start. */
export function unboundHeap(): void {
  setFlagsFromString('--heap-growing-percent=0');
}

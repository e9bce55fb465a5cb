/**
 * Long jobs make short-lived maps of each state they pass. Left alone, the engine lets such garbage grow to several times
 * what is in use before it looks at it; a heap that grows by half at most keeps a job's peak near what it needs. Called when
 * a command's files are loaded, and not for commands that the build compiles: the code cache is bound to the flags.
 */

import { setFlagsFromString } from 'node:v8';

export function boundHeap(): void {
  setFlagsFromString('--heap-growing-percent=50');
}

/**
 * /dev/fuse by the calls that Node does not offer: reading without waiting, poll(2), sched_yield(2), and splice(2) from a
 * file to the device through a pipe.
 *
 * Invariants:
 * 1. The pipe is empty between two answers: what could not be passed on goes with the pipe.
 * 2. Nothing waits for room in the pipe: a range is at most as long as it holds, and filling it never blocks.
 */
import { type DeviceCalls } from '../../src/serve/fuse/request-reader.ts';
/** Null where koffi is missing. */
export declare function loadFuseDevice(device: number): DeviceCalls | null;

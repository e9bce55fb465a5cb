/** poll(2) without a wait, and sched_yield(2): for a thread that watches a device instead of sleeping. */
import type { DeviceWatch } from '../../src/serve/fuse/request-wait.ts';
/** Null where koffi is missing, and with one processor: whoever is waited for could not run meanwhile. */
export declare function loadDeviceWatch(): DeviceWatch | null;

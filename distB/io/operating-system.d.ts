/** Node's `os`, loaded when it is asked for: that takes 1 ms, which no short command should pay at its start. */
import type * as os from 'node:os';
export declare function operatingSystem(): typeof os;

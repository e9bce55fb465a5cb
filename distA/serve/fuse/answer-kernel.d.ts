/** The thread that answers the kernel. It opens the source for itself: nothing is shared but the device. */
import type { MessagePort } from 'node:worker_threads';
import { asStorageError } from '../../errors.ts';
import { type SourceOptions } from '../served-tree.ts';
import type { Owner } from './abi.ts';
import type { LoadDeviceCalls } from './request-reader.ts';
/** What it is told, in this order. `answer` comes when the device is mounted: before, nothing can be read from it. */
export type FuseTask = {
    readonly kind: 'open';
    readonly source: SourceOptions;
} | {
    readonly kind: 'answer';
    readonly fd: number;
    readonly owner: Owner;
    readonly counters: Int32Array;
};
/** `ready`: the source is open. `ended`: the file system was unmounted. */
export type FuseMessage = {
    readonly kind: 'ready';
} | {
    readonly kind: 'ended';
} | {
    readonly kind: 'failed';
    readonly error: ReturnType<ReturnType<typeof asStorageError>['toJSON']>;
};
/** Does what it is told through the port, to the end of the mount. */
export declare function answerKernel(port: MessagePort, loadCalls: LoadDeviceCalls): void;

/**
 * What a thread does with a batch of small files: read, create, write, set times. Synchronous.
 *
 * Invariants:
 * 1. Neighbours on disk come with one read: files written one after another lie one after another. Only gaps shorter
 *    than GAP_MAX are read over, which is the unused end of a file's last cluster: no byte of a file is read twice.
 * 2. A file is created new (never through a link, never over another) and counts as written once it is closed.
 * 3. A file that fails costs only itself; the planning thread does it again with care, and says why it failed.
 */
import { type SharedFileBatch, SharedTexts } from './file-batch.ts';
import { type Failure } from './kernel.ts';
/** Slots of the control words: the state of each batch, then these. */
export declare const BATCHES = 4;
export declare const LaneControl: {
    readonly wake: 4;
    readonly stop: number;
    readonly joined: number;
    readonly SIZE: number;
};
export declare const BatchState: {
    readonly free: 0;
    readonly ready: 1;
    readonly taken: 2;
    readonly done: 3;
};
export type FileTaskOptions = {
    readonly hash: boolean;
    readonly sync: boolean;
};
/** SHA-256 of the bytes, where one is asked for: whoever writes brings it, as loading it delays the other thread's start. */
export type Digest = (bytes: Uint8Array) => Uint8Array;
/** Fills the target, or throws. */
export type ReadSource = (source: number, offset: number, target: Uint8Array) => void;
/** What crosses to the other thread when it is asked to join in. */
export type SharedLane = {
    readonly control: Int32Array<SharedArrayBuffer>;
    readonly batches: readonly SharedFileBatch[];
    /** Files in each batch: written before it is published. */
    readonly counts: Uint32Array<SharedArrayBuffer>;
    readonly sources: Pick<SharedTexts, 'bytes' | 'ends'>;
    readonly options: FileTaskOptions;
};
/** Takes batches until told to stop. Runs in a worker. */
export declare function takeBatches(lane: SharedLane, digest: Digest | null): Failure[];
/** Writes the files of one batch that is ready; false when there is none. */
export declare function takeBatch(lane: SharedLane, read: ReadSource, digest: Digest | null): boolean;

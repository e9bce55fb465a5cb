/**
 * The threads of a mount. One answers as long as the host has in memory what is read, or fetches it fast: a second one would
 * find its caches and its code cold every other time. Where reads have to wait for a disk while others wait for them, more
 * threads join, so that the disk is asked for several things at once.
 */
import type { Worker } from 'node:worker_threads';
import type { SourceOptions } from '../served-tree.ts';
import type { FuseTask } from './answer-kernel.ts';
export declare const THREADS_MAX = 3;
export declare class AnsweringThreads {
    #private;
    /** Starts the first one, or takes `worker`, and has it open the source. */
    constructor(source: SourceOptions, max?: number, worker?: Worker);
    /** Resolves when the source is open; rejects with what is wrong with it. */
    get ready(): Promise<void>;
    /** Has them answer. Resolves when the mount has ended for all of them; rejects when one of them fails. */
    answer(task: FuseTask & {
        kind: 'answer';
    }): Promise<void>;
    stop(): void;
}

/** The only door to piscina: one thread beside the planning one, started when the first task, or a job to come, asks for it. */
import type { CopyTask } from './copy.worker.ts';
import type { Failure } from './kernel.ts';
/**
 * Has a thread boot for whichever CopyThreads comes first: for a process that is about to read much, and ends with that.
 * Booting takes longer than all else before the first read.
 */
export declare function startThreadAhead(): void;
export declare class CopyThreads {
    #private;
    /** Whoever asks has a part of the work to do itself, and awaits the result when that is done. */
    run(task: CopyTask): Promise<Failure[]>;
    /** Has the thread boot while this one does something else. */
    start(): Promise<void>;
    close(): Promise<void>;
}

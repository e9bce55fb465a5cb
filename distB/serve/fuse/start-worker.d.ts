/** Starts a thread that will answer the kernel. It loads what it needs, then waits to be told (see fuse.worker.ts). */
import { Worker } from 'node:worker_threads';
export declare function startFuseWorker(): Worker;

/** Starts a thread that will answer the kernel. It loads what it needs, then waits to be told (see fuse.worker.ts). */
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
/** Smaller, and what lives for one request is copied around while it lives; larger, and it is memory for nothing. */
const YOUNG_MB = 8;
export function startFuseWorker() {
    // Under vitest this module is TypeScript, which a worker of Node 20 cannot load: the built twin stands in.
    const folder = import.meta.dirname.replace('/src/serve/fuse', '/dist/serve/fuse');
    return new Worker(join(folder, 'fuse.worker.js'), { resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB } });
}

/**
 * Answers the kernel: one request at a time, read from and written to an open /dev/fuse; reads that wait for a disk are
 * left to others meanwhile (slow-reads.ts).
 *
 * Opening is never asked about (`ENOSYS` once, and the kernel keeps its caches): a file without content that can be read
 * here says so when it is read.
 */
import { type ServedTree } from '../served-tree.ts';
import * as abi from './abi.ts';
import { type LoadDeviceCalls } from './request-reader.ts';
/** What sessions of a mount tell each other and those who watch: [0] requests answered, [1] 1 if directories are opened. */
export type SessionCounters = Int32Array;
export declare class FuseSession {
    #private;
    constructor(fd: number, tree: ServedTree, owner: abi.Owner, counters: SessionCounters, loadCalls: LoadDeviceCalls);
    /** Answers until the file system is unmounted. */
    run(): Promise<void>;
}

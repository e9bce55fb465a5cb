/** Entry of the copy threads: a task's name to its function. */
import type { SharedCheck } from './check-batch.ts';
import { type SharedComparison } from './compare-kernel.ts';
import { type SharedLane } from './file-kernel.ts';
import { type Failure, type OrderedBatch } from './kernel.ts';
import type { SharedPages } from './page-kernel.ts';
export type CopyTask = {
    readonly task: 'copy' | 'produce';
    readonly batch: OrderedBatch;
} | {
    readonly task: 'files';
    readonly lane: SharedLane;
} | {
    readonly task: 'compare';
    readonly comparison: SharedComparison;
} | {
    readonly task: 'check';
    readonly check: SharedCheck;
} | {
    readonly task: 'pages';
    readonly pages: SharedPages;
};
export default function run(task: CopyTask): Failure[] | Promise<Failure[]>;

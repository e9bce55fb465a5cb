/** Entry of the copy threads: a task's name to its function. */

import { comparePieces, type SharedComparison } from './compare-kernel.ts';
import { type SharedLane, takeBatches } from './file-kernel.ts';
import { copyPieces, type Failure, type OrderedBatch, producePieces } from './kernel.ts';

export type CopyTask =
  | { readonly task: 'copy' | 'produce'; readonly batch: OrderedBatch }
  | { readonly task: 'files'; readonly lane: SharedLane }
  | { readonly task: 'compare'; readonly comparison: SharedComparison };

export default function run(task: CopyTask): Failure[] | Promise<Failure[]> {
  if (task.task === 'files') return runFiles(task.lane);
  if (task.task === 'compare') {
    comparePieces(task.comparison);
    return [];
  }
  return task.task === 'copy' ? copyPieces(task.batch) : producePieces(task.batch);
}

async function runFiles(lane: SharedLane): Promise<Failure[]> {
  if (!lane.options.hash) return takeBatches(lane, null);
  const { hash } = await import('node:crypto');
  return takeBatches(lane, (bytes) => hash('sha256', bytes, 'buffer'));
}

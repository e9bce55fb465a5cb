/** Entry of the copy threads: a task's name to its function. */

import { type SharedLane, takeBatches } from './file-kernel.ts';
import { copyPieces, type Failure, type OrderedBatch, producePieces } from './kernel.ts';

export type CopyTask =
  | { readonly task: 'copy' | 'produce'; readonly batch: OrderedBatch }
  | { readonly task: 'files'; readonly lane: SharedLane };

export default function run(task: CopyTask): Failure[] {
  if (task.task === 'files') return takeBatches(task.lane);
  return task.task === 'copy' ? copyPieces(task.batch) : producePieces(task.batch);
}

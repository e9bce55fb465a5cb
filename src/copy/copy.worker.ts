/** Entry of the copy threads: a task's name to its function. */

import { copyPieces, type Failure, type OrderedBatch, producePieces } from './kernel.ts';

export type CopyTask = { readonly task: 'copy' | 'produce'; readonly batch: OrderedBatch };

export default function run({ task, batch }: CopyTask): Failure[] {
  return task === 'copy' ? copyPieces(batch) : producePieces(batch);
}

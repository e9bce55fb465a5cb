/** Entry of a thread that answers the kernel. It opens the source for itself: nothing is shared but the device. */

import { parentPort, workerData } from 'node:worker_threads';
import { asStorageError } from '../../errors.ts';
import { ServedTree, type SourceOptions } from '../served-tree.ts';
import type { Owner } from './abi.ts';
import { FuseSession } from './fuse-session.ts';

export type FuseTask = {
  readonly fd: number;
  readonly source: SourceOptions;
  readonly owner: Owner;
  readonly counters: Int32Array;
};

/** `ready`: requests are answered from now on. `ended`: the file system was unmounted. */
export type FuseMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'ended' }
  | { readonly kind: 'failed'; readonly error: ReturnType<ReturnType<typeof asStorageError>['toJSON']> };

async function serve({ fd, source, owner, counters }: FuseTask): Promise<void> {
  const post = (message: FuseMessage): void => parentPort?.postMessage(message);
  try {
    await using tree = await ServedTree.open(source);
    post({ kind: 'ready' });
    await new Promise((resolve) => setImmediate(resolve)); // the message leaves before the thread waits for the kernel
    await new FuseSession(fd, tree, owner, counters).run();
    post({ kind: 'ended' });
  } catch (error) {
    post({ kind: 'failed', error: asStorageError(error).toJSON() });
  }
}

void serve(workerData as FuseTask);

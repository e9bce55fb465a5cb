/** Entry of a thread that answers the kernel. It opens the source for itself: nothing is shared but the device. */

import { parentPort } from 'node:worker_threads';
import { asStorageError } from '../../errors.ts';
import { ServedTree, type SourceOptions } from '../served-tree.ts';
import type { Owner } from './abi.ts';
import { FuseSession } from './fuse-session.ts';

/** What a thread is told, in this order. `answer` comes when the device is mounted: before, nothing can be read from it. */
export type FuseTask =
  | { readonly kind: 'open'; readonly source: SourceOptions }
  | { readonly kind: 'answer'; readonly fd: number; readonly owner: Owner; readonly counters: Int32Array };

/** `ready`: the source is open. `ended`: the file system was unmounted. */
export type FuseMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'ended' }
  | { readonly kind: 'failed'; readonly error: ReturnType<ReturnType<typeof asStorageError>['toJSON']> };

const port = parentPort!;
const post = (message: FuseMessage): void => port.postMessage(message);
let opening: Promise<ServedTree> | undefined;

async function open(source: SourceOptions): Promise<void> {
  opening = ServedTree.open(source);
  await opening;
  post({ kind: 'ready' });
}

async function answer({ fd, owner, counters }: FuseTask & { kind: 'answer' }): Promise<void> {
  await using tree = await opening!;
  await new FuseSession(fd, tree, owner, counters).run();
  post({ kind: 'ended' });
  port.close();
}

port.on('message', (task: FuseTask) => {
  const done = task.kind === 'open' ? open(task.source) : answer(task);
  done.catch((error: unknown) => {
    post({ kind: 'failed', error: asStorageError(error).toJSON() });
    port.close();
  });
});

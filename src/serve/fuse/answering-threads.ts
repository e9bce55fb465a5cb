/**
 * The threads of a mount. One answers as long as the host has in memory what is read, or fetches it fast: a second one would
 * find its caches and its code cold every other time. Where reads have to wait for a disk while others wait for them, more
 * threads join, so that the disk is asked for several things at once.
 */

import type { Worker } from 'node:worker_threads';
import { StorageError } from '../../errors.ts';
import type { SourceOptions } from '../served-tree.ts';
import type { FuseMessage, FuseTask } from './answer-kernel.ts';
import { startFuseWorker } from './start-worker.ts';

const THREADS_MAX = 3;

export class AnsweringThreads {
  readonly #source: SourceOptions;
  readonly #first: Thread;
  readonly #others: Thread[] = [];
  readonly #ended = deferred();
  #running = 0;

  /** Starts the first one, or takes `worker`, and has it open the source. */
  constructor(source: SourceOptions, worker = startFuseWorker()) {
    this.#source = source;
    this.#first = new Thread(worker, source);
  }

  /** Resolves when the source is open; rejects with what is wrong with it. */
  get ready(): Promise<void> {
    return this.#first.ready;
  }

  /** Has them answer. Resolves when the mount has ended for all of them; rejects when one of them fails. */
  answer(task: FuseTask & { kind: 'answer' }): Promise<void> {
    this.#answer(this.#first, task);
    return this.#ended.promise;
  }

  #answer(thread: Thread, task: FuseTask): void {
    this.#running++;
    thread.onLate = () => this.#join(task);
    thread.ended.then(() => this.#oneEnded(), this.#ended.reject);
    thread.tell(task);
  }

  #oneEnded(): void {
    this.#running--;
    if (this.#running === 0) this.#ended.resolve();
  }

  #join(task: FuseTask): void {
    // One at a time: what another one brings is seen when it answers.
    const isComing = this.#others.length >= this.#running;
    if (isComing || this.#running === 0 || this.#others.length + 1 >= THREADS_MAX) return;
    const thread = new Thread(startFuseWorker(), this.#source);
    this.#others.push(thread);
    // A source that cannot be opened once more is served by those that have it open, and no other tries again.
    thread.ready.then(
      () => (this.#running === 0 ? thread.stop() : this.#answer(thread, task)), // 0: the device is closed by now
      () => thread.stop(),
    );
  }

  stop(): void {
    for (const thread of [this.#first, ...this.#others]) thread.stop();
  }
}

class Thread {
  readonly ready: Promise<void>;
  readonly ended: Promise<void>;
  onLate = (): void => undefined;
  readonly #worker: Worker;

  constructor(worker: Worker, source: SourceOptions) {
    this.#worker = worker;
    const ready = deferred();
    const ended = deferred();
    const fail = (error: unknown): void => {
      ready.reject(error);
      ended.reject(error);
    };
    worker.on('message', (message: FuseMessage) => {
      if (message.kind === 'ready') ready.resolve();
      else if (message.kind === 'late') this.onLate();
      else if (message.kind === 'ended') ended.resolve();
      else fail(StorageError.fromJSON(message.error));
    });
    worker.on('error', fail);
    worker.on('exit', () => fail(new Error('a thread of the mount ended'))); // says nothing when it has ended well
    this.ready = ready.promise;
    this.ended = ended.promise;
    this.ready.catch(() => undefined); // awaited later, if the folder could be mounted at all
    this.ended.catch(() => undefined);
    this.tell({ kind: 'open', source });
  }

  tell(task: FuseTask): void {
    this.#worker.postMessage(task);
  }

  stop(): void {
    void this.#worker.terminate();
  }
}

type Deferred = {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
};

function deferred(): Deferred {
  let settle: Omit<Deferred, 'promise'> | undefined;
  const promise = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject };
  });
  return { promise, ...settle! };
}

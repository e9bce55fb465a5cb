/** The only door to piscina: one thread beside the planning one, started when the first task, or a job to come, asks for it. */

import type { Piscina } from 'piscina';
import type { CopyTask } from './copy.worker.ts';
import type { Failure } from './kernel.ts';

/** What a copy leaves behind dies at once: more room for it would only be more memory in use. */
const YOUNG_MB = 4;

/** One that was started before anybody had something for it to do. */
let ahead: Promise<Piscina> | undefined;

/**
 * Has a thread boot for whichever CopyThreads comes first: for a process that is about to read much, and ends with that.
 * Booting takes longer than all else before the first read.
 */
export function startThreadAhead(): void {
  ahead ??= startPool();
  ahead.catch(() => {}); // told by the first task that it is to take
}

export class CopyThreads {
  #pool: Promise<Piscina> | undefined;

  /** Whoever asks has a part of the work to do itself, and awaits the result when that is done. */
  run(task: CopyTask): Promise<Failure[]> {
    const result = this.#started().then((pool) => pool.run(task) as Promise<Failure[]>);
    result.catch(() => {}); // a failure before that is no unhandled one
    return result;
  }

  /** Has the thread boot while this one does something else. */
  async start(): Promise<void> {
    await this.#started();
  }

  async close(): Promise<void> {
    const pool = this.#pool;
    this.#pool = undefined;
    if (pool !== undefined) await (await pool).destroy();
  }

  #started(): Promise<Piscina> {
    this.#pool ??= ahead ?? startPool();
    if (this.#pool === ahead) ahead = undefined;
    return this.#pool;
  }
}

async function startPool(): Promise<Piscina> {
  const { Piscina } = await import('piscina');
  // Under vitest this module is TypeScript, which a worker of Node 20 cannot load: the built twin stands in.
  const url = new URL('./copy.worker.js', import.meta.url.replace('/src/copy/', '/dist/copy/'));
  const pool = new Piscina({
    filename: url.href,
    minThreads: 1,
    maxThreads: 1,
    concurrentTasksPerWorker: 2, // the second one is there when the first is done, whatever this thread is at
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
  });
  // Without a listener an error event of the pool would end the process; whoever awaits the task is told.
  pool.on('error', () => {});
  return pool;
}

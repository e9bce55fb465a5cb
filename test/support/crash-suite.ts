/**
 * Power cuts over a job on the simulated store: the power goes before every write, flush and folder operation, and of
 * what was not durable then, everything, nothing, and seeded choices survive. Each distinct image that can be found
 * afterwards is judged once; how many there were is the size of the suite.
 */

import { createHash } from 'node:crypto';
import type { Random } from './random.ts';
import type { Operation, SimulatedStore } from './simulated-store.ts';

export type CrashResult = {
  /** Distinct durable images that were judged. */
  images: number;
  operations: number;
};

export type CrashJob = {
  /** Runs on the store from its present state. */
  readonly work: (store: SimulatedStore) => Promise<void>;
  /**
   * Judges what is found after a cut; it may change the store it is given. `isDone`: the work had returned, so what it
   * promised has to be there. Throws what is wrong.
   */
  readonly judge: (found: SimulatedStore, where: string, isDone: boolean) => Promise<void>;
  readonly random: Random;
  /** Seeded choices at each cut, beside everything and nothing. */
  readonly choices: number;
  /** Images judged at most: a slice, spread over all cuts. */
  readonly imagesMax?: number;
};

export async function crashEverywhere(store: SimulatedStore, job: CrashJob): Promise<CrashResult> {
  const seen = new Set<string>();
  const waiting: { found: SimulatedStore; where: string; isDone: boolean }[] = [];
  const result: CrashResult = { images: 0, operations: 0 };
  type Cut = { readonly number: number; readonly kind: Operation['kind'] | 'the end'; readonly path: string };
  const at = ({ number, kind, path }: Cut): void => {
    result.operations++;
    for (const found of store.survivors(job.random, job.choices)) {
      const isDone = kind === 'the end';
      const hash = createHash('md5').update(found.imageHash()).update(String(isDone)).digest('base64');
      if (seen.has(hash)) continue;
      seen.add(hash);
      waiting.push({
        found,
        isDone,
        where: `cut before operation ${number}, ${kind} ${path} (seed ${job.random.seed})`,
      });
    }
  };
  store.beforeOperation = at;
  await job.work(store);
  store.beforeOperation = null;
  at({ number: store.operations, kind: 'the end', path: '' });
  const step = Math.max(1, waiting.length / (job.imagesMax ?? waiting.length));
  for (let i = 0; i < waiting.length; i += step) {
    const { found, where, isDone } = waiting[Math.floor(i)]!;
    await job.judge(found, where, isDone);
    result.images++;
  }
  return result;
}

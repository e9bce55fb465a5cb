/**
 * Cuts the power at every write, flush and folder operation of a piece of work, looks at what may be found afterwards,
 * and judges it. States are counted by distinct durable image.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Random } from './random.ts';
import type { Operation, SimulatedStore } from './simulated-store.ts';

export type CrashCase = {
  readonly store: SimulatedStore;
  /** Does the work. Throws nothing unless the work itself is wrong. */
  run(): void;
  /** Grows whenever what may be found has become less: the same image is judged again then. */
  epoch(): number;
  /** What is wrong with what was found, or null. */
  findFault(found: SimulatedStore): string | null;
};

export type Exploration = {
  /** Hashes of the durable images met. */
  readonly images: Set<string>;
  readonly cuts: number;
  readonly fault: string | null;
};

/** `perCut`: seeded images at each cut, besides everything kept and nothing kept. Ends with the first fault. */
export function explore(work: CrashCase, random: Random, perCut: number, images = new Set<string>()): Exploration {
  const { store } = work;
  const judged = new Set<string>();
  let cuts = 0;
  let fault: string | null = null;
  const cut = (operation: Operation | null): void => {
    if (fault !== null) return;
    cuts++;
    for (const found of store.survivors(random, perCut)) {
      const image = found.imageHash();
      images.add(image);
      const key = `${work.epoch()} ${image}`;
      if (judged.has(key)) continue;
      judged.add(key);
      fault = judge(work, found);
      if (fault === null) continue;
      const at = operation === null ? 'the end' : `operation ${operation.number} (${operation.kind} ${operation.path})`;
      fault = `cut before ${at}, seed ${random.seed}: ${fault}`;
      return;
    }
  };
  store.beforeOperation = cut;
  try {
    work.run();
  } catch (error) {
    // Work that trips over its own missing flush has been found out too.
    fault ??= `the work failed: ${(error as Error).stack}`;
  }
  store.beforeOperation = null;
  cut(null);
  return { images, cuts, fault };
}

function judge(work: CrashCase, found: SimulatedStore): string | null {
  try {
    return work.findFault(found);
  } catch (error) {
    return `${(error as Error).message}\n${(error as Error).stack}`;
  }
}

export type FlushPoint = { readonly name: string; readonly file: string; readonly line: number };

const SOURCE = join(import.meta.dirname, '../../src');

/** Every flush of these source files, by the name that its line carries; fails for one that has none. */
export function flushPoints(files: readonly string[]): FlushPoint[] {
  return files.flatMap((file) =>
    readFileSync(join(SOURCE, file), 'utf8')
      .split('\n')
      .flatMap((text, index) => {
        if (!/\.(flush|syncFolder)\(.*\);/.test(text)) return [];
        const name = /\/\/ ([A-Z]\d+)\b/.exec(text)?.[1];
        if (name === undefined && /session.*\.flush\(\)|this\.flush\(\)|disk\.flush\(\)/.test(text)) return []; // passes it on
        if (name === undefined) throw new Error(`${file}:${index + 1} flushes and does not say which point it is`);
        return [{ name, file, line: index + 1 }];
      }),
  );
}

/** Makes the store skip the flush at this place of the source: what the code without it would do. */
export function without(store: SimulatedStore, point: FlushPoint): { skipped: number } {
  const seen = { skipped: 0 };
  const place = `/src/${point.file}:${point.line}:`;
  store.ignoresFlush = () => {
    const frame = (new Error().stack ?? '').split('\n').find((line) => line.includes('/src/'));
    if (frame === undefined) throw new Error('a flush from nowhere');
    if (!frame.includes(place)) return false;
    seen.skipped++;
    return true;
  };
  return seen;
}

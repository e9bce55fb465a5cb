/** Entry of the copy threads: a task's name to its function. */

import { setFlagsFromString } from 'node:v8';
import type { SharedCheck } from './check-batch.ts';
import { comparePieces, type SharedComparison } from './compare-kernel.ts';
import { type SharedLane, takeBatches } from './file-kernel.ts';
import { copyPieces, type Failure, type OrderedBatch, producePieces } from './kernel.ts';
import type { SharedPages } from './page-kernel.ts';

/**
 * Young heaps stay as large as they are, in all threads: what copies leave behind dies at once, and more room would only
 * be more memory in use (30 MiB of it). Here, because every thread that starts sets this back for all.
 */
setFlagsFromString('--semi-space-growth-factor=1');

export type CopyTask =
  | { readonly task: 'copy' | 'produce'; readonly batch: OrderedBatch }
  | { readonly task: 'files'; readonly lane: SharedLane }
  | { readonly task: 'compare'; readonly comparison: SharedComparison }
  | { readonly task: 'check'; readonly check: SharedCheck }
  | { readonly task: 'pages'; readonly pages: SharedPages };

export default function run(task: CopyTask): Failure[] | Promise<Failure[]> {
  if (task.task === 'files') return runFiles(task.lane);
  if (task.task === 'check') return runCheck(task.check);
  if (task.task === 'pages') return runPages(task.pages);
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

async function runCheck(check: SharedCheck): Promise<Failure[]> {
  const { loadFingerprinter } = await import('../sidecar/fingerprint.ts');
  const { judgeItem } = await import('./check-kernel.ts');
  const { takeItems } = await import('./item-kernel.ts');
  const fingerprint = await loadFingerprinter();
  const judge = { fingerprint, sha256: check.digests === null ? null : await loadSha256() };
  await turn();
  takeItems(check, (item, read) => judgeItem(check, item, judge, read));
  return [];
}

/** Two tasks may wait for the same modules: the result of the first is told before the second one begins. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

async function loadSha256(): Promise<(bytes: Uint8Array) => Uint8Array> {
  const { createHash } = await import('node:crypto');
  return (bytes) => createHash('sha256').update(bytes).digest();
}

async function runPages(pages: SharedPages): Promise<Failure[]> {
  const { takeItems } = await import('./item-kernel.ts');
  const { judgePages } = await import('./page-kernel.ts');
  takeItems(pages, (item, read) => judgePages(pages, item, read));
  return [];
}

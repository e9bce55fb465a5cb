/** The copy thread of a command that is about to read much: it boots while the command opens what it reads. */

import { statSync } from 'node:fs';
import { THREADS_MIN } from '../copy/block-checker.ts';
import { startThreadAhead } from '../copy/copy-threads.ts';

/** Starts it for a pool, or an image of some size. */
export function startThreadAheadFor(target: string): void {
  const stat = statSync(target, { throwIfNoEntry: false });
  if (stat !== undefined && (stat.isDirectory() || stat.size >= THREADS_MIN)) startThreadAhead();
}

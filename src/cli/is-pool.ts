/** Whether words of the command line name a pool or an image. */

import { existsSync, statSync } from 'node:fs';
import type { OpenOptions } from '../image/source.ts';

/** A folder is a pool; so is a zip whose members look like one; several sources can only be roots. */
export async function isPool(words: readonly string[], open: OpenOptions): Promise<boolean> {
  const first = words[0]!;
  if (words.length > 1 || (existsSync(first) && statSync(first).isDirectory())) return true;
  if (first.includes('::') || !/\.zip$/i.test(first) || !existsSync(first)) return false;
  const { looksLikePool } = await import('../pool/scan-pool.ts');
  return looksLikePool(first, open);
}

/** Whether words of the command line name a pool or an image. */

import { existsSync, statSync } from 'node:fs';
import { invalidArgument } from '../errors.ts';
import type { OpenOptions } from '../image/source.ts';
import type { CommandCall } from './command.ts';

/** A folder is a pool; so is a zip whose members look like one; several sources can only be roots. */
export async function isPool(words: readonly string[], open: OpenOptions): Promise<boolean> {
  const first = words[0]!;
  if (words.length > 1 || (existsSync(first) && statSync(first).isDirectory())) return true;
  if (first.includes('::') || !/\.zip$/i.test(first) || !existsSync(first)) return false;
  const { looksLikePool } = await import('../pool/scan-pool.ts');
  return looksLikePool(first, open);
}

/** An image is one state of one replica: what would choose another one is refused, not passed over. */
export function refusePoolOptions({ options }: CommandCall, image: string): void {
  const given = ['server', 'replica', 'at', 'point'].filter((name) => options[name] !== undefined);
  if (given.length === 0) return;
  const names = given.map((name) => `--${name}`).join(' and ');
  throw invalidArgument('CLI_STATE', `${image} is a single image: ${names} would choose in a pool`, {
    hint: 'leave it out; of shadow copies --shadow-at TIME and --shadow ID choose',
  });
}

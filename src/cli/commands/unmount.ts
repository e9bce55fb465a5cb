/** `pitvault unmount DIR...` */

import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { notFound } from '../../errors.ts';
import { isMounted, unmount } from '../../serve/fuse/mount-point.ts';
import { leftoverText, runningMounts } from '../../serve/mount-records.ts';
import { type CommandCall, flag } from '../command.ts';
import { ExitCode } from '../exit-code.ts';
import { json, line, note } from '../output.ts';

const LEAVE_MS = 5000;
const STEP_MS = 10;

export async function run({ words, options, json: asJson }: CommandCall): Promise<number> {
  for (const word of words) {
    const directory = realDirectory(word);
    if (!isMounted(directory)) {
      throw notFound('FUSE_NOT_MOUNTED', `${word} is no mount of pitvault`, { hint: 'pitvault mounts lists them' });
    }
    await unmountAndWait(directory, flag(options, 'lazy'));
  }
  if (asJson) json({ unmounted: words });
  else for (const word of words) line(`${word} is unmounted`);
  return ExitCode.ok;
}

/** The path of the mount; of a mount whose server has died nothing can be asked, so its path stands as it was written. */
function realDirectory(word: string): string {
  try {
    return realpathSync(word);
  } catch {
    return resolve(word);
  }
}

/** When this returns, the process behind the mount has ended too, and its record is gone. */
export async function unmountAndWait(directory: string, lazy: boolean): Promise<void> {
  if (isMounted(directory)) unmount(directory, lazy);
  await untilServerEnds(directory);
}

async function untilServerEnds(directory: string): Promise<void> {
  const told = new Set<string>();
  for (let waited = 0; waited < LEAVE_MS; waited += STEP_MS) {
    const left = runningMounts((...leftover) => {
      const text = leftoverText(...leftover);
      if (!told.has(text)) note(text);
      told.add(text);
    });
    if (!left.some((record) => record.directory === directory)) return;
    await new Promise((resolve) => setTimeout(resolve, STEP_MS));
  }
}

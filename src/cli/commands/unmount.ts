/** `pitvault unmount DIR...` */

import { readlinkSync, realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { shellWord } from '../../base/shell-word.ts';
import { notFound, type StorageError } from '../../errors.ts';
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
    if (!isMounted(directory)) throw notMounted(word, directory);
    await unmountAndWait(directory, flag(options, 'lazy'));
  }
  if (asJson) json({ unmounted: words });
  else for (const word of words) line(`${word} is unmounted`);
  return ExitCode.ok;
}

/** A mount that was made in a mount namespace of its own (`unshare -m`, a service, a container) is listed, and is not to be seen here. */
function notMounted(word: string, directory: string): StorageError {
  const own = mountNamespaceOf('self');
  const elsewhere = runningMounts((...leftover) => note(leftoverText(...leftover))).find(
    ({ directory: other, process: { pid } }) => {
      const namespace = mountNamespaceOf(pid);
      return other === directory && namespace !== null && namespace !== own;
    },
  );
  if (elsewhere === undefined) {
    return notFound('FUSE_NOT_MOUNTED', `${word} is no mount of pitvault`, { hint: 'pitvault mounts lists them' });
  }
  const { pid } = elsewhere.process;
  return notFound('FUSE_NOT_MOUNTED', `${word} is mounted in the mount namespace of process ${pid}, not in this one`, {
    hint: `nsenter --target ${pid} --mount umount ${shellWord(directory)}`,
  });
}

/** Null where the process is gone, or somebody else's. */
function mountNamespaceOf(pid: number | 'self'): string | null {
  try {
    return readlinkSync(`/proc/${pid}/ns/mnt`);
  } catch {
    return null;
  }
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

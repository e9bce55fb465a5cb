/** Protect and backup with one flush or folder sync that does nothing. */

import { type BackupCrash, crashBackup } from './backup-crash.ts';

const SEEDS = 30;

/** What is flushed in the job, as `flush 0001/next-0002.vhdx`. */
export async function flushesOf(job: BackupCrash): Promise<string[]> {
  const names: string[] = [];
  const onFlush: BackupCrash['onFlush'] = (_, { kind, path }) => {
    names.push(`${kind} ${shortOf(path)}`);
    return undefined;
  };
  await crashBackup({ ...job, imagesMax: 1, onFlush });
  return names;
}

/** The fault that the suite finds without this flush, or null when it finds none with any seed. */
export async function isFound(job: BackupCrash, index: number): Promise<string | null> {
  const onFlush = (at: number) => (at === index ? 'ignore' : undefined);
  for (let seed = job.seed; seed < job.seed + SEEDS; seed++) {
    try {
      await crashBackup({ ...job, seed, onFlush });
    } catch (error) {
      return (error as Error).message;
    }
  }
  return null;
}

/** The last two parts of a path, GUIDs by their last digits. */
function shortOf(path: string): string {
  return path
    .split('/')
    .slice(-2)
    .join('/')
    .replace(/[0-9a-f]{8}-[0-9a-f-]{23}([0-9a-f]{4})/g, '$1');
}

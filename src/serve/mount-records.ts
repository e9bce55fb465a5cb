/** Which mounts are running, by a file for each; a record whose process is gone tells of a mount that was left behind. */

import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StorageError } from '../errors.ts';
import { livenessOf, ownIdentity, type ProcessIdentity } from '../io/process-identity.ts';
import { cleanAway } from './fuse/mount-point.ts';
import { stateFolder, stateSubfolder } from './state-folder.ts';

export type MountRecord = {
  readonly directory: string;
  /** Device number of the mount (`0:59`): by then another one may be on the folder, or over it. */
  readonly device?: string | null;
  /** As the user named it. */
  readonly source: readonly string[];
  /** ISO 8601. */
  readonly since: string;
  readonly process: ProcessIdentity;
};

const SUFFIX = '.json';

/** Writes the record of a mount of this process; returns what removes it. */
export function recordMount(record: Omit<MountRecord, 'process' | 'since'>): () => void {
  const folder = stateSubfolder('mounts');
  const path = join(folder, `${process.pid}${SUFFIX}`);
  const full: MountRecord = { ...record, since: new Date().toISOString(), process: ownIdentity() };
  writeFileSync(`${path}.partial`, `${JSON.stringify(full, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${path}.partial`, path);
  return () => rmSync(path, { force: true });
}

/** Told of a mount whose process is gone. Null: it is cleaned away; else why it cannot be, and the next start tries again. */
export type OnLeftover = (record: MountRecord, obstacle: StorageError | null) => void;

/** The running mounts, oldest first; those whose process is gone are cleaned away and told. */
export function runningMounts(onLeftover: OnLeftover): MountRecord[] {
  const folder = join(stateFolder(), 'mounts');
  if (!existsSync(folder)) return []; // nor is it made here: who only looks may have no place to write to
  let own: ProcessIdentity | undefined; // takes 5 ms, and mostly nobody is there to be compared
  const running: MountRecord[] = [];
  for (const name of readdirSync(folder).filter((file) => file.endsWith(SUFFIX))) {
    const record = readRecord(join(folder, name));
    if (record === null) continue;
    own ??= ownIdentity();
    if (livenessOf(record.process, own) !== 'dead') running.push(record);
    else if (readRecord(join(folder, name)) !== null) {
      // It is there still: a process that has ended well meanwhile has taken its record with it, and left nothing.
      const obstacle = tryToClean(record);
      if (obstacle === null) rmSync(join(folder, name), { force: true });
      onLeftover(record, obstacle);
    }
  }
  return running.sort((a, b) => (a.since < b.since ? -1 : 1));
}

export function leftoverText({ directory }: MountRecord, obstacle: StorageError | null): string {
  if (obstacle === null) return `cleaned away what was left of the mount on ${directory}`;
  return `what is left of the mount on ${directory} stays for now: ${obstacle.message}`;
}

/** Unmounts what is left of it; returns why that cannot be done. A mount of others, there or over it, stays. */
function tryToClean({ directory, device }: MountRecord): StorageError | null {
  try {
    cleanAway(directory, device);
    return null;
  } catch (error) {
    if (StorageError.is(error)) return error;
    throw error;
  }
}

/** Null for a file that is gone since it was listed, or that holds no record. */
function readRecord(path: string): MountRecord | null {
  try {
    const record = JSON.parse(readFileSync(path, 'utf8')) as MountRecord;
    const { directory, source, since } = record;
    const isOne = Array.isArray(source) && [directory, since, ...source].every((text) => typeof text === 'string');
    return isOne && typeof record.process?.pid === 'number' ? record : null;
  } catch {
    return null;
  }
}

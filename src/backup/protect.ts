/** The initial replica: all of the source becomes the first state. */

import { parseGuid } from '../base/guid.ts';
import { invalidArgument, StorageError } from '../errors.ts';
import { isSameName, type ReplicaFile, type ReplicaMode } from '../replica/layout.ts';
import { type NextParams, NextState } from '../replica/next-state.ts';
import { recoverContainer } from '../replica/recover-container.ts';
import type { ReplicaEntry, ReplicaLock, ReplicaPool, Unfinished } from '../replica/replica-pool.ts';
import { loadFingerprinter } from '../sidecar/fingerprint.ts';
import { blockSizeFor, type StateFacts } from '../sidecar/format.ts';
import { type BackupReport, type BackupSource, type JobOptions, randomGuid, runJob, sizeOf } from './job.ts';
import { bestMode } from './pool-on-disk.ts';

export type ProtectOptions = JobOptions & {
  readonly name: string;
  /** How later states are derived; without it as fits the pool's file system. */
  readonly mode?: ReplicaMode | undefined;
  /** A GUID for the replica; a new one without. */
  readonly replicaId?: string | undefined;
  /** Files of a chain that hang on each other at most, 1 to 256; 64 without. */
  readonly depthMax?: number | undefined;
  /** Start from nothing: what an interrupted run has left under this name, or this id, is removed. */
  readonly restart?: boolean | undefined;
};

/**
 * Files of a chain that hang on each other at most; the next state is a full base then. Windows stops at 256. What a
 * longer chain saves shrinks (one base in 64 costs 1.6 % of a full copy per backup), what one bad file takes with it grows.
 */
export const DEPTH_MAX_DEFAULT = 64;
const DEPTH_MAX = 256;
const NAME_LENGTH_MAX = 255;

/**
 * The initial replica. Interrupted, it leaves a file that is no state yet; the next one with the same name, mode and
 * depth goes on with that: every block of it is compared with the source, which may have changed. What was left is never
 * removed unasked: where it cannot be gone on with, this throws PROTECT_UNFINISHED, and `restart` removes it.
 */
export async function protect(pool: ReplicaPool, source: BackupSource, asked: ProtectOptions): Promise<BackupReport> {
  requireName(asked.name);
  requireDepth(asked.depthMax);
  const options = { ...asked, replicaId: idOf(asked.replicaId), mode: modeOf(asked.mode) ?? bestMode(pool) };
  const logicalSectorSize = source.logicalSectorSize === 4096 ? 4096 : 512;
  const size = sizeOf(source, logicalSectorSize);
  const fingerprint = await loadFingerprinter();
  const newGuid = options.newGuid ?? randomGuid;
  pool.requireNew(options);
  const isMeant = ({ file }: ReplicaEntry): boolean =>
    isSameName(file.name, options.name) || file.replicaId === options.replicaId;
  pool.removeUnborn((one) => options.restart !== true || !isMeant(one));
  const capturedMs = options.nowMs ?? Date.now();
  const begin = (replica: ReplicaLock, dataWriteGuid: string): NextParams => {
    const { container, file } = replica;
    const facts: StateFacts = {
      dataWriteGuid,
      previousGuid: null,
      pointId: null,
      replicaId: file.replicaId,
      sequence: 1,
      capturedMs,
      diskSize: size,
      blockSize: blockSizeFor(size),
      depth: 1,
    };
    return { container, fingerprint, facts, current: null };
  };
  const job = { source, fingerprint, options, derivation: 'base', sizeBefore: null, present: null } as const;
  for (const left of pool.unfinished().filter(isMeant)) {
    using replica = pool.resume(left);
    if (replica === null) continue;
    requireSame(left, options);
    const next = NextState.resume(begin(replica, left.guid), { size, logicalSectorSize });
    if (next === 'other-shape') throw unfinished(left, `the source has ${size} bytes now, and had another size then`);
    if (next !== 'unsound') return await runJob({ ...job, next, replica, resumes: true });
    recoverContainer(replica.container); // a power cut has torn its structures: nobody can go on with it
  }
  pool.requireNew(options); // it may have been finished while this one looked
  const file: ReplicaFile = {
    replicaId: options.replicaId ?? newGuid(),
    name: options.name,
    mode: options.mode,
    depthMax: options.depthMax ?? DEPTH_MAX_DEFAULT,
  };
  using replica = pool.create(file);
  const shape = { size, logicalSectorSize, virtualDiskId: newGuid() } as const;
  return await runJob({ ...job, next: NextState.base(begin(replica, newGuid()), shape), replica });
}

/** Throws when a replica cannot be called this: names are typed, and printed on one line. */
export function requireName(name: string): void {
  const isName =
    typeof name === 'string' &&
    name.trim() !== '' &&
    name.length <= NAME_LENGTH_MAX &&
    !/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(name);
  if (isName) return;
  throw invalidArgument(
    'PROTECT_NAME',
    `${JSON.stringify(String(name).slice(0, NAME_LENGTH_MAX))} is no name for a replica`,
    {
      hint: `give another --name: 1 to ${NAME_LENGTH_MAX} characters, none of them a control character`,
    },
  );
}

/** It becomes the name of folders. */
function idOf(asked: string | undefined): string | undefined {
  const id = asked === undefined ? undefined : parseGuid(asked);
  if (id !== null) return id;
  throw invalidArgument('PROTECT_ID', `${JSON.stringify(asked)} is no GUID`, {
    hint: 'give another id for the replica, or none: it gets a new one',
  });
}

/** Of programs without types it may be anything, and would be written into the replica. */
function modeOf(asked: ReplicaMode | undefined): ReplicaMode | undefined {
  if (asked === undefined || asked === 'clone' || asked === 'chain') return asked;
  throw invalidArgument('PROTECT_MODE', `${JSON.stringify(asked)} is no mode of a replica`, {
    hint: 'clone or chain; without one, what fits the pool is taken',
  });
}

function requireDepth(depthMax = DEPTH_MAX_DEFAULT): void {
  if (Number.isInteger(depthMax) && depthMax >= 1 && depthMax <= DEPTH_MAX) return;
  throw invalidArgument('PROTECT_DEPTH', `depth: expected 1 to ${DEPTH_MAX}, found ${depthMax}`);
}

/** Throws when the unfinished replica was begun with other words than these. */
function requireSame(left: Unfinished, options: ProtectOptions): void {
  const { name, mode, replicaId, depthMax = DEPTH_MAX_DEFAULT } = options;
  const { file } = left;
  const others: string[] = [];
  if (!isSameName(file.name, name)) others.push(`--name ${file.name}`);
  if (replicaId !== undefined && file.replicaId !== replicaId) others.push(`--replica ${file.replicaId}`);
  if (file.mode !== mode) others.push(`--mode ${file.mode}`);
  if (file.depthMax !== depthMax) others.push(`--depth ${file.depthMax}`);
  if (others.length > 0) throw unfinished(left, `it was begun with ${others.join(' ')}`);
}

function unfinished({ file, path, bytes }: Unfinished, why: string): StorageError {
  const what = `the first backup of replica ${file.name} (${file.replicaId}) was interrupted after ${bytes} bytes`;
  return new StorageError('conflict', 'PROTECT_UNFINISHED', `${what}; ${why}`, {
    image: path,
    hint: 'run protect as it was run then, to go on; give another --name; or remove what is there with --restart',
  });
}

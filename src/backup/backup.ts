/**
 * Express full and consistency check: each takes the time before it reads the source, derives the next state from the
 * replica, applies what differs, and publishes.
 */

import type { DiskImage } from '../disk/disk-image.ts';
import { StorageError } from '../errors.ts';
import type { Container, State } from '../replica/container.ts';
import { type DiskShape, type NextParams, NextState } from '../replica/next-state.ts';
import type { ReplicaLock, ReplicaPool } from '../replica/replica-pool.ts';
import { liveReplicaLost } from '../replica/unreadable.ts';
import { POINT_LIMITS, requireRoom } from '../retention/limits.ts';
import { ChangeMap } from '../sidecar/change-map.ts';
import { type Fingerprinter, loadFingerprinter } from '../sidecar/fingerprint.ts';
import { blockSizeFor, type StateFacts } from '../sidecar/format.ts';
import { isSidecarLost, openSidecar } from '../sidecar/sidecar-files.ts';
import { copyDisk, damagedReplica, REPLICA_DAMAGED } from './express-full.ts';
import {
  type BackupReport,
  type BackupSource,
  type Derivation,
  type JobOptions,
  type Present,
  randomGuid,
  runJob,
  sizeOf,
} from './job.ts';

export type AdvanceOptions = JobOptions & {
  /** The source may be smaller than the replica: what lay behind its end is in the recovery point alone then. */
  readonly shrink?: boolean | undefined;
};

export type BackupOptions = AdvanceOptions & {
  /** What has changed since the last backup, as the source knows it. */
  readonly changes?: ChangeMap | undefined;
};

/**
 * Express full: the replica becomes a recovery point, what the source holds now becomes the replica. `wanted`: PhysicalReplicaId or
 * name. Rejects with SOURCE_EMPTY, SOURCE_SMALLER (see `shrink`), REPLICA_DAMAGED; kind `conflict` while another process writes
 * the replica.
 */
export async function backup(
  pool: ReplicaPool,
  wanted: string,
  source: BackupSource,
  options: BackupOptions = {},
): Promise<BackupReport> {
  using replica = pool.lock(pool.find(wanted));
  requireConsistent(replica);
  return await advance(replica, source, options, false);
}

/** A recovery point of the replica as it stands, without a source: the replica goes on holding what it held. */
export async function makePoint(pool: ReplicaPool, wanted: string, options: JobOptions = {}): Promise<BackupReport> {
  using replica = pool.lock(pool.find(wanted));
  requireConsistent(replica);
  return await advance(replica, null, options, false);
}

function requireConsistent(replica: ReplicaLock): void {
  if (!replica.isInconsistent) return;
  throw new StorageError('conflict', 'REPLICA_INCONSISTENT', `replica ${replica.file.name} is inconsistent`, {
    image: replica.container.path,
    hint: 'a consistency check was interrupted: run pitvault consistency-check again',
  });
}

/** Compares source and replica block by block, whatever the fingerprints say, and repairs what differs in a new state. */
export async function consistencyCheck(
  pool: ReplicaPool,
  wanted: string,
  source: BackupSource,
  options: AdvanceOptions = {},
): Promise<BackupReport> {
  using replica = pool.lock(pool.find(wanted));
  const report = await advance(replica, source, options, true);
  replica.setInconsistent(false);
  return report;
}

/** `wanted`: null for the present state itself, of which nothing has changed. */
async function advance(
  replica: ReplicaLock,
  wanted: BackupSource | null,
  given: BackupOptions,
  verify: boolean,
): Promise<BackupReport> {
  const fingerprint = await loadFingerprinter();
  const newGuid = given.newGuid ?? randomGuid;
  const { container, file } = replica;
  const state = container.replica();
  if (state === null || state.guid === null) {
    throw liveReplicaLost(container, state === null ? 'is not there' : 'cannot be read');
  }
  requirePointLimit(replica, given);
  const present = openPresent(replica, state, fingerprint, verify);
  try {
    const source = wanted ?? { name: state.path, disk: present.disk };
    const options = wanted === null ? { ...given, changes: ChangeMap.of([]) } : given;
    requireSameSectors(replica, source, present.disk.logicalSectorSize);
    const size = sizeOf(source, present.disk.logicalSectorSize);
    const sizeBefore = present.disk.size === size ? null : present.disk.size;
    if (options.shrink !== true) requireNoShrink(replica, source, size, present.disk.size);
    if (verify) replica.setInconsistent(true); // not before it is known that the check can begin
    const facts: StateFacts = {
      dataWriteGuid: newGuid(),
      previousGuid: state.guid,
      pointId: newGuid(),
      replicaId: file.replicaId,
      ...placeAfter(container, state, given.nowMs ?? Date.now()),
      diskSize: size,
      blockSize: blockSizeFor(size),
      depth: present.depth,
    };
    const current = present.sidecar === null ? { ...state, facts: null } : state;
    const derived = await derive(replica, { container, fingerprint, facts, current }, present, { ...options, verify });
    // Fingerprints of blocks of another size say nothing of these: bytes are compared, and all are made anew.
    const isComparable = state.facts?.blockSize === facts.blockSize;
    const { lost, ...made } = derived;
    const before: Present = { ...present, lost, sidecar: isComparable ? present.sidecar : null };
    return await runJob({ ...made, replica, source, fingerprint, options, sizeBefore, present: before, verify });
  } catch (error) {
    throw !verify && isDamagedReplica(error, container) ? damagedReplica(error) : error;
  } finally {
    present.close();
  }
}

/** What a backup has met in the structures of the replica's own files. */
function isDamagedReplica(error: unknown, { path }: Container): error is StorageError {
  const isOfReplica = StorageError.is(error) && error.at.image?.startsWith(`${path}/`) === true;
  return isOfReplica && error.kind === 'corrupt' && error.code !== FINGERPRINTS && error.code !== REPLICA_DAMAGED;
}

/** Behind the present state; where its sidecar is lost, behind every state that has one. */
function placeAfter(container: Container, { facts }: State, nowMs: number): { sequence: number; capturedMs: number } {
  const known = facts === null ? container.states().flatMap((state) => state.facts ?? []) : [facts];
  const count = facts === null ? container.pointIds().length : 0;
  return {
    sequence: known.reduce((last, { sequence }) => Math.max(last, sequence), count) + 1,
    capturedMs: known.reduce((last, { capturedMs }) => Math.max(last, capturedMs + 1), nowMs),
  };
}

/** Whoever opens the state counts in the replica's sectors: nothing on the disk would be found. */
function requireSameSectors({ container, file }: ReplicaLock, source: BackupSource, size: number): void {
  const { name, logicalSectorSize = size } = source;
  if (logicalSectorSize === size) return;
  const message = `${name} has sectors of ${logicalSectorSize} bytes, replica ${file.name} of ${size}: nothing was written`;
  throw new StorageError('conflict', 'SOURCE_SECTORS', message, {
    image: container.path,
    hint: 'check that it is the source of this replica; a disk that was replaced by one of other sectors is protected anew, under another name',
  });
}

/** A smaller source is another one, or a part of one, more often than a disk that was made smaller. */
function requireNoShrink({ container, file }: ReplicaLock, source: BackupSource, size: number, before: number): void {
  if (size >= before) return;
  const message = `${source.name} has ${size} bytes, replica ${file.name} has ${before}: nothing was written`;
  throw new StorageError('conflict', 'SOURCE_SMALLER', message, {
    image: container.path,
    hint: 'check that it is the source of this replica, and whole; if it was made smaller, say so with --shrink',
  });
}

const FINGERPRINTS = 'REPLICA_FINGERPRINTS';

type OpenPresent = Present & { readonly disk: DiskImage; readonly depth: number; close(): void };

/** The present state's disk and fingerprints. Damaged fingerprints stop a backup, and a consistency check does without. */
function openPresent(
  { container }: ReplicaLock,
  state: State,
  fingerprint: Fingerprinter,
  verify: boolean,
): OpenPresent {
  const { disk, depth, close } = container.open(state);
  try {
    const sidecar = openSidecar(container.store, container.path, state.guid!, fingerprint);
    return {
      disk,
      sidecar,
      depth,
      close: () => {
        sidecar.close();
        close();
      },
    };
  } catch (error) {
    if (!isSidecarLost(error)) {
      close();
      throw error;
    }
    if (verify) return { disk, sidecar: null, depth, close };
    close();
    throw new StorageError(error.kind, FINGERPRINTS, `the fingerprints of the replica: ${error.message}`, {
      image: container.path,
      structure: 'sidecar',
      hint: 'run pitvault consistency-check: it compares bytes and makes them anew',
      cause: error,
    });
  }
}

/** A clone where that is the mode and the disk keeps its size, else a link of the chain, or a new base when it is long. */
async function derive(
  { file }: ReplicaLock,
  params: NextParams,
  present: OpenPresent,
  options: BackupOptions & { readonly verify: boolean },
): Promise<{ next: NextState; derivation: Derivation; lost?: ChangeMap }> {
  const { facts } = params;
  const isResized = facts.diskSize !== present.disk.size;
  // A clone has the structures of the present file, and nobody writes where they are damaged: a link on it holds what was there.
  const isClonable = !options.verify || isSound(present.disk);
  if (file.mode === 'clone' && !isResized && isClonable) {
    const next = NextState.clone(params, present.disk.parent);
    if (next !== null) return { next, derivation: 'clone' };
  }
  const shape: DiskShape = {
    size: facts.diskSize,
    logicalSectorSize: present.disk.logicalSectorSize === 4096 ? 4096 : 512,
    virtualDiskId: virtualDiskIdOf(present.disk),
  };
  if (present.depth < file.depthMax && !(file.mode === 'clone' && isResized)) {
    const deeper = { ...params, facts: { ...facts, depth: present.depth + 1 } };
    return { next: NextState.chain(deeper, shape, present.disk), derivation: 'chain' };
  }
  const next = NextState.base({ ...params, facts: { ...facts, depth: 1 } }, shape);
  const lost = new ChangeMap();
  try {
    const { onProgress, verify } = options;
    const onBytes = (done: number): void => onProgress?.(done, present.disk.size, 'copying a new base');
    const onLost = verify ? (offset: number, length: number): void => lost.add(offset, length) : undefined;
    await copyDisk(present.disk, next, { signal: options.signal, onBytes, onLost });
  } catch (error) {
    next.abandon();
    throw error;
  }
  return { next, derivation: 'base', lost };
}

function isSound(disk: DiskImage): boolean {
  return [...disk.findings, ...disk.check()].every(({ severity }) => severity !== 'error');
}

/** DPM's own limit; a backup that finds no room fails, and prunes nothing. */
function requirePointLimit({ container, file }: ReplicaLock, { nowMs }: JobOptions): void {
  const limit = POINT_LIMITS.expressFull;
  if (container.pointIds().length < limit) return;
  const points = container
    .states()
    .flatMap(({ id, isReplica, facts }) => (isReplica ? [] : [{ id, ms: facts?.capturedMs ?? 0 }]));
  requireRoom({ points, limit, nowMs: nowMs ?? Date.now(), name: file.name });
}

function virtualDiskIdOf(disk: DiskImage): string {
  const id = disk.describe()['virtualDiskId'];
  return typeof id === 'string' ? id : randomGuid();
}

/** What all jobs that make states of a replica have in common: source, options, report, and the way from one to the other. */

import { alignUp } from '../base/bytes.ts';
import { asStorageError, invalidArgument, StorageError, throwIfCancelled } from '../errors.ts';
import type { AddressMap } from '../map/address-map.ts';
import type { ReplicaMode } from '../replica/layout.ts';
import type { NextState } from '../replica/next-state.ts';
import type { ReplicaLock } from '../replica/replica-pool.ts';
import type { ChangeMap } from '../sidecar/change-map.ts';
import type { Fingerprinter } from '../sidecar/fingerprint.ts';
import { encodeSeal, type Seal, SealDigests } from '../sidecar/seal.ts';
import type { Sidecar } from '../sidecar/sidecar.ts';
import { applySource, type ExpressFullOutcome } from './express-full.ts';

/** What is backed up: a disk's bytes, as they are while the job runs. */
export type BackupSource = {
  readonly name: string;
  readonly disk: AddressMap;
  /** Unless given: 512 for an initial replica, the replica's for what follows. */
  readonly logicalSectorSize?: number | undefined;
};

export type JobOptions = {
  readonly signal?: AbortSignal | undefined;
  /** Bytes that are done, and all; `what` is the source's name, or says that a new base is copied before it is read. */
  readonly onProgress?: ((done: number, total: number, what: string) => void) | undefined;
  /** 1 keeps everything in this thread. */
  readonly threads?: 1 | 2 | undefined;
  /** Unix milliseconds; the clock's unless given. */
  readonly nowMs?: number | undefined;
  /** Keep a SHA-256 of the whole state beside it: see sidecar/seal.ts. */
  readonly seal?: boolean | undefined;
  /** Random GUIDs unless given. */
  readonly newGuid?: (() => string) | undefined;
};

/** How the new state was derived: `base` is a full copy that stands alone. */
export type Derivation = ReplicaMode | 'base';

export type BackupReport = {
  readonly replicaId: string;
  readonly name: string;
  /** DataWriteGuid of the new state. */
  readonly state: string;
  /** PITId of the recovery point that the state before has become; null for an initial replica. */
  readonly pointId: string | null;
  readonly capturedMs: number;
  readonly sequence: number;
  readonly derivation: Derivation;
  /** Files that are read together for the new state. */
  readonly depth: number;
  /** Bytes of the disk. */
  readonly size: number;
  /** Of the state before, when this one is of another size; else null. */
  readonly sizeBefore: number | null;
  /** Bytes of the source that were looked at; of these, those that differ, and what became of them: stored, or now zero. */
  readonly scannedBytes: number;
  readonly changedBytes: number;
  readonly writtenBytes: number;
  readonly zeroBytes: number;
  /** Blocks of the replica that could not be read, or were not what their fingerprints say (consistency check). */
  readonly damagedBlocks: number;
  /** Data that an interrupted run of the same initial replica had written already. */
  readonly keptBytes: number;
  /** Of the new state, when it was asked for. */
  readonly seal: Seal | null;
};

/** The state that the next one starts as, and its fingerprints; null when they are not to be believed. */
export type Present = {
  readonly disk: AddressMap;
  readonly sidecar: Sidecar | null;
  /** What the next state does not start with, since it could not be read. */
  readonly lost?: ChangeMap | undefined;
  close(): void;
};

export type Job = {
  readonly next: NextState;
  readonly replica: ReplicaLock;
  readonly source: BackupSource;
  readonly fingerprint: Fingerprinter;
  readonly options: JobOptions & { readonly changes?: ChangeMap | undefined };
  readonly derivation: Derivation;
  /** Of the state before, when the next one is of another size. */
  readonly sizeBefore: number | null;
  /** Null for a first state. */
  readonly present: Present | null;
  /** Compare bytes, whatever the fingerprints say. */
  readonly verify?: boolean;
  /** The next state's file holds what an interrupted run had written. */
  readonly resumes?: boolean;
};

/** Fills the next state from the source and publishes it. What fails on the way is undone, or left to be resumed. */
export async function runJob({
  next,
  replica,
  source,
  fingerprint,
  options,
  derivation,
  sizeBefore,
  present,
  verify,
  resumes,
}: Job): Promise<BackupReport> {
  const { facts } = next;
  let outcome: ExpressFullOutcome;
  const digests = options.seal === true ? new SealDigests() : null;
  let seal: Seal | null = null;
  let isPublishing = false;
  try {
    outcome = await applySource({
      source: source.disk,
      next,
      present,
      fingerprint,
      changes: options.changes,
      verify,
      resumes,
      digests,
      threads: options.threads,
      signal: options.signal,
      onBytes: (done) => options.onProgress?.(done, facts.diskSize, source.name),
    });
    throwIfCancelled(options.signal);
    if (digests !== null) seal = { sha256: digests.root(facts.diskSize, facts.blockSize), sealedMs: Date.now() };
    isPublishing = true;
    next.publish(outcome.changes, () => present?.close(), seal === null ? undefined : encodeSeal(seal));
  } catch (thrown) {
    const error = asStorageError(thrown, { image: source.name });
    if (present !== null || isPublishing || !isResumable(error, replica)) {
      next.abandon();
      throw error;
    }
    next.leave();
    throw withHint(error, 'what was written is kept: the same command goes on from there (--restart starts anew)');
  }
  const { changes, ...counts } = outcome;
  return {
    replicaId: facts.replicaId,
    name: replica.file.name,
    state: facts.dataWriteGuid,
    pointId: facts.pointId,
    capturedMs: facts.capturedMs,
    sequence: facts.sequence,
    derivation,
    depth: facts.depth,
    size: facts.diskSize,
    sizeBefore,
    scannedBytes: counts.scannedBytes,
    changedBytes: changes.bytes,
    writtenBytes: counts.writtenBytes,
    zeroBytes: counts.zeroBytes,
    damagedBlocks: counts.damagedBlocks,
    keptBytes: counts.keptBytes,
    seal,
  };
}

/**
 * Whether what was written may be compared later. What the target has refused to take may be in its cache and nowhere
 * else, so that it would be found there and lost afterwards; when it is merely full, what it took is still its duty.
 */
function isResumable(error: StorageError, { container }: ReplicaLock): boolean {
  const isOfTarget = error.at.image?.startsWith(container.path) === true;
  return !isOfTarget || StorageError.isNoRoom(error);
}

function withHint(error: StorageError, hint: string): StorageError {
  const { kind, code, message, at, cause } = error;
  return new StorageError(kind, code, message, {
    ...at,
    cause,
    hint: error.hint === undefined ? hint : `${error.hint}; ${hint}`,
  });
}

/** Whole sectors, and at least one: a source without any byte is one that was not read, and no disk. */
export function sizeOf({ name, disk }: BackupSource, sectorSize: number): number {
  if (disk.size > 0) return alignUp(disk.size, sectorSize);
  throw invalidArgument('SOURCE_EMPTY', `${name} holds not one byte: it is no disk, and nothing was written`, {
    image: name,
    hint: 'check the source; behind a pipe, whether the command that writes to it has failed',
  });
}

export function randomGuid(): string {
  return crypto.randomUUID();
}

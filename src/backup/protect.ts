/** The initial replica: all of the source becomes the first state. */

import type { ReplicaFile, ReplicaMode } from '../replica/layout.ts';
import { type NextParams, NextState } from '../replica/next-state.ts';
import { recoverContainer } from '../replica/recover-container.ts';
import type { ReplicaEntry, ReplicaLock, ReplicaPool } from '../replica/replica-pool.ts';
import { loadFingerprinter } from '../sidecar/fingerprint.ts';
import { blockSizeFor, type StateFacts } from '../sidecar/format.ts';
import { type BackupReport, type BackupSource, type JobOptions, randomGuid, runJob, sizeOf } from './job.ts';

export type ProtectOptions = JobOptions & {
  readonly name: string;
  readonly mode: ReplicaMode;
  readonly replicaId?: string | undefined;
  readonly depthMax?: number | undefined;
  /** Start from nothing, whatever an interrupted run of the same has left: that is removed. */
  readonly restart?: boolean | undefined;
};

/**
 * Files of a chain that hang on each other at most; the next state is a full base then. Windows stops at 256. What a
 * longer chain saves shrinks (one base in 64 costs 1.6 % of a full copy per backup), what one bad file takes with it grows.
 */
export const DEPTH_MAX_DEFAULT = 64;

/**
 * The initial replica. Interrupted, it leaves a file that is no state yet; the next one with the same name, mode and
 * depth goes on with that: every block of it is compared with the source, which may have changed.
 */
export async function protect(pool: ReplicaPool, source: BackupSource, options: ProtectOptions): Promise<BackupReport> {
  const logicalSectorSize = source.logicalSectorSize === 4096 ? 4096 : 512;
  const size = sizeOf(source, logicalSectorSize);
  const fingerprint = await loadFingerprinter();
  const newGuid = options.newGuid ?? randomGuid;
  const isSame = ({ file }: ReplicaEntry): boolean => isSameReplica(file, options);
  pool.removeUnborn((one) => options.restart !== true || !isSame(one));
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
  for (const left of pool.unfinished().filter(isSame)) {
    using replica = pool.resume(left);
    if (replica === null) continue;
    const next = NextState.resume(begin(replica, left.guid), { size, logicalSectorSize });
    if (next !== null) return await runJob({ ...job, next, replica, resumes: true });
    recoverContainer(replica.container); // of no use: another size, or unreadable
  }
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

function isSameReplica(file: ReplicaFile, { name, mode, replicaId, depthMax }: ProtectOptions): boolean {
  const isNamed = file.name === name && (replicaId === undefined || file.replicaId === replicaId);
  return isNamed && file.mode === mode && file.depthMax === (depthMax ?? DEPTH_MAX_DEFAULT);
}

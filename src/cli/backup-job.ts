/** What the commands that make states have in common: pool, source, options, report. */

import type { BackupReport, JobOptions } from '../backup/job.ts';
import { openReplicaPool } from '../backup/pool-on-disk.ts';
import { type OpenBackupSource, openBackupSource, spoolStream } from '../backup/source.ts';
import { invalidArgument } from '../errors.ts';
import type { ReplicaPool } from '../replica/replica-pool.ts';
import { OWN_FOLDER } from '../sidecar/sidecar-files.ts';
import { type CommandCall, flag, text } from './command.ts';
import { ExitCode } from './exit-code.ts';
import { bytesText, timeText } from './format.ts';
import { hostFiles } from './host-files.ts';
import { json, line } from './output.ts';

type Job = (pool: ReplicaPool, source: OpenBackupSource, options: JobOptions) => Promise<number>;

/** Opens pool and source (`-`: standard input), runs the job, and closes the source. */
export async function withSource({ words, options, signal, progress, open }: CommandCall, job: Job): Promise<number> {
  const path = text(options, 'pool');
  if (path === undefined) throw invalidArgument('CLI_POOL_MISSING', 'no pool given', { hint: 'add --pool POOL' });
  const threads = text(options, 'threads');
  if (threads !== undefined && threads !== '1' && threads !== '2') {
    throw invalidArgument('CLI_THREADS', `threads: expected 1 or 2, found "${threads}"`);
  }
  const nowMs = Date.now(); // a stream may take hours, and is of the time when it began
  const host = await hostFiles();
  const pool = openReplicaPool(path, host);
  const source = words[0] === '-' ? await readInput(pool) : await openBackupSource(words[0]!, open, host);
  try {
    return await job(pool, source, {
      nowMs,
      signal,
      onProgress: progress.update,
      seal: flag(options, 'seal'),
      threads: threads === undefined ? undefined : threads === '1' ? 1 : 2,
    });
  } finally {
    await source.close();
  }

  function readInput(pool: ReplicaPool): Promise<OpenBackupSource> {
    const onBytes = (bytes: number): void => progress.update(bytes, 0, 'reading standard input');
    return spoolStream(process.stdin, `${pool.path}/${OWN_FOLDER}`, { signal, onBytes });
  }
}

export function replicaOption({ options }: CommandCall): string {
  const replica = text(options, 'replica');
  if (replica !== undefined) return replica;
  throw invalidArgument('CLI_REPLICA_MISSING', 'no replica given', {
    hint: 'add --replica GUID or NAME; pitvault points POOL lists them',
  });
}

export function printReport({ json: asJson, progress }: CommandCall, pool: ReplicaPool, report: BackupReport): number {
  progress.end();
  if (asJson) {
    json({ pool: pool.path, server: pool.server, ...report, capturedAt: new Date(report.capturedMs).toISOString() });
    return ExitCode.ok;
  }
  const { name, replicaId, pointId, capturedMs, derivation, depth, keptBytes, seal } = report;
  line(`replica ${name} (${replicaId}) holds what ${pool.server} had at ${timeText(capturedMs)}`);
  line(
    `  ${bytesText(report.changedBytes)} changed: ${bytesText(report.writtenBytes)} written, ${bytesText(report.zeroBytes)} now zero; ${bytesText(report.scannedBytes)} looked at`,
  );
  if (report.sizeBefore !== null) {
    const how = report.size > report.sizeBefore ? 'grown' : 'been made smaller';
    line(`  the disk has ${how}: ${bytesText(report.sizeBefore)} before, ${bytesText(report.size)} now`);
  }
  if (keptBytes > 0) line(`  ${bytesText(keptBytes)} were there from an interrupted run`);
  if (pointId !== null) line(`  recovery point ${pointId} holds what it was before`);
  line(`  ${HOW[derivation]}${depth > 1 ? `, ${depth} files deep` : ''}`);
  if (seal !== null)
    line(`  seal ${seal.sha256} (a digest of block digests, for verify --seal: no sha256sum of the disk)`);
  if (capturedMs > Date.now() + CLOCK_MAY_DIFFER_MS) line(`  ${LATER}`);
  if (report.damagedBlocks > 0) line(`  repaired: ${report.damagedBlocks} blocks were not what their fingerprints say`);
  return ExitCode.ok;
}

/** What clocks that are set by the network may be apart. */
const CLOCK_MAY_DIFFER_MS = 60_000;
const LATER =
  'that is later than this machine thinks it is: the state before has such a time, and times only rise; prune by days keeps those points until then (--keep does not)';

const HOW: Readonly<Record<BackupReport['derivation'], string>> = {
  base: 'a full disk that stands alone',
  clone: 'a clone: a full disk that shares what has not changed',
  chain: 'a differencing disk on top of the point',
};

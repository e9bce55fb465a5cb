/** `recovery-report.json`: what was recovered, from where, what was lost, and what to type next. The schema is stable. */

import { isoTime } from '../base/iso-time.ts';
import type { Finding, StorageErrorJson } from '../errors.ts';
import type { FileEntry } from '../filesystem/file-system.ts';
import type { DatabaseReport } from './database-health.ts';

export const REPORT_NAME = 'recovery-report.json';
export const REPORT_SCHEMA = 'pitvault.recovery-report/1';

export type FileReport = {
  /** Path inside the volume. */
  readonly path: string;
  /** Path below the target, with `/`; absent when nothing was written. */
  readonly target?: string;
  readonly status: 'recovered' | 'salvaged' | 'already there' | 'resumed' | 'skipped' | 'failed';
  readonly size: number;
  readonly sha256?: string;
  /** Bytes that share the image's blocks and were not copied. */
  readonly clonedBytes?: number;
  /** File record number in the volume. */
  readonly record: number;
  readonly modified: string | null;
  /** Ranges of the file that could not be read and are zeros in the target. */
  readonly unreadable?: readonly { offset: number; length: number; error: StorageErrorJson }[];
  /** What the file had in the volume and does not have in the target. */
  readonly lost?: readonly string[];
  /** Of a SQL Server data file: whether it is whole, and whether it needs its log. */
  readonly database?: DatabaseReport;
  readonly error?: StorageErrorJson;
};

export type SourceReport = {
  readonly image: string;
  readonly server?: string;
  readonly replicaId?: string;
  readonly pointId?: string;
  readonly capturedAt?: string;
  readonly capturedAtSource?: string;
  readonly format: string;
  readonly dataIdentity: string | null;
  readonly volume: {
    readonly number: number;
    readonly guid: string | null;
    readonly label: string;
    readonly dirty: boolean;
  };
  readonly findings: readonly Finding[];
};

export type RecoveryReport = {
  readonly schema: typeof REPORT_SCHEMA;
  readonly pitvault: string;
  readonly started: string;
  readonly finished: string;
  readonly source: SourceReport;
  readonly target: string;
  readonly warnings: readonly string[];
  /** Of the files asked for, what stands for none in the volume; absent where all do. */
  readonly unmatched?: readonly string[];
  readonly totals: {
    readonly files: number;
    readonly bytes: number;
    /** Of these, bytes that share the image's blocks and were not copied. */
    readonly clonedBytes: number;
    readonly failed: number;
    readonly unreadableBytes: number;
  };
  /** What no target of this kind can hold, for all files. */
  readonly lost: readonly string[];
  /** The next commands, in order, for the machine that shall run DPM again. */
  readonly next: readonly string[];
  readonly files: readonly FileReport[];
};

/** A report in the making. */
export type ReportDraft = { -readonly [Key in keyof FileReport]: FileReport[Key] };

/** What every report of a file says; nothing has come of it yet. */
export function draftReport(entry: FileEntry, stream: string | undefined, size: number): ReportDraft {
  const path = stream === undefined ? entry.path : `${entry.path}:${stream}`;
  return { path, size, record: entry.id, modified: isoTime(entry.modifiedMs), status: 'failed' };
}

const FILES_PER_PART = 512;

/** The text of a report, in parts of bounded size. One line per file: 20,000 files stay readable and quick to write. */
export function* reportText(report: RecoveryReport): Generator<string> {
  const { files, ...head } = report;
  yield `${JSON.stringify(head, null, 2).slice(0, -2)},\n  "files": [`;
  for (let from = 0; from < files.length; from += FILES_PER_PART) {
    const lines = files.slice(from, from + FILES_PER_PART).map((file) => `\n    ${JSON.stringify(file)}`);
    yield `${from === 0 ? '' : ','}${lines.join(',')}`;
  }
  yield '\n  ]\n}\n';
}

/** The commands that bring a recovered DPMDB back into service, in the only order that works. */
export function nextCommands(
  files: readonly Pick<FileReport, 'target'>[],
  targetPath: (relative: string) => string,
): string[] {
  const primary = files.find(
    (file) => file.target !== undefined && /\.mdf$/i.test(file.target) && /DPMDB/i.test(file.target),
  );
  if (primary?.target === undefined) return [];
  const name = /DPMDB[^/\\]*(?=\.mdf$)/i.exec(primary.target)?.[0] ?? 'DPMDB';
  return [
    `DpmSync -RestoreDb -DbLoc "${targetPath(primary.target)}" -InstanceName "<SQL server>\\<instance>" -DpmDbName ${name}`,
    'DpmSync -Sync',
    'DpmSync -ReallocateReplica',
  ];
}

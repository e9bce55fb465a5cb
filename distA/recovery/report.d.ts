/** `recovery-report.json`: what was recovered, from where, what was lost, and what to type next. The schema is stable. */
import type { Finding, StorageErrorJson } from '../errors.ts';
import type { FileEntry } from '../filesystem/file-system.ts';
import type { DatabaseReport } from './database-health.ts';
export declare const REPORT_NAME = "recovery-report.json";
export declare const REPORT_SCHEMA = "pitvault.recovery-report/1";
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
    readonly unreadable?: readonly {
        offset: number;
        length: number;
        error: StorageErrorJson;
    }[];
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
export type ReportDraft = {
    -readonly [Key in keyof FileReport]: FileReport[Key];
};
/** What every report of a file says; nothing has come of it yet. */
export declare function draftReport(entry: FileEntry, stream: string | undefined, size: number): ReportDraft;
/** The text of a report, in parts of bounded size. One line per file: 20,000 files stay readable and quick to write. */
export declare function reportText(report: RecoveryReport): Generator<string>;
/** The commands that bring a recovered DPMDB back into service, in the only order that works. */
export declare function nextCommands(files: readonly Pick<FileReport, 'target'>[], targetPath: (relative: string) => string): string[];

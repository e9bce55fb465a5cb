/** The files of a backup on disk, as a restore would lay them out before it replays the log. */
import type { CopyOutcome } from '../copy/copy-run.ts';
import type { DatabaseHandle } from '../database/open-database.ts';
import { type ExportOptions } from './export-raw.ts';
export type ExtractedFile = CopyOutcome & {
    readonly path: string;
    readonly fileId: number;
    readonly kind: 'data' | 'log';
    readonly size: number;
};
/** Writes each data file of the backup, and each log file as far as the backup holds it, into `out`. Nothing there is replaced unless `force` is set. */
export declare function extractBackup(handle: DatabaseHandle, out: string, options?: ExportOptions & {
    readonly force?: boolean | undefined;
}): Promise<ExtractedFile[]>;

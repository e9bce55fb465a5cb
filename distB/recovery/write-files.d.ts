/** Copies selected files of a volume into staging: the inner loop of every recovery. */
import type { CopyEngine } from '../copy/copy-engine.ts';
import { type HostSource } from '../copy/leaf-cloner.ts';
import type { FileEntry, FileSystem } from '../filesystem/file-system.ts';
import { type ReportDraft } from './report.ts';
import { type Staging } from './staging.ts';
export type WriteOptions = {
    readonly hash: boolean;
    readonly salvage: boolean;
    readonly force: boolean;
    readonly streams: boolean;
    readonly sync: boolean;
    /** The platform's functions: with them, large files share the image's blocks where the file system can. */
    readonly host?: HostSource | undefined;
    readonly signal?: AbortSignal | undefined;
    readonly onBytes?: ((bytes: number, file: string) => void) | undefined;
};
export declare class FileWriter {
    #private;
    /** One report per stream, in the order of the entries; complete when `write` has returned. */
    readonly files: ReportDraft[];
    constructor(fileSystem: FileSystem, engine: CopyEngine, staging: Staging, out: string, options: WriteOptions);
    /** Writes all entries; a file that fails is reported and costs only itself. Only cancelling stops the run. */
    write(entries: readonly FileEntry[]): Promise<void>;
}

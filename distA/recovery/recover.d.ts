/** Recovery: from an image or a pool to files in a folder, with a report. */
import type { HostSource } from '../copy/leaf-cloner.ts';
import type { Image } from '../image/image.ts';
import { type Container, type Point, StoragePool } from '../pool/storage-pool.ts';
import { type RecoveryReport } from './report.ts';
export type RecoverOptions = {
    /** Target folder; created when missing. */
    readonly out: string;
    /** What to recover: the DPM database, or files by glob. From a pool the default is `dpmdb`, from an image everything. */
    readonly datasource?: 'dpmdb' | undefined;
    readonly files?: readonly string[] | undefined;
    /** Which state of the pool. */
    readonly server?: string | undefined;
    readonly replica?: string | undefined;
    readonly latest?: boolean | undefined;
    readonly at?: Date | undefined;
    readonly point?: string | undefined;
    /** Partition GUID or 1-based number. */
    readonly volume?: string | undefined;
    /** A shadow copy of the volume: its number (1: the oldest) or id, or the newest made at or before a time (Unix ms). */
    readonly shadow?: string | undefined;
    readonly shadowAtMs?: number | undefined;
    /** Write zeros where the source cannot be read, instead of failing the file. */
    readonly salvage?: boolean | undefined;
    /** Replace different existing files. */
    readonly force?: boolean | undefined;
    /** Write alternate streams beside their files. */
    readonly streams?: boolean | undefined;
    /** fsync every file and folder. */
    readonly sync?: boolean | undefined;
    /** SHA-256 of every file, computed while copying; on unless false. */
    readonly hash?: boolean | undefined;
    /** Prove the pages of every database that was written; on unless false. */
    readonly checkDatabases?: boolean | undefined;
    /** 1: use no second thread. */
    readonly threads?: 1 | 2 | undefined;
    /** The platform's functions: with them, large files share the image's blocks where the file system can. */
    readonly host?: HostSource | undefined;
    readonly signal?: AbortSignal | undefined;
    readonly onProgress?: ((done: number, total: number, what: string) => void) | undefined;
};
/** Recovers files and writes `recovery-report.json` beside them. Damage costs the damaged files or ranges, not the job. */
export declare function recover(source: Image | StoragePool, options: RecoverOptions): Promise<RecoveryReport>;
export type StateOptions = Pick<RecoverOptions, 'files' | 'server' | 'replica' | 'latest' | 'at' | 'point' | 'volume' | 'signal'>;
export type State = {
    readonly container: Container;
    readonly point: Point;
};
/** The replica the user named, the only one there is, or the one that holds DPMDB; then the wanted state of it. */
export declare function chooseState(pool: StoragePool, options: StateOptions): Promise<State>;

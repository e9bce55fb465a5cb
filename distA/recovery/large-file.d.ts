/**
 * A large file is copied in parts; where a part ends and the last note is old enough, what is there is made durable and
 * noted, so that an interrupted copy resumes there. Syncing more often would cost more than a copy that is started again.
 */
import type { UnreadableRange } from '../copy/careful-read.ts';
import type { CopyEngine } from '../copy/copy-engine.ts';
import { type LeafCloner } from '../copy/leaf-cloner.ts';
import type { DataStream, FileEntry } from '../filesystem/file-system.ts';
import type { Staging } from './staging.ts';
export type LargeFile = {
    readonly entry: FileEntry;
    readonly stream: DataStream;
    /** Where it is staged, and relative to the target. */
    readonly path: string;
    readonly target: string;
};
export type LargeFileOptions = {
    readonly hash: boolean;
    readonly salvage: boolean;
    readonly sync: boolean;
    readonly signal?: AbortSignal | undefined;
    /** Shares blocks with the image instead of copying, where it can. */
    readonly cloner: LeafCloner | null;
    readonly onBytes: (bytes: number) => void;
};
export type LargeFileOutcome = {
    readonly sha256: string | undefined;
    readonly unreadable: readonly UnreadableRange[];
    /** Of the bytes of this run, those that were not copied. */
    readonly clonedBytes: number;
    /** It went on from where an earlier run had stopped. */
    readonly resumed: boolean;
};
/** Copies the file into staging, whose folder for it is there; goes on where an interrupted run has noted it safe. */
export declare function copyLargeFile(file: LargeFile, engine: CopyEngine, staging: Staging, options: LargeFileOptions): Promise<LargeFileOutcome>;
/**
 * Whether a staged file still has the digest with which an earlier run noted it. It was whole, but perhaps never on the disk: after a
 * power cut, or where a drive was pulled out, a file can have its size and not its bytes.
 */
export declare function isAsNoted(path: string, size: number, sha256: string, signal?: AbortSignal): Promise<boolean>;

/**
 * What maintenance needs of the machine: files to write, locks against a second writer, and a new file that takes its
 * name only when it is whole.
 */
import { StorageError } from '../errors.ts';
import type { WritableFile } from '../io/file-store.ts';
import type { HostFiles } from '../io/host-files.ts';
import type { Step } from '../vhdx/compact-vhdx.ts';
export type MaintenanceOptions = {
    /** What the platform offers; without it locks are by lock files alone. */
    readonly host?: HostFiles | undefined;
    /** Change a disk in place though it lies in a pool that DPM keeps. */
    readonly dpmPool?: boolean | undefined;
    readonly signal?: AbortSignal | undefined;
    readonly onProgress?: ((done: number, total: number, what: string) => void) | undefined;
};
export type NewFileOptions = MaintenanceOptions & {
    /** Replace what has this name. */
    readonly force?: boolean | undefined;
    /** Write every byte of the file: no holes, whatever the file system. By default only where NTFS would keep them. */
    readonly dense?: boolean | undefined;
};
/** Opens images for writing, each locked against every other writer until `work` is done. */
export declare function withLocked<T>(paths: readonly string[], options: MaintenanceOptions, work: (files: WritableFile[]) => T | Promise<T>): Promise<T>;
/**
 * Makes a new file: `build` fills it under another name in the same folder, and leaves its bytes durable; then it takes
 * its own name. On any failure nothing is left, and what had the name before is as it was.
 */
export declare function withNewFile<T>(path: string, options: NewFileOptions, build: (file: WritableFile, partial: string) => T | Promise<T>): Promise<T>;
export declare function occupied(path: string): StorageError;
/** Drives work that is done step by step, so that signals and progress get their turn. */
export declare function drive<T>(steps: Generator<Step, T>, what: string, options: MaintenanceOptions): Promise<T>;

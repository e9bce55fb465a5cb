/** Which files of a volume a recovery takes. */
import type { FileEntry, FileSystem } from '../filesystem/file-system.ts';
/** `unmatched`: globs that stand for nothing in the volume. */
export type Selection = {
    readonly entries: readonly FileEntry[];
    readonly unmatched: readonly string[];
};
/** What matches any of the globs, in the order of the file table; a name without a slash matches in any folder, a folder stands for all in it. */
export declare function selectByGlob(fileSystem: FileSystem, globs: readonly string[], image: string): Promise<Selection>;
/**
 * The database files of DPMDB: those named like it below `/<guid>/Full/<Drive>-Vol`, and their companions in the same
 * folder. Where no name tells, the boot page of each .mdf does (a database may have been given another file name).
 */
export declare function findDpmdb(fileSystem: FileSystem): FileEntry[];
/** The database name in the boot page (page 9) of a SQL Server primary file, or null when there is none. */
export declare function databaseName(fileSystem: FileSystem, entry: FileEntry): string | null;

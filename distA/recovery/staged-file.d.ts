/** A file in staging: made new, and finished with what it has besides its bytes. */
import type { SmallFile } from '../copy/file-batch.ts';
import type { DataStream, FileEntry } from '../filesystem/file-system.ts';
export declare const COLLISION = "TARGET_NAMES_COLLIDE";
/** Opens a new file for writing. In a staging folder that is not new, it replaces what an interrupted run left unfinished. */
export declare function createStaged(path: string, isStagingNew: boolean): number;
export declare function finishStaged(fd: number, entry: FileEntry, sync: boolean): void;
/** The same, for whoever writes the file in a lane. */
export declare function smallFile(path: string, entry: FileEntry, stream: DataStream): SmallFile;
export declare function setTimes(path: string, entry: FileEntry): void;

/**
 * Changes the virtual size of a VHDX. Everything that only the new size needs is written and durable first; then one
 * entry of the log changes the size, and with it whatever depends on it: the disk has the old size or the new one.
 *
 * Growing: what the file holds behind the old end of its last block becomes zero before it can be seen. Where the BAT
 * has no room, or a fixed disk needs more entries than one log entry changes, a new BAT is written elsewhere and both
 * region tables are switched to it.
 * Shrinking: the entries behind the new end are cleared by the same commit; their blocks are cut off, or free.
 */
import type { WritableFile } from '../io/file-store.ts';
import { type SessionOptions } from './write-session.ts';
export type ResizeOptions = Pick<SessionOptions, 'newGuid' | 'dataWriteGuid'> & {
    readonly name?: string | undefined;
    /** Size of the parent of a differencing disk. */
    readonly parentSize?: number | undefined;
};
export type ResizeOutcome = {
    readonly sizeBefore: number;
    readonly size: number;
    readonly fileSizeBefore: number;
    readonly fileSize: number;
    readonly batMoved: boolean;
};
/** Owns the file. A shrink forgets what lies behind the new end: whether that may be is the caller's question. */
export declare function resizeVhdx(file: WritableFile, size: number, options?: ResizeOptions): ResizeOutcome;

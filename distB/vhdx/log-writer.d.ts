/**
 * Writes log entries (MS-VHDX 2.3.1).
 *
 * 1. Every entry stands alone: its tail is its own offset. It may be written only when all that the entry before it
 *    changed stands in the file, durably. Until it is durable itself, the entry before it is the active one; replaying
 *    that changes nothing.
 * 2. An entry never wraps, and none ends with the log: where it does not fit before the last sector, the log starts again
 *    at its beginning (of a sequence that goes on there qemu 7.2 replays a part, or never ends). No entry is longer than a quarter of the log, so the one before it, which
 *    must survive, is never what it overwrites.
 * 3. Sequence numbers rise for as long as the GUID stays; a new session takes a new GUID, so nothing older counts.
 */
import type { WritableFile } from '../io/file-store.ts';
import type { MetadataPage } from './metadata-pages.ts';
export declare class LogWriter {
    #private;
    readonly guid: string;
    /** Pages that one entry takes at most. */
    readonly pagesMax: number;
    constructor(file: WritableFile, place: {
        readonly offset: number;
        readonly length: number;
    }, guid: string);
    /** Writes one entry that changes these pages, at most `pagesMax`. `fileSize` is durable. Does not flush. */
    append(pages: readonly MetadataPage[], fileSize: number): void;
}

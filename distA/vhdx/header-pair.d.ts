/**
 * The two headers of a file open for writing (MS-VHDX 2.2.2).
 *
 * 1. An update is written to the header that is not current, whose loss costs nothing, and counts once it is flushed.
 * 2. No update starts before the one before it is durable: else a cut could tear both.
 */
import type { WritableFile } from '../io/file-store.ts';
import { type Header } from './format.ts';
export type HeaderChanges = Partial<Omit<Header, 'checksum' | 'sequenceNumber' | 'version'>>;
export declare class HeaderPair {
    #private;
    constructor(file: WritableFile, current: Header, slot: number);
    get current(): Header;
    get hasLog(): boolean;
    /** Writes the other header with these changes; the caller flushes, then it is current. */
    write(changes?: HeaderChanges): void;
}

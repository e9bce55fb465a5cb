/**
 * The log (MS-VHDX 2.3): which of its entries are still to be applied.
 *
 * A sector of the ring is one of: entry header, descriptor sector, data sector, known by its first four bytes. Two
 * valid entries can therefore never overlap, and one pass from the start finds every entry there is: an entry that
 * fails to validate stops at the next header at the latest, so the pass reads each sector at most twice.
 *
 * 1. An entry is valid when its header, every descriptor, every data sector and the checksum over all of them agree. A
 *    descriptor that would change the identifier, the headers or the log itself makes its entry invalid.
 * 2. Entries whose sequence numbers follow one another, each starting where the last one ends (around the ring), form a
 *    sequence. It counts when the tail named by its last entry is the start of one of its entries.
 * 3. Active is the sequence that counts and has the highest last sequence number. Applied are its entries from the tail
 *    to the last.
 * 4. Numbers from disk bound nothing before they are checked against the ring's own length.
 */
import type { AddressMap } from '../map/address-map.ts';
import { type LogDescriptor, type LogEntryHeader } from './log-format.ts';
/** An entry found valid; `offset` is its place in the ring. */
export type LogEntry = LogEntryHeader & {
    readonly offset: number;
};
export type ActiveSequence = {
    /** Entries to apply, in order: from the tail to the last. */
    readonly entries: readonly LogEntry[];
    readonly last: LogEntry;
};
export type LogScan = {
    readonly active: ActiveSequence | null;
    /** Valid entries of this log, active or not. */
    readonly entryCount: number;
    /** What was wrong with the first entry that carries this log's GUID and is not valid, or null. */
    readonly defect: {
        readonly offset: number;
        readonly message: string;
    } | null;
};
/** The ring's sectors, through one window that is never larger than the ring. */
export declare class LogRing {
    #private;
    readonly offset: number;
    readonly length: number;
    readonly sectorCount: number;
    constructor(container: AddressMap, offset: number, length: number);
    /** Bytes of a sector, counted around the ring; valid until the next call. */
    sector(index: number): Uint8Array;
}
/** Calls back for each descriptor of a valid entry, in order, with its place in the ring and its data sector's index. */
export declare function forEachDescriptor(ring: LogRing, entry: LogEntry, visit: (descriptor: LogDescriptor, at: number, dataSector: number) => void): void;
/** Scans the whole ring for the entries that carry this GUID, and finds the active sequence. */
export declare function scanLog(ring: LogRing, logGuid: string): LogScan;
/** True for a place a log can have: a ring of whole MiB behind the first one, inside the file, at most 1 GiB. */
export declare function isLogPlace(offset: number, length: number, fileSize: number): boolean;

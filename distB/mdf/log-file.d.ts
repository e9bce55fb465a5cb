/** Transaction logs (.ldf): only as much as tells whether the database needs them. */
import type { AddressMap } from '../map/address-map.ts';
import type { Lsn } from './boot-page.ts';
export type VirtualLog = {
    readonly offset: number;
    readonly size: number;
    /** Log sequence number's first part; 0 when never used. */
    readonly sequence: number;
    readonly parity: number;
};
export type LogState = {
    readonly name: string;
    readonly virtualLogs: number;
    /** Virtual logs from the checkpoint on. */
    readonly activeVirtualLogs: number;
    readonly activeBytes: number;
    /** The log holds the database's last checkpoint: it belongs to this copy of it. */
    readonly holdsCheckpoint: boolean;
    /** Nothing but the end of that checkpoint comes after it; null when it does not hold the checkpoint. */
    readonly nothingAfterCheckpoint: boolean | null;
};
/** Throws kind `corrupt` for bytes that are no log. */
export declare function requireLog(map: AddressMap, name: string): void;
/** What the log means for the database with this checkpoint. Throws kind `corrupt` for bytes that are no log. */
export declare function readLogState(map: AddressMap, name: string, checkpoint: Lsn): LogState;
/** Back to back from the second page on. Throws where the first one is no virtual log. */
export declare function readVirtualLogs(map: AddressMap, name: string): VirtualLog[];

/**
 * A log file as far as a backup holds it: its virtual logs in their places, and the log blocks that the backup needed in theirs.
 *
 * What a backup does not hold are log blocks before its own (zeros stand there) and the log's file header, which is made
 * anew with what the backup says of the file. So it tells what a log tells, and is not the file that the server had.
 */
import { type AddressMap, type ExtentSink } from '../map/address-map.ts';
import { type BackupFile, type BackupPiece } from './backup-set.ts';
import type { VirtualLogPlace } from './log-place.ts';
/** A virtual log, and where its log blocks stand in which backup file. */
export type PlacedLog = {
    readonly place: VirtualLogPlace;
    readonly pieces: readonly BackupPiece[];
    readonly map: AddressMap;
};
export declare class BackupLog implements AddressMap {
    #private;
    readonly size: number;
    constructor(logs: readonly PlacedLog[], file: BackupFile, bindingId: string);
    resolve(offset: number, length: number, at: number, sink: ExtentSink): void;
}

/**
 * Reading leaves that may be damaged. With salvage, bytes that cannot be read become zeros and are listed, to the sector;
 * without it the first error is thrown. Only after a failed read is anything read again.
 */
import { type StorageErrorJson } from '../errors.ts';
import { type Batch } from './batch.ts';
export type UnreadableRange = {
    offset: number;
    length: number;
    readonly error: StorageErrorJson;
};
/** Where bytes of a batch come from: a source of it, and the offset in that. */
type Place = {
    readonly batch: Batch;
    readonly source: number;
    readonly offset: number;
};
export declare class CarefulReader {
    #private;
    /** Ranges of the map that were replaced by zeros. */
    readonly unreadable: UnreadableRange[];
    constructor(salvage: boolean);
    /** Fills `bytes`, which stand at `mapOffset` of the map. */
    read(place: Place, mapOffset: number, bytes: Uint8Array): void;
}
export {};

/** Reading records of a catalog or a store, each verified before it is used. */
import { StorageError } from '../errors.ts';
import type { AddressMap } from '../map/address-map.ts';
/** A volume that holds records, and its name for messages. */
export type RecordVolume = {
    readonly map: AddressMap;
    readonly name: string;
};
/** The record at this volume offset. Throws VSS_RECORD_* where it is not the record it should be. */
export declare function readRecord(volume: RecordVolume, offset: number, type: number, what: string): Uint8Array;
/**
 * The records of a chain, in order. A chain that comes back to a record, or is longer than the volume, is corrupt; what
 * came before stays with the caller.
 */
export declare function recordChain(volume: RecordVolume, first: number, type: number, what: string): Generator<{
    readonly record: Uint8Array;
    readonly offset: number;
}>;
/** Runs `read`; what damage it meets is returned instead of thrown. */
export declare function orDamage<T>(read: () => T): T | StorageError;

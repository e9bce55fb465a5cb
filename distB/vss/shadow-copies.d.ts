/**
 * The shadow copies of a volume, oldest first, each a block device again.
 *
 * 1. A copy's two catalog entries are paired by the GUID of its store, in any order, over all volumes at hand: the
 *    diff area may lie on another volume.
 * 2. The order is that of the sequence numbers; where they tell nothing, that of the creation times.
 * 3. Listing reads the catalogs and one record of each store. Block lists are read when a copy is read.
 * 4. A damaged store costs itself, and of older copies the blocks that only it could tell of.
 * 5. Where the catalog may have lost a copy, nobody knows whose store is asked next: of each copy only what its own store
 *    has can be told.
 */
import type { Finding } from '../errors.ts';
import { StorageError } from '../errors.ts';
import { type LocationEntry, type StoreInfo } from './format.ts';
import { type RecordVolume } from './record.ts';
import { ShadowMap } from './shadow-map.ts';
import { Store } from './store.ts';
export type { RecordVolume } from './record.ts';
type CopyFacts = {
    readonly storeGuid: string;
    readonly volumeSize: number;
    readonly createdMs: number;
    readonly sequence: number;
    readonly storage: RecordVolume | null;
    readonly location: LocationEntry | null;
    readonly store: Store | StorageError;
};
export declare class ShadowCopy {
    #private;
    /** From 1, oldest first. */
    readonly number: number;
    /** GUID of the store: neither the id of the copy nor of its set. */
    readonly storeGuid: string;
    readonly createdMs: number;
    readonly sequence: number;
    /** Bytes of the store's file; 0 where the store was not found. */
    readonly allocatedSize: number;
    /** The volume that holds the store, as it was given, or null where it was not found; and its name. */
    readonly storage: RecordVolume | null;
    readonly storageName: string | null;
    /** The volume as it was. Damage is met as unreadable leaves. */
    readonly map: ShadowMap;
    /** `gap`: why the catalog may not tell all copies. */
    constructor(number: number, facts: CopyFacts, map: ShadowMap, gap: StorageError | null);
    /** What the store's header says, or why it cannot be read. */
    get info(): StoreInfo | StorageError;
    /** Shadow Copy ID; the store's GUID where the header cannot be read. */
    get id(): string;
    get setId(): string | null;
    /** Why the bytes of this copy cannot be told: its store is nowhere, its block list or the catalog damaged. Reads all of that. */
    get obstacle(): StorageError | null;
    /** What is wrong with this store: reads all of its block list and bitmaps. Newer stores are not looked at. */
    damage(): StorageError[];
}
export type ShadowCopies = {
    readonly copies: readonly ShadowCopy[];
    /** Stores of other volumes that this one holds. */
    readonly foreignStores: number;
    /** Bytes that all diff areas of this volume may take; 0: unbounded. */
    readonly maximumSize: number;
    readonly findings: readonly Finding[];
};
/** The shadow copies of `volume`; `others` are volumes that may hold its stores. */
export declare function readShadowCopies(volume: RecordVolume, others?: readonly RecordVolume[]): ShadowCopies;

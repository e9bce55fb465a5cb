/** One store: what is needed to read through it, loaded when first asked for, and the damage that forbids it. */
import type { StorageError } from '../errors.ts';
import type { AddressMap } from '../map/address-map.ts';
import { type BlockIndex } from './block-index.ts';
import { type LocationEntry } from './format.ts';
import { type RecordVolume } from './record.ts';
export type StoreFacts = {
    readonly storage: RecordVolume;
    readonly location: LocationEntry;
    /** Bytes of the original volume when the copy was made. */
    readonly volumeSize: number;
    readonly flags: number;
};
export declare class Store {
    #private;
    constructor(facts: StoreFacts);
    /** The volume that holds the store's blocks. */
    get storage(): AddressMap;
    /** The block list, read once, or what is wrong with it. */
    get index(): BlockIndex | StorageError;
    /** What is wrong with the bitmaps, or null. */
    get bitmapDamage(): StorageError | null;
    /** True when blocks that were unallocated read as zeros. Where the bitmaps are damaged nothing is known to have been. */
    get hasUnallocated(): boolean;
    /** True when the block held nothing when the copy was made: no copy of it was ever kept. */
    isUnallocated(block: number): boolean;
}

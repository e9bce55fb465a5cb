/**
 * A shadow copy as an address map: the stores from it to the newest, laid over the volume as it is now.
 *
 * What a store does not know of, the next newer one may; what none knows of was never overwritten and lies in the
 * volume. A forwarder sends the search on, in the next newer store, at another block. Overlays count only in the copy's
 * own store. A whole range goes down at once and is cut only where a store has entries.
 */
import { StorageError } from '../errors.ts';
import { type AddressMap, type ExtentSink } from '../map/address-map.ts';
import type { Store } from './store.ts';
export declare class ShadowMap implements AddressMap {
    #private;
    /** Bytes: those of the volume when the copy was made. */
    readonly size: number;
    /** `stores` begins with the copy's own and goes on to the newest; an error stands for one that cannot be found. */
    constructor(size: number, stores: readonly (Store | StorageError)[], volume: AddressMap);
    resolve(offset: number, length: number, at: number, sink: ExtentSink): void;
}

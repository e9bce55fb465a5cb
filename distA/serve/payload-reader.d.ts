/**
 * Payload for those who serve it: leaves of a map, filled into memory. Small reads are synchronous and come from the page
 * cache; large ones are read by Node's threads, so that the next request can be taken meanwhile.
 */
import type { AddressMap } from '../map/address-map.ts';
import { type Extent } from '../map/extent.ts';
export declare class PayloadReader {
    #private;
    /** Fills all of target. Rejects with the StorageError of any unreadable leaf. */
    fill(map: AddressMap, offset: number, target: Uint8Array): Promise<void>;
    /** The same from leaves at hand, which cover the range from `offset` on. */
    fillFrom(extents: readonly Extent[], offset: number, target: Uint8Array): Promise<void>;
}
/** Any failure while serving as the sentence to tell a client. */
export declare function failureText(thrown: unknown): string;

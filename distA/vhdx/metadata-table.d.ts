/**
 * The metadata table (MS-VHDX 2.6.1): which items the metadata region holds, and where.
 *
 * 1. An item is known by (IsUser, ItemId): a user item may carry the GUID of a system item and is still not it.
 * 2. Items lie behind the table's 64 KiB, inside the region, apart from each other, and are at most 1 MiB long.
 * 3. An unknown system item is refused when it is required, ignored when it is not. An item that says the file is still
 *    being made refuses the file.
 */
import { type ErrorDetails, type Finding } from '../errors.ts';
import type { AddressMap } from '../map/address-map.ts';
import { type MetadataEntry, type RegionEntry } from './format.ts';
/** The table of one image, and the way to its items. */
export declare class MetadataTable {
    #private;
    readonly entries: readonly MetadataEntry[];
    /** Reads and checks the whole table through the log overlay. Throws corrupt or unsupported. */
    constructor(file: AddressMap, region: RegionEntry, image: string, findings: Finding[]);
    /** Bytes of a system item, or null when the table does not list it. */
    item(itemId: string): {
        readonly entry: MetadataEntry;
        readonly bytes: Uint8Array;
    } | null;
    /** Bytes of a system item of exactly this length, or null when absent. Throws corrupt for another length. */
    itemOf(itemId: string, name: string, length: number): Uint8Array | null;
    /** Place of an offset of the region, for errors. */
    at(offset: number): ErrorDetails;
}

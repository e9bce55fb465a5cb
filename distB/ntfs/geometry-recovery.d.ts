/**
 * A volume without a boot sector: its geometry is still in the file table's first record. That record tells its own
 * size, and its clusters against its bytes tell the cluster size; both it and its mirror are searched for by signature.
 *
 * Invariant: at most SEARCH_MAX bytes are read, in chunks of 1 MiB, and first where formatting tools put the table.
 */
import type { AddressMap } from '../map/address-map.ts';
import type { Geometry } from './volume-context.ts';
/** The geometry that records 0 and 1 describe, or null where no such records are found. */
export declare function recoverGeometry(volume: AddressMap): Geometry | null;

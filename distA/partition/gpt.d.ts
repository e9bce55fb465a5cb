/**
 * GPT: two copies of a header and an entry array, each under a CRC.
 *
 * Invariants:
 * 1. The first copy that is whole counts: the primary at LBA 1, else the backup, found where the primary says, else at
 *    the last LBA. A disk that was expanded has its backup before its end.
 * 2. Where neither array fits its CRC but a header is whole, that header's array is used, and it is said as an error.
 * 3. The sector size is the one under which a copy is whole: images of 4 KiB-sector disks do not always say so.
 * 4. A partition that begins on the disk is kept, clipped to the disk: a cut-off disk keeps its volumes.
 */
import { type Finding } from '../errors.ts';
import type { AddressMap } from '../map/address-map.ts';
import type { PartitionTable } from './partition.ts';
/** The table, or null with what was seen of one. Reads a few sectors and the arrays of the copies it needs. */
export declare function readGpt(disk: AddressMap, image: string, sectorSizes: readonly number[]): {
    table: PartitionTable | null;
    findings: readonly Finding[];
};

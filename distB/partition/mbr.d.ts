/**
 * MBR: four entries in the first sector, and a chain of further sectors (EBRs) for logical partitions.
 *
 * Invariants:
 * 1. A logical partition's start counts from its own EBR; the next EBR's start counts from the extended partition.
 * 2. The chain ends at an EBR that was visited, lies outside the extended partition, has no signature, or is the 128th.
 * 3. As in GPT: what begins on the disk is kept, clipped to the disk.
 */
import type { AddressMap } from '../map/address-map.ts';
import type { PartitionTable } from './partition.ts';
export declare const MBR_SIZE = 512;
export type MbrEntry = {
    readonly status: number;
    readonly type: number;
    readonly startLba: number;
    readonly sectorCount: number;
};
export type Mbr = {
    readonly hasSignature: boolean;
    readonly diskSignature: number;
    readonly entries: readonly MbrEntry[];
};
/** Decodes an MBR or an EBR, 512 bytes. */
export declare function decodeMbr(sector: Uint8Array): Mbr;
export declare function isProtective(mbr: Mbr): boolean;
/** True when the entries look like a partition table and not like the code of a boot sector. */
export declare function isPartitionTable(mbr: Mbr, diskSize: number, sectorSize: number): boolean;
/** A disk that was initialised and never partitioned. */
export declare function isEmptyTable(mbr: Mbr): boolean;
/** The partitions of an MBR: primary ones numbered by their entries, logical ones from 5. */
export declare function readMbr(disk: AddressMap, mbr: Mbr, sectorSize: number, image: string): PartitionTable;

/**
 * Which partition table a disk has, and its partitions.
 *
 * Order of judgement: a file system's boot sector in the first sector means that the whole disk is one volume (it ends in
 * the same two bytes as an MBR, and its code looks like wild partitions); a protective entry means GPT; then an MBR whose
 * entries make sense; then a GPT that lost its MBR; then whatever file system the whole disk may be.
 */
import type { AddressMap } from '../map/address-map.ts';
import type { PartitionTable } from './partition.ts';
export type { Partition, PartitionScheme, PartitionTable } from './partition.ts';
/**
 * Reads the table without reading payload. Never throws for what is on the disk: damage is told in `findings`. Of an MBR's
 * sectors nothing tells the size; where that of the disk is only `assumed`, it is the one under which a file system begins.
 */
export declare function readPartitionTable(disk: AddressMap, options: {
    readonly name: string;
    readonly sectorSize: number;
    readonly isAssumed?: boolean;
}): PartitionTable;

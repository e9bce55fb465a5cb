/**
 * The other disks of a dynamic disk's group: given by the user, attached beside it, or found in its folder by the GUID of
 * the group; and the volumes that all of them make.
 *
 * 1. A disk that was given counts before one that was found; folders are looked into only while a disk is missing.
 * 2. In a folder, a disk that another one found there is a child of is that child, not a second copy of it.
 * 3. What lies in the folder and cannot be opened, or is of another group, is none of this group's disks.
 */
import type { DiskImage } from '../disk/disk-image.ts';
import { type DynamicVolumes } from '../ldm/disk-group.ts';
import { type PartitionTable } from '../partition/partition-table.ts';
import { OpenContext, type Source } from './source.ts';
/** A disk as far as this module needs it. */
export type DiskAtHand = {
    readonly name: string;
    readonly disk: DiskImage;
    readonly partitionTable: PartitionTable;
};
export type DynamicSearch = {
    readonly asked: DiskAtHand;
    readonly source: Source;
    /** Disks that the user gave for this: those that are not of the group are told. */
    readonly given: readonly DiskAtHand[];
    /** Further open disks, of which some may be of the group. */
    readonly neighbours: readonly DiskAtHand[];
    readonly context: OpenContext;
    readonly openDisk: (source: Source, context: OpenContext) => DiskImage;
};
export declare function isDynamic(table: PartitionTable): boolean;
/** The dynamic volumes of the group that the disk belongs to; none where it is not dynamic. */
export declare function findDynamicVolumes(search: DynamicSearch): DynamicVolumes;

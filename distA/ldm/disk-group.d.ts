/**
 * The volumes of a disk group, over those of its disks that are at hand.
 *
 * Invariants:
 * 1. Of the databases of the disks the newest consistent one counts, for all volumes; disks that are behind are told.
 * 2. A part whose disk is missing, or which does not fit its disk, is an unreadable leaf: the other parts stay readable.
 * 3. What a volume's records contradict, and layouts that are not read (stripes, RAID-5), make all of it unreadable, with
 *    the reason as its obstacle. Nothing is guessed.
 * 4. Of a mirror one side is read: one in force whose disks are all at hand and none of them behind.
 */
import { type Finding, StorageError } from '../errors.ts';
import { type AddressMap } from '../map/address-map.ts';
import type { LdmMember } from './ldm-disk.ts';
export type DynamicLayout = 'simple' | 'spanned' | 'striped' | 'mirrored' | 'raid5';
/** Bytes. `image` and `diskOffset` are null where the disk is missing. */
export type DynamicExtent = {
    readonly offset: number;
    readonly length: number;
    readonly diskName: string;
    readonly diskGuid: string | null;
    readonly image: string | null;
    readonly diskOffset: number | null;
};
export type DynamicVolume = {
    readonly name: string;
    readonly guid: string | null;
    readonly layout: DynamicLayout;
    /** Drive letter that Windows gave it last, `E:`, or empty. */
    readonly hint: string;
    readonly groupGuid: string;
    readonly groupName: string;
    readonly extents: readonly DynamicExtent[];
    readonly map: AddressMap;
    /** Why it, or a part of it, cannot be read; null where all of it can. */
    readonly obstacle: StorageError | null;
};
export type DynamicVolumes = {
    readonly volumes: readonly DynamicVolume[];
    readonly findings: readonly Finding[];
};
/** The volumes in the order of their ids. `members`: disks of one group, the one that was asked for first. */
export declare function dynamicVolumes(members: readonly LdmMember[]): DynamicVolumes;

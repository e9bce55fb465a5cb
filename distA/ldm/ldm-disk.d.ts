/**
 * What one dynamic disk says: who it is, and the database of its group.
 *
 * Invariants:
 * 1. The first PRIVHEAD and the first TOCBLOCK that hold count; that it was not the first place is a finding.
 * 2. The database is read whole, once, and is at most CONFIG_SIZE_MAX; records are at most as many as fit into it.
 * 3. A defect of one record costs that record; a lost database costs the volumes, not the name of the disk.
 */
import { type Finding } from '../errors.ts';
import type { AddressMap } from '../map/address-map.ts';
import { type LdmDatabase } from './database.ts';
export type LdmPlace = {
    /** Of the image, for messages. */
    readonly name: string;
    readonly sectorSize: number;
    /** The LDM metadata partition of a GPT disk, bytes; null on MBR disks. */
    readonly metadata: {
        readonly offset: number;
        readonly length: number;
    } | null;
};
export type LdmDisk = {
    /** Of its image. */
    readonly name: string;
    readonly sectorSize: number;
    readonly diskGuid: string;
    readonly groupGuid: string;
    readonly groupName: string;
    /** Bytes: where the area of the volumes begins, and its length. */
    readonly logicalOffset: number;
    readonly logicalLength: number;
    /** Bytes: the area of the database, which no volume may use. */
    readonly configOffset: number;
    readonly configLength: number;
    /** Null where it cannot be read; the findings say why. */
    readonly database: LdmDatabase | null;
    /** Of this disk; those of its database are the database's. */
    readonly findings: readonly Finding[];
};
/** An open disk and what it says of itself. */
export type LdmMember = {
    readonly disk: AddressMap;
    readonly facts: LdmDisk;
};
/** Reads a disk that its partition table calls dynamic; null, with findings, where no PRIVHEAD holds. */
export declare function readLdmDisk(disk: AddressMap, place: LdmPlace): {
    readonly found: LdmDisk | null;
    readonly findings: readonly Finding[];
};

/**
 * The items that describe the virtual disk (MS-VHDX 2.6.2).
 *
 * 1. Block size, virtual size and logical sector size are needed to read and must be right.
 * 2. The virtual disk id and the physical sector size are not needed: missing or odd, they are told and passed over.
 */
import { type Finding } from '../errors.ts';
import type { MetadataTable } from './metadata-table.ts';
export declare const VIRTUAL_SIZE_MAX: number;
export type DiskParameters = {
    readonly blockSize: number;
    readonly leaveBlockAllocated: boolean;
    readonly hasParent: boolean;
    readonly virtualDiskSize: number;
    readonly logicalSectorSize: number;
    readonly physicalSectorSize: number | null;
    readonly virtualDiskId: string | null;
};
/** Reads and checks the items. Throws corrupt when one that is needed is missing or wrong. */
export declare function readDiskParameters(table: MetadataTable, findings: Finding[]): DiskParameters;

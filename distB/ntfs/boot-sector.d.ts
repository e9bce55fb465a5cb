/**
 * The boot sector: geometry of the volume.
 *
 * Invariants of an accepted one:
 * 1. Sectors of 256 to 4096 bytes, clusters of a power of two up to 2 MiB, records and index blocks of 512 B to 64 KiB.
 * 2. The file table's first cluster lies inside the volume.
 * 3. A copy of the boot sector is the last sector of the partition, just behind `totalSectors`.
 */
import { StorageError } from '../errors.ts';
import type { AddressMap } from '../map/address-map.ts';
import type { Geometry } from './volume-context.ts';
export declare const BOOT_SECTOR_SIZE = 512;
export type BootSector = {
    readonly hasOemId: boolean;
    readonly signature: number;
    readonly bytesPerSector: number;
    readonly sectorsPerCluster: number;
    readonly totalSectors: number;
    readonly mftLcn: number;
    readonly mirrorLcn: number;
    /** Signed codes: clusters when positive, 2^-code bytes when negative. */
    readonly recordSizeCode: number;
    readonly indexBlockSizeCode: number;
    readonly serial: string;
};
export declare function decodeBootSector(bytes: Uint8Array): BootSector;
type Defect = {
    readonly code: string;
    readonly message: string;
    readonly field: number;
};
/** The first rule this boot sector breaks, or null. */
export declare function findBootDefect(boot: BootSector): Defect | null;
/** Sizes that records and index blocks may have. */
export declare function isBlockSize(size: number): boolean;
/** The geometry of a boot sector without defect. */
export declare function geometryOf(boot: BootSector): Geometry;
/** The geometry that the boot sector at this byte of the volume gives, or the error that says why it gives none. */
export declare function readGeometry(volume: AddressMap, name: string, offset: number, what: string): Geometry | StorageError;
/** Where copies of the boot sector may stand when the first is bad: the last sector, of 512 and of 4096 bytes. */
export declare function backupBootOffsets(volume: AddressMap): number[];
/** True when the first boot sector or its backup is one of NTFS. */
export declare function isNtfs(volume: AddressMap): boolean;
export {};

/**
 * The pages of one MSDA block: extents of 8 pages in ascending order, of which the file ids and page numbers are in the
 * page headers. Allocation maps are among the first pages, and say which extents follow.
 */
import type { AddressMap } from '../map/address-map.ts';
import { type BackupRegion } from './backup-set.ts';
/** Where each extent of a file stands, by its number, in a backup file. */
export interface ExtentIndex {
    readonly fileId: number;
    /** Offset in the backup file, or null for an extent that is not in it. */
    offsetOf(extent: number): number | null;
    /** One above the highest extent. */
    readonly extentsEnd: number;
}
/**
 * The extents of a region. A whole full backup is placed by its allocation maps, which cost one read for 4 GiB; stripes,
 * differentials and second regions by the page numbers in the headers of their extents.
 */
export declare function indexRegion(map: AddressMap, region: BackupRegion, byMaps: boolean): ExtentIndex;

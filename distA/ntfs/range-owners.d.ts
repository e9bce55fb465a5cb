/**
 * Which files lie in a range of the volume: the way back from bytes to names. One pass over the file table, comparing
 * every run of every attribute with the ranges; contents are not read.
 *
 * 1. Ranges that belong to records of the $MFT name the files of those records, also where a record cannot be read.
 * 2. Every name of a file (hard links) is told; files of the file system itself go by their own names (`/$MFT`).
 * 3. What no file owns is free space, or a boot sector; it is not told.
 */
import type { RangeOwner, VolumeRange } from '../filesystem/file-system.ts';
import type { TableScan } from './table-scan.ts';
import type { VolumeFiles } from './volume-files.ts';
/** `ranges`: ascending, without overlap. Files of the file system come first, then the others in record order. */
export declare function rangeOwners(files: VolumeFiles, scan: TableScan, ranges: readonly VolumeRange[]): Generator<RangeOwner>;

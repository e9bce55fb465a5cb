/**
 * What a VHDX consists of, read in the order in which each piece says where the next one is: identifier, headers, log
 * when it is dirty, and through the log region tables, metadata, BAT.
 */
import { type OpenDiskOptions } from '../disk/disk-image.ts';
import { type Finding } from '../errors.ts';
import type { AddressMap } from '../map/address-map.ts';
import { Bat } from './bat.ts';
import { type Headers } from './header.ts';
import { type LogScan } from './log.ts';
import { type DiskParameters } from './metadata-items.ts';
import { MetadataTable } from './metadata-table.ts';
import { type ParentLocator } from './parent-locator.ts';
import { type RegionTable } from './region-table.ts';
import { TablePages } from './table-pages.ts';
/** What opening found, for `describe` and `check`. */
export type VhdxParts = {
    readonly name: string;
    readonly container: AddressMap;
    /** The container as it is after replay; the container itself when the log is clean. */
    readonly file: AddressMap;
    readonly creator: string;
    readonly headers: Headers;
    readonly log: LogScan | null;
    readonly regions: RegionTable;
    readonly metadata: MetadataTable;
    readonly disk: DiskParameters;
    readonly locator: ParentLocator | null;
    readonly bat: Bat;
    /** Pages of `file`, shared by the BAT and the sector bitmaps. */
    readonly pages: TablePages;
};
type PartsOptions = Pick<OpenDiskOptions, 'name' | 'ignoresDamagedLog'>;
/** Reads and checks everything a disk consists of, payload and most of the BAT left where they are. */
export declare function readParts(container: AddressMap, options: PartsOptions, findings: Finding[]): VhdxParts;
export {};

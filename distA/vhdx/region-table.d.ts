/**
 * The two region tables (MS-VHDX 2.2.3): where the BAT and the metadata are.
 *
 * 1. Table 1 is used when its signature, checksum and count are good, else table 2.
 * 2. The bit Required of the two known regions is not asked for: qemu writes 0.
 * 3. An unknown region is refused when it is required, and ignored when it is not.
 * 4. Accepted regions lie behind the first MiB, inside the file, and share no MiB with each other or with the log.
 */
import { type Finding } from '../errors.ts';
import type { AddressMap } from '../map/address-map.ts';
import { type RegionEntry } from './format.ts';
/** A stretch of the file that something other than payload occupies. */
export type Structure = {
    readonly name: string;
    readonly offset: number;
    readonly length: number;
};
export type RegionTable = {
    readonly bat: RegionEntry;
    readonly metadata: RegionEntry;
    /** Every entry of the table in use, unknown ones too. */
    readonly entries: readonly RegionEntry[];
    /** Those that occupy their place; the others are ignored. */
    readonly placed: readonly RegionEntry[];
    /** File offset of the table in use. */
    readonly offset: number;
    /** Reads the second copy, if that was not needed so far, and tells what is wrong with it. */
    readonly compareCopies: () => Finding[];
};
/**
 * Reads both tables through the log overlay and checks the entries of the one in use against `size`, the length of the
 * file, and `occupied`, which has the log. Throws corrupt or unsupported.
 */
export declare function readRegionTable(file: AddressMap, image: string, occupied: readonly Structure[], findings: Finding[]): RegionTable;
export declare function overlaps(a: {
    readonly offset: number;
    readonly length: number;
}, b: {
    readonly offset: number;
    readonly length: number;
}): boolean;

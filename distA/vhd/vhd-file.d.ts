/**
 * A virtual disk in a VHD file: fixed, dynamic or differencing (see format.ts for the layout).
 *
 * Invariants:
 * 1. The disk's size is the footer's current size. The CHS geometry only approximates it: Virtual PC showed its guests no
 *    more than the geometry's sectors, Disk2vhd and Hyper-V use all of the current size, and nothing is lost by doing so.
 * 2. A block's clear bits are the parent's sectors, or zeros where there is no parent; so are blocks without an entry.
 * 3. Damage costs the blocks concerned: a bad entry, an unreadable bitmap, payload beyond the end of the file are
 *    unreadable leaves.
 * 4. Memory is bounded by the BAT's pages and one bitmap, whatever the size of the disk.
 */
import { type DiskImage, type DiskType, type OpenDiskOptions } from '../disk/disk-image.ts';
import { type Finding } from '../errors.ts';
import { type AddressMap, type ExtentSink } from '../map/address-map.ts';
/** True when the bytes call themselves a VHD, valid or not. */
export declare function isVhd(container: AddressMap): boolean;
export declare class VhdFile implements DiskImage {
    #private;
    readonly format = "vhd";
    readonly type: DiskType;
    readonly name: string;
    readonly size: number;
    readonly logicalSectorSize = 512;
    readonly blockSize: number | null;
    readonly parent: DiskImage | null;
    readonly findings: readonly Finding[];
    readonly dataIdentity: string;
    /** Opens without reading payload. Throws `VHD_*` (kind corrupt), and what `openParent` throws. */
    static open(container: AddressMap, options: OpenDiskOptions): VhdFile;
    private constructor();
    resolve(offset: number, length: number, at: number, sink: ExtentSink): void;
    describe(): Record<string, unknown>;
    check(): Iterable<Finding>;
}

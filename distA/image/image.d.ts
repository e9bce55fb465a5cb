/** An open image: its disk, its partition table, its volumes. The front door of the read river. */
import { type DiskImage } from '../disk/disk-image.ts';
import { type Finding } from '../errors.ts';
import type { AddressMap } from '../map/address-map.ts';
import { type PartitionTable } from '../partition/partition-table.ts';
import { OpenContext, type OpenOptions, type Source } from './source.ts';
import { Volume } from './volume.ts';
/** Images that the user gave besides this one. */
export type FurtherImages = {
    /** Their volumes may hold the stores of shadow copies. */
    readonly diffAreas: readonly Image[];
    /** Disks of the same group, where this one is dynamic. */
    readonly disks: readonly Image[];
};
export declare class Image implements AsyncDisposable {
    #private;
    readonly source: Source;
    readonly disk: DiskImage;
    constructor(source: Source, disk: DiskImage, context: OpenContext, further?: FurtherImages);
    /**
     * Other open images, which stay their owner's: their volumes may hold diff areas of this one's shadow copies, and they
     * may be disks of its group. To be told before the volumes are asked for.
     */
    setNeighbours(images: readonly Image[]): void;
    get name(): string;
    /**
     * Tells this content from another in its place. A VHDX, which a pruning may write anew with the same bytes in it, has an
     * identity for that; else it is that of the file on disk, while it is open; null where it lies inside of something else.
     */
    get contentIdentity(): string | null;
    get partitionTable(): PartitionTable;
    /** Bytes of a sector for whoever takes the disk over. A raw image does not say; the place of its GPT does. */
    get sectorSize(): 512 | 4096;
    /** The volumes of the partitions, then those of the disk group that the disk belongs to. */
    listVolumes(): readonly Volume[];
    /** The volumes of the disk in partition order, then dynamic ones; a disk without a table is one volume. */
    volumes(): Promise<readonly Volume[]>;
    /** The volume named by a partition GUID or a 1-based number, or the only readable one. */
    volume(wanted?: string): Volume;
    /** What was met while opening, of the whole chain and the partition table, and what their second copies tell. */
    get findings(): readonly Finding[];
    /** True when the image is read from this file: its own, a parent's, or the archive it lies in. Never write there. */
    readsFrom(path: string): boolean;
    /** Closes every file of the chain. Idempotent. */
    close(): Promise<void>;
    [Symbol.asyncDispose](): Promise<void>;
}
/** Opens an image named by a locator (`disk0.vhdx`, `pool.zip::a/disk0.vhdx`, `outer.vhdx::/inner.vhd`). Never writes. */
export declare function openImage(locator: string, options?: OpenOptions): Promise<Image>;
/** The same inside an open pool, whose archives and cache are shared. `isKept`: pitvault may prune what is read here. */
export declare function openImageWithin(outer: OpenContext | undefined, locator: string, options: OpenOptions, isKept?: boolean): Promise<Image>;
/** Bytes that a locator names, for readers of formats that are no disks. */
export type OpenBytes = {
    readonly map: AddressMap;
    readonly name: string;
    close(): void;
};
/** Opens what a locator names without looking at it: a file, a member of an archive, a file inside an image. */
export declare function openBytes(locator: string, options?: OpenOptions): Promise<OpenBytes>;
/** The disk in these bytes. A file that calls itself VHDX or VHD and is not one is refused, never read as raw. */
export declare function openDisk(source: Source, context: OpenContext): DiskImage;
/** The error for a path that is not there, with the command that shows what is. */
export declare function fileMissing(image: string, path: string): Error;

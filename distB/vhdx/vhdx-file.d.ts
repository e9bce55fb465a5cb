/**
 * A VHDX, open for reading (MS-VHDX 2). Opening reads identifier, headers, log when it is dirty, region tables, metadata:
 * a count of reads that does not depend on the size of the disk. The BAT is read where it is asked about.
 *
 * 1. The container is only ever read. A dirty log is replayed in memory, and region tables, metadata, BAT and bitmaps
 *    are read through the result: any of them may be in the log.
 * 2. Whatever keeps the disk as a whole from being read is thrown by `open`; damage of blocks stays with the blocks.
 */
import { type DiskImage, type DiskType, type OpenDiskOptions } from '../disk/disk-image.ts';
import type { Finding } from '../errors.ts';
import type { AddressMap, ExtentSink } from '../map/address-map.ts';
import { type BlockStateCounts } from './check-vhdx.ts';
import { isVhdx, readDataWriteGuid } from './header.ts';
export { isVhdx, readDataWriteGuid };
export declare class VhdxFile implements DiskImage {
    #private;
    readonly format = "vhdx";
    readonly type: DiskType;
    readonly name: string;
    readonly size: number;
    readonly logicalSectorSize: number;
    readonly blockSize: number;
    readonly parent: DiskImage | null;
    /** DataWriteGuid: what children of this disk name it by. */
    readonly dataIdentity: string;
    /** Throws corrupt or unsupported when the disk cannot be read, and whatever `openParent` throws. */
    static open(container: AddressMap, options: OpenDiskOptions): VhdxFile;
    private constructor();
    /** Also looks at second copies that opening had no need of, so the first call reads them. */
    get findings(): readonly Finding[];
    resolve(offset: number, length: number, at: number, sink: ExtentSink): void;
    describe(): Record<string, unknown>;
    /** How many blocks are in each state; reads the whole BAT. */
    countBlockStates(): BlockStateCounts;
    /** Blocks that are UNDEFINED or UNMAPPED, in order. Reads the whole BAT. Throws what reading it throws. */
    hollowBlocks(): Generator<{
        readonly block: number;
        readonly state: number;
    }>;
    check(): Iterable<Finding>;
}

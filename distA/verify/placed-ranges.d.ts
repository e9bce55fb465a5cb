/** Where the bytes of a virtual disk lie on the device: the leaves of its map, composed with the extents of its file. */
import type { HostFile, HostFiles } from '../io/host-files.ts';
import type { AddressMap } from '../map/address-map.ts';
import type { PlacedRange } from '../retention/extent-changes.ts';
/** Extents of one file in columns: a fragmented file has a million. */
export declare class FileExtents {
    #private;
    /** Null where the file system does not tell. */
    static of(host: HostFiles, file: HostFile, size: number): FileExtents | null;
    get count(): number;
    /** The parts of a range of the file that have a place; `at` is what the range's first byte is called. */
    within(fileOffset: number, length: number, at: number): Generator<PlacedRange>;
}
/** Ranges of the disk with their places. The map's data leaves all name the file whose extents these are. */
export declare function placedRanges(map: AddressMap, extents: FileExtents): Generator<PlacedRange>;

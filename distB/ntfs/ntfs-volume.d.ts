/**
 * NTFS as a file system.
 *
 * Invariants:
 * 1. Opening reads a bounded number of small structures: boot sector, record 0, and its attribute list if it has one.
 * 2. What has a second copy is read from it when the first is bad, and `findings` says so.
 * 3. Damage of one file is an error of that file, or of a range of it; content that is not in the volume is an error of
 *    kind `unsupported`, never zeros.
 */
import type { Finding } from '../errors.ts';
import { StorageError } from '../errors.ts';
import type { ChangedBytes, DataStream, FileChange, FileEntry, FileSystem, FileSystemInfo, ListOptions, RangeOwner, StreamInfo, VolumeRange } from '../filesystem/file-system.ts';
import type { AddressMap } from '../map/address-map.ts';
export declare class NtfsVolume implements FileSystem {
    #private;
    private constructor();
    /** Opens the volume in `volume`. Throws NTFS_BOOT_*, NTFS_MFT_*, NTFS_RECORD_* where no copy leads to its files. */
    static open(volume: AddressMap, options: {
        name: string;
    }): NtfsVolume;
    get info(): FileSystemInfo;
    get findings(): readonly Finding[];
    lookup(path: string): FileEntry | null;
    child(directory: FileEntry, name: string): FileEntry | null;
    entry(id: number): FileEntry | null;
    list(directory: FileEntry, options?: ListOptions): Iterable<FileEntry>;
    walk(from: FileEntry, options?: ListOptions): Iterable<FileEntry>;
    scan(): Iterable<FileEntry>;
    ownersOf(ranges: readonly VolumeRange[]): Iterable<RangeOwner>;
    changesSince(before: FileSystem, bytes: ChangedBytes): Iterable<FileChange>;
    streams(entry: FileEntry): readonly StreamInfo[];
    open(entry: FileEntry, stream?: string): DataStream;
    obstacle(entry: FileEntry): StorageError | null;
}

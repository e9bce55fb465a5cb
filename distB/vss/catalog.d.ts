/** The catalog of one volume: what shadow copies it has, and which stores it holds, of itself or of other volumes. */
import { StorageError } from '../errors.ts';
import { type CopyEntry, type LocationEntry, type VolumeHeader } from './format.ts';
import { type RecordVolume } from './record.ts';
export type Catalog = {
    readonly header: VolumeHeader;
    readonly copies: readonly (CopyEntry & {
        readonly createdMs: number;
    })[];
    readonly locations: readonly LocationEntry[];
    /** Damage met on the way; what stands before it is complete. */
    readonly defects: readonly StorageError[];
    /** The first of them that may hide a shadow copy; null where all are known. */
    readonly gap: StorageError | null;
};
/** The catalog, or null when shadow copies were never enabled on the volume. Reads a record of 16 KiB or a few. */
export declare function readCatalog(volume: RecordVolume): Catalog | null;
/** Blocks of a volume of this many bytes, the last one maybe in part. */
export declare function blockCount(size: number): number;

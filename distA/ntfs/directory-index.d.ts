/**
 * Directories: B+ trees of names. The root node stands in $INDEX_ROOT, the others are blocks of $INDEX_ALLOCATION; every
 * entry may have a child node with the names that sort before it.
 *
 * Invariants:
 * 1. A block is visited once in a walk and nodes nest at most DEPTH_MAX deep, so no chain of children is endless.
 * 2. A bad node or entry ends that node only: it is kept as `damage`, and the walk goes on with the parent.
 * 3. Blocks are numbered in clusters where a cluster is not larger than a block, else in 512-byte units.
 */
import { StorageError } from '../errors.ts';
import type { AddressMap } from '../map/address-map.ts';
import type { Upcase } from './upcase.ts';
import { type VolumeContext } from './volume-context.ts';
export declare const INDEX_ROOT: {
    readonly indexedType: 0;
    readonly collation: 4;
    readonly blockSize: 8;
    readonly clustersPerBlock: 12;
    readonly header: 16;
};
export type IndexEntry = {
    readonly number: number;
    readonly sequence: number;
    readonly name: string;
    readonly namespace: number;
    /** The key ($FILE_NAME): where it stands. */
    readonly view: DataView;
    readonly offset: number;
};
export type IndexSource = {
    /** Value of $INDEX_ROOT. */
    readonly root: Uint8Array;
    /** $INDEX_ALLOCATION, or null in small directories. */
    readonly blocks: AddressMap | null;
    readonly blockSize: number;
    /** For messages: `directory index of file record 35`. */
    readonly what: string;
    /** Absolute byte of the root in the volume. */
    readonly offset: number;
};
export declare class DirectoryIndex {
    #private;
    /** The first thing that was wrong; entries may be missing then. */
    damage: StorageError | null;
    constructor(context: VolumeContext, source: IndexSource);
    /** The next entry in the order of names, or null at the end. */
    next(): IndexEntry | null;
    /** All entries whose name has these letters, case ignored, found without walking the whole tree. */
    search(name: string, upcase: Upcase): IndexEntry[];
}

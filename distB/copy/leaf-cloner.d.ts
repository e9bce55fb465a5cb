/**
 * Copying without copying: where the target lies on the file system that holds the image, and that can share blocks
 * between files, the data leaves of a map become the target's blocks as they are. What is left (edges that are no whole
 * blocks, computed bytes) is copied.
 *
 * 1. The result is byte for byte what a copy would be. Bytes that are cloned are not read, so a bad sector under them
 *    is not met: whoever salvages must copy.
 * 2. Whether it works is found by trying. What the file system refuses is copied, and not tried again for that file.
 * 3. The platform's functions are loaded when a file comes up for which they could be of use.
 */
import type { HostFile, HostFiles } from '../io/host-files.ts';
import { type AddressMap } from '../map/address-map.ts';
import type { CopyEngine } from './copy-engine.ts';
import type { CopyOptions, CopyOutcome } from './copy-run.ts';
/** The platform's functions, or how to load them when they are first of use. */
export type HostSource = HostFiles | (() => Promise<HostFiles>);
export type ClonedPart = {
    /** The bytes that are in the target already. */
    readonly clonedBytes: number;
    /** The map with those bytes as zeros that are stored nowhere: what a copy leaves out. */
    readonly rest: AddressMap;
};
export declare class LeafCloner {
    #private;
    constructor(load: HostSource, fileSystemName?: (folder: string) => string | null);
    /** Clones what it can of a range of the map into the new file `target`, which has its full size and is open for writing. */
    clone(map: AddressMap, target: HostFile, offset: number, length: number): Promise<ClonedPart>;
}
/**
 * `CopyEngine.copy` into a new file, with a cloner where there is one. With salvage everything is copied: what is cloned is
 * not read, and its bad sectors would stay unknown. A digest reads everything all the same, once.
 */
export declare function copyOrClone(engine: CopyEngine, cloner: LeafCloner | null, map: AddressMap, options: CopyOptions): Promise<CopyOutcome & {
    readonly clonedBytes: number;
}>;

/**
 * All disks below a differencing disk as one map. Asking each disk for what the one above it lacks costs a walk down the
 * chain for every piece; here the chain is gone through once for each window, disk by disk, and what comes out is kept.
 * So reading costs the same at any depth.
 *
 * 1. Leaves are what a walk down would give: of the first disk that holds a range, or zeros past the end of a smaller one.
 * 2. Memory: windows of PIECES_MAX pieces at most together, and the one at hand; windows get smaller where they hold many
 *    pieces, and larger where they hold few.
 * 3. Whoever goes through the states of a chain from the oldest on composes each from the one before: a window of that is
 *    the end of the way down.
 */
import type { DiskImage } from '../disk/disk-image.ts';
import { type AddressMap, type ExtentSink } from '../map/address-map.ts';
/** A disk that can tell what it holds without its parent. */
export interface OwnMap extends DiskImage {
    resolveOwn(offset: number, length: number, sink: ExtentSink, below: (start: number, stop: number) => void): void;
}
export declare class ComposedParents implements AddressMap {
    #private;
    readonly size: number;
    constructor(nearest: DiskImage);
    resolve(offset: number, length: number, at: number, sink: ExtentSink): void;
}

/**
 * LZNT1-compressed streams. A stream is divided into units of (usually) 16 clusters; how many of a unit's clusters have
 * a place says how it is stored: none = zeros, all = the bytes as they are, some followed by holes = compressed.
 *
 * Invariants:
 * 1. Units stored as they are become the volume's own leaves; only compressed ones are computed.
 * 2. A unit whose decompression fails, or whose clusters do not start with its data, is unreadable by itself.
 * 3. What the chunks of a unit do not stand for is unreadable, not zeros: whoever writes a unit writes all of it that is valid,
 *    and an end before that is what a copy tool left in the place of a bad sector.
 * 4. Two buffers of one unit (at most 64 KiB) are held, whatever the stream's size.
 */
import { StorageError } from '../errors.ts';
import type { DataStream } from '../filesystem/file-system.ts';
import { type ExtentSink } from '../map/address-map.ts';
import type { RunStream } from './run-stream.ts';
import { type VolumeContext } from './volume-context.ts';
export declare const UNIT_SIZE_MAX: number;
export declare class CompressedStream implements DataStream {
    #private;
    readonly size: number;
    readonly sparse = false;
    /** `stored`: the runs with the stream's logical sizes. */
    constructor(context: VolumeContext, stored: RunStream, unitClusters: number, what: string, offset: number);
    get allocatedSize(): number;
    get unitSize(): number;
    resolve(offset: number, length: number, at: number, sink: ExtentSink): void;
    /** Clusters of this unit that hold its data: 0 to all of them, or BROKEN. */
    placedClusters(unit: number): number;
    /** The error of the damaged run in this unit, or null. */
    damageOf(unit: number): StorageError | null;
    /** Fills target with the unit's stored bytes. */
    readStored(unit: number, target: Uint8Array): void;
}

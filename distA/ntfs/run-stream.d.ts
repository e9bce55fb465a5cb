/**
 * Non-resident streams: runs composed onto the volume.
 *
 * Invariants:
 * 1. Bytes from `validSize` on are zero leaves: the clusters behind are never read, they hold other files' old data.
 * 2. Holes are zero leaves; damaged runs, and what the runs do not cover, are unreadable leaves.
 */
import type { DataStream } from '../filesystem/file-system.ts';
import { type ExtentSink } from '../map/address-map.ts';
import { type Attribute } from './attribute.ts';
import { type RunList } from './run-list.ts';
import { type VolumeContext } from './volume-context.ts';
export declare class RunStream implements DataStream {
    #private;
    readonly size: number;
    readonly validSize: number;
    readonly sparse: boolean;
    readonly runs: RunList;
    /** `first`: the piece of the attribute that has its sizes. */
    constructor(context: VolumeContext, runs: RunList, first: Attribute);
    get allocatedSize(): number;
    resolve(offset: number, length: number, at: number, sink: ExtentSink): void;
    /** The runs as they are, with no regard to the stream's sizes: for what keeps compressed bytes in them. */
    resolveValid(offset: number, length: number, at: number, sink: ExtentSink): void;
}

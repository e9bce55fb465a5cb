/** Stands in for a parent that is not asked: what a child takes from it is a computed leaf of `BELOW`. */
import { type ExtentSink } from '../map/address-map.ts';
import type { DiskImage } from './disk-image.ts';
/** The leaf that marks what belongs to the parent; reading it throws. */
export declare const BELOW: import("../map/address-map.ts").UnreadableBytes;
export declare class BelowDisk implements DiskImage {
    readonly format = "vhdx";
    readonly type = "dynamic";
    readonly name = "parent";
    readonly blockSize: null;
    readonly parent: null;
    readonly findings: never[];
    readonly dataIdentity: null;
    readonly size: number;
    readonly logicalSectorSize: number;
    /** `size`: the parent's; past its end a larger child reads zeros. */
    constructor({ size, logicalSectorSize }: {
        readonly size: number;
        readonly logicalSectorSize: number;
    });
    resolve(offset: number, length: number, at: number, sink: ExtentSink): void;
    describe(): Record<string, unknown>;
    check(): [];
}

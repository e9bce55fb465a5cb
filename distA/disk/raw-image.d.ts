/** A disk without a container: every byte is the guest's. */
import type { Finding } from '../errors.ts';
import type { AddressMap, ExtentSink } from '../map/address-map.ts';
import type { DiskImage } from './disk-image.ts';
export declare class RawImage implements DiskImage {
    #private;
    readonly format = "raw";
    readonly type = "raw";
    readonly name: string;
    readonly logicalSectorSize = 512;
    readonly blockSize: null;
    readonly parent: null;
    readonly findings: readonly Finding[];
    readonly dataIdentity: null;
    constructor(bytes: AddressMap, name: string);
    get size(): number;
    resolve(offset: number, length: number, at: number, sink: ExtentSink): void;
    describe(): Record<string, unknown>;
    check(): Iterable<Finding>;
}

/** A map that knows the holes of the files it lives in: what the host stores nowhere are zeros, as the format's own are. */
import type { HostFiles } from '../io/host-files.ts';
import type { AddressMap, ExtentSink } from '../map/address-map.ts';
export declare class HostHoleMap implements AddressMap {
    #private;
    readonly size: number;
    constructor(below: AddressMap, host: HostFiles);
    resolve(offset: number, length: number, at: number, sink: ExtentSink): void;
}

/** The maps that belong to no format: a whole file, a window, parts laid end to end, bytes made on demand. */
import type { ByteFile } from '../io/byte-file.ts';
import { type AddressMap, type ComputedBytes, type ExtentSink } from './address-map.ts';
/** The bottom of every river: a file as it is. */
export declare class FileMap implements AddressMap {
    readonly file: ByteFile;
    constructor(file: ByteFile);
    get size(): number;
    resolve(offset: number, length: number, at: number, sink: ExtentSink): void;
}
/** A window on another map: a partition on a disk, a stored member of an archive. */
export declare class SliceMap implements AddressMap {
    #private;
    readonly size: number;
    constructor(below: AddressMap, start: number, size: number);
    resolve(offset: number, length: number, at: number, sink: ExtentSink): void;
}
/** Maps laid end to end: the parts of a volume that spans several disks. */
export declare class ConcatMap implements AddressMap {
    #private;
    readonly size: number;
    constructor(parts: readonly AddressMap[]);
    resolve(offset: number, length: number, at: number, sink: ExtentSink): void;
}
/** Bytes that some ComputedBytes makes, as a map. */
export declare class ComputedMap implements AddressMap {
    #private;
    readonly size: number;
    constructor(source: ComputedBytes, size: number);
    resolve(offset: number, length: number, at: number, sink: ExtentSink): void;
}
/** Bytes at hand, as a computed leaf. */
export declare class BytesLeaf implements ComputedBytes {
    #private;
    readonly what: string;
    constructor(bytes: Uint8Array, what: string);
    read(offset: number, target: Uint8Array): void;
}

/**
 * Files compressed by the Windows Overlay Filter ("CompactOS"): the content is in the stream WofCompressedData, as
 * chunks that each expand to 4, 8, 16 or 32 KiB, behind a table of where the chunks end.
 *
 * Invariants:
 * 1. `n` chunks have `n - 1` table entries of 4 bytes, or of 8 where the file is 4 GiB or more: offsets behind the table.
 * 2. A chunk takes 1 byte up to its expanded size; of exactly that size it is stored as it is, and becomes the leaves of
 *    the compressed stream itself.
 * 3. The table is read a page at a time; it is never held whole.
 */
import type { DataStream } from '../filesystem/file-system.ts';
import { type ComputedBytes, type ExtentSink } from '../map/address-map.ts';
type Algorithm = {
    readonly name: string;
    readonly chunkSize: number;
    readonly decompress: (source: Uint8Array, target: Uint8Array) => void;
};
/** By the number in the reparse point. */
export declare const WOF_ALGORITHMS: readonly Algorithm[];
export type WofPlace = {
    readonly image: string;
    readonly structure: string;
    readonly offset: number;
};
export declare class WofStream implements DataStream, ComputedBytes {
    #private;
    readonly size: number;
    readonly sparse = false;
    readonly what: string;
    /** `below`: the stream WofCompressedData; `size`: of the file, in bytes. */
    constructor(below: DataStream, size: number, algorithm: Algorithm, place: WofPlace);
    get allocatedSize(): number;
    resolve(offset: number, length: number, at: number, sink: ExtentSink): void;
    read(offset: number, target: Uint8Array): void;
}
export {};

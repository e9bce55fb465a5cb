/** Leaves as values: what the public API returns and what the copy engine plans with. */
import type { ByteFile } from '../io/byte-file.ts';
import type { AddressMap, ComputedBytes, ExtentSink } from './address-map.ts';
/** Offsets and lengths in bytes. `offset` is in the address space of the map that was asked. */
export type Extent = {
    readonly kind: 'data';
    readonly offset: number;
    length: number;
    readonly file: ByteFile;
    readonly fileOffset: number;
} | {
    readonly kind: 'zero';
    readonly offset: number;
    length: number;
} | {
    readonly kind: 'computed';
    readonly offset: number;
    length: number;
    readonly source: ComputedBytes;
    readonly sourceOffset: number;
};
/** Thrown by a list that holds as much as it may, for `fillUpTo`: the resolution ends there. Made once, since it tells nothing. */
export declare const FULL: Error;
/** Collects leaves, joining neighbours that continue each other. */
export declare class ExtentList implements ExtentSink {
    #private;
    readonly extents: Extent[];
    /** With a `limit` only for `fillUpTo`. */
    constructor(limit?: number);
    data(at: number, length: number, file: ByteFile, fileOffset: number): void;
    zero(at: number, length: number): void;
    computed(at: number, length: number, source: ComputedBytes, sourceOffset: number): void;
}
/**
 * Runs a resolution into a list with a limit; returns false when it ended early. Leaves come in order, so what the list
 * then holds is all up to the end of its last extent: however dense a map is, no more than the limit is ever held.
 */
export declare function fillUpTo(resolve: () => void): boolean;
/** Where a range of the map lives. For a map of unknown fragmentation use `extentsOf`, which bounds memory. */
export declare function resolveExtents(map: AddressMap, offset: number, length: number): Extent[];
/**
 * All extents of a range in order, resolved a window at a time so that memory stays bounded however large and
 * fragmented the map is: the window grows where the map is plain and shrinks where it is in pieces. Neighbours are
 * joined across windows.
 */
export declare function extentsOf(map: AddressMap, offset?: number, length?: number): Generator<Extent>;

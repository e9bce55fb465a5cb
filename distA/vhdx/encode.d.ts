/**
 * The structures of format.ts, as bytes. Encodes and nothing else: what a value must be is the caller's business, and
 * where it stands is said in format.ts.
 */
import { type Header } from './format.ts';
export declare function encodeFileIdentifier(creator: string): Uint8Array;
/** The 4 KiB of a header, its checksum computed. */
export declare function encodeHeader(header: Omit<Header, 'checksum'>): Uint8Array;
export type RegionFields = {
    readonly guid: string;
    readonly fileOffset: number;
    readonly length: number;
    readonly required: boolean;
};
/** The 64 KiB of a region table, its checksum computed. */
export declare function encodeRegionTable(entries: readonly RegionFields[]): Uint8Array;
export type MetadataItem = {
    readonly itemId: string;
    readonly isVirtualDisk: boolean;
    readonly isRequired: boolean;
    readonly bytes: Uint8Array;
};
/** The metadata table and, behind its 64 KiB, the items one after another, each on a multiple of 8. */
export declare function encodeMetadata(items: readonly MetadataItem[]): Uint8Array;
/** File parameters (2.6.2.1): 8 bytes. */
export declare function encodeFileParameters(blockSize: number, leaveBlockAllocated: boolean, hasParent: boolean): Uint8Array;
export declare function encodeU32(value: number): Uint8Array;
export declare function encodeU64(value: number): Uint8Array;
export declare function encodeGuid(guid: string): Uint8Array;
/** A parent locator (2.6.2.6) with these pairs, in order. */
export declare function encodeLocator(pairs: readonly (readonly [key: string, value: string])[]): Uint8Array;
/** A BAT entry at this place of its page: state and file offset, a multiple of 1 MiB. */
export declare function setBatEntry(view: DataView, at: number, state: number, fileOffset: number): void;

/**
 * Values outside their row: text and images, MAX types, and columns that overflowed. The row holds a root or a pointer to
 * one; nodes lead to fragments on text pages, which are laid end to end.
 */
import { type RowAddress } from './page.ts';
import type { PageReader } from './page-reader.ts';
/** A larger value is refused, so that one row cannot take all memory. */
export declare const VALUE_MAX: number;
/** First byte of a complex column: what kind of root it is. */
export declare const Complex: {
    readonly backPointer: 1;
    readonly overflow: 2;
    readonly inlineRoot: 4;
    readonly sparseVector: 5;
};
export declare class LobReader {
    #private;
    constructor(pages: PageReader);
    /** Follows a text pointer: u64 timestamp, then the root's address. Null for a value that is NULL. */
    readPointer(view: DataView, start: number, end: number): Uint8Array | null;
    /** Follows the links of a root that stands in the row. */
    readInline(bytes: Uint8Array, view: DataView, start: number, end: number): Uint8Array;
}
/** Page, file, slot: 8 bytes. */
export declare function getRowAddress(view: DataView, offset: number): RowAddress;

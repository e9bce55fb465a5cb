/**
 * Text: UTF-16 as stored, and single or double-byte text in the code page of its collation.
 *
 * A collation is a u32: SQL sort id in the top byte (0 for Windows collations), a locale index in the lowest, and flags
 * between them, one of which says UTF-8. Sort ids are documented; locale indexes are those that public probes of real
 * databases found (2017 to 2025) or that stand in real ones here. The rest is read as windows-1252 and reported.
 */
export declare function utf16Text(bytes: Uint8Array, start: number, end: number): string;
export type CodePage = {
    readonly name: string;
    readonly certain: boolean;
};
export declare function codePageOf(collation: number): CodePage;
/** Binary collations too; false where the collation is not known. */
export declare function isCaseSensitive(collation: number): boolean;
export declare function codePageText(bytes: Uint8Array, start: number, end: number, codePage: string): string;

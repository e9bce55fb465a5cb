/** How a page proves itself: a checksum, or the torn-page bits of SQL Server 2000; and the way back from the latter. */
/** `blank`: the page was never formatted. */
export type Protection = 'checksum' | 'torn-bits' | 'unprotected' | 'blank';
export type PageDefect = 'checksum' | 'torn' | 'wrong-id' | 'zeroed' | 'header';
export type PageVerdict = {
    readonly protection: Protection;
    readonly defect: PageDefect | null;
};
/** The checksum of the page at `at` in words. */
export type PageSum = (words: Uint32Array, at: number) => number;
/** XOR of the words of each sector, rotated into one; the checksum's own word is left out. */
export declare function pageChecksum(words: Uint32Array, at?: number): number;
/**
 * Judges the page at `at` in `words`, which stands at `file`:`page`. Restores nothing. All-zero pages are `blank` with
 * defect `zeroed`: whether that is damage depends on whether the page is allocated.
 */
export declare function judgePage(words: Uint32Array, at: number, file: number, page: number, sum?: PageSum): PageVerdict;
/**
 * Puts back the two low bits of each sector's last byte, which torn-page detection had replaced: the last one belongs
 * to the first slot, so a page read without this is misread.
 */
export declare function restoreTornBits(bytes: Uint8Array, view: DataView): void;
export declare function defectText(defect: PageDefect): string;
/** What stands in the page's type field, for people. */
export declare function pageTypeText(type: number): string;

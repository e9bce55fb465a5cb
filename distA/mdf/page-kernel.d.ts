/**
 * The checksum of pages where they are read into: 241 bytes of WebAssembly with 128-bit instructions. Its text is
 * bench/kernels/page-checksum.wat. GB/s of one thread, 128 pages again and again:
 *
 *     this          43.8
 *     pageChecksum   2.2
 *
 * A machine without such instructions sums words, as pageChecksum does.
 */
import { type PageSum } from './page-protection.ts';
export declare const PAGES_MAX = 128;
/** Room for PAGES_MAX pages, page-aligned, and what sums a page in it. */
export declare class PageKernel {
    readonly bytes: Uint8Array<SharedArrayBuffer>;
    readonly words: Uint32Array<SharedArrayBuffer>;
    /** Only of pages in `words`. */
    readonly sum: PageSum;
    /** `portable`: without the instructions. */
    constructor(portable?: boolean);
}

/**
 * The checksum of pages where they are read into: 241 bytes of WebAssembly with 128-bit instructions. Its text is
 * bench/kernels/page-checksum.wat. GB/s of one thread, 128 pages again and again:
 *
 *     this          43.8
 *     pageChecksum   2.2
 *
 * A machine without such instructions sums words, as pageChecksum does.
 */
import { wasmKernel, wasmMemory } from "../io/wasm-kernel.js";
import { PAGE_SIZE } from "./page.js";
import { pageChecksum } from "./page-protection.js";
const MODULE = 'AGFzbQEAAAABBgFgAX8BfwITAQRob3N0Bm1lbW9yeQIDAYCABAMCAQAHBwEDc3VtAAAKvAEBuQECBH8CeyAAIQEgAEGAwABqIQIDQCAAQYAEaiED/QwAAAAAAAAAAAAAAAAAAAAAIQX9DAAAAAAAAAAAAAAAAAAAAAAhBgNAIAUgAP0ABAAgAP0ABBD9Uf1RIQUgBiAA/QAEICAA/QAEMP1R/VEhBiAAQcAAaiEAIAAgA0kNAAsgBSAG/VEhBSAEQQF3IAX9GwAgBf0bAXMgBf0bAiAF/RsDc3NzIQQgACACSQ0ACyAEIAEoAjxBD3dzCw==';
export const PAGES_MAX = 128;
/** Room for PAGES_MAX pages, page-aligned, and what sums a page in it. */
export class PageKernel {
    bytes;
    words;
    /** Only of pages in `words`. */
    sum;
    /** `portable`: without the instructions. */
    constructor(portable = false) {
        const memory = wasmMemory(PAGES_MAX * PAGE_SIZE);
        this.bytes = new Uint8Array(memory.buffer);
        this.words = new Uint32Array(memory.buffer);
        this.sum = (portable ? null : load(memory)) ?? pageChecksum;
    }
}
function load(memory) {
    const kernel = wasmKernel(MODULE, memory);
    return kernel === null ? null : (_words, at) => kernel.sum(4 * at) >>> 0;
}

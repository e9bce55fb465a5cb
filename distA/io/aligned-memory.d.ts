/**
 * Page-aligned buffers. Memory from `Buffer.alloc` starts 16 bytes into a page, and the kernel copies into it about
 * five times slower; a WebAssembly.Memory starts on a page, is a SharedArrayBuffer that workers can use in place, and
 * satisfies O_DIRECT.
 */
/** Zeroed, page-aligned, shareable bytes; `size` is rounded up to 64 KiB. */
export declare function alignedMemory(size: number): Uint8Array<SharedArrayBuffer>;

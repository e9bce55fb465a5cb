/**
 * Page-aligned buffers. Memory from `Buffer.alloc` starts 16 bytes into a page, and the kernel copies into it about
 * five times slower; a WebAssembly.Memory starts on a page, is a SharedArrayBuffer that workers can use in place, and
 * satisfies O_DIRECT.
 */

const WASM_PAGE = 65_536;

/** The one constructor used here; the DOM library that declares the rest is not part of this build. */
declare const WebAssembly: {
  Memory: new (descriptor: {
    initial: number;
    maximum: number;
    shared: boolean;
  }) => { readonly buffer: SharedArrayBuffer };
};

/** Zeroed, page-aligned, shareable bytes; `size` is rounded up to 64 KiB. */
export function alignedMemory(size: number): Uint8Array<SharedArrayBuffer> {
  const pages = Math.ceil(size / WASM_PAGE);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  return new Uint8Array(memory.buffer);
}

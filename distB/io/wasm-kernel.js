/**
 * WebAssembly: memory that starts on a page, and small modules of 128-bit instructions that work in it. The only place
 * that knows the interface; the DOM library that declares it is not part of this build.
 */
const WASM_PAGE = 65_536;
/** Zeroed shared memory; `size` is rounded up to 64 KiB. Without WebAssembly (`node --jitless`) it may start anywhere. */
export function wasmMemory(size) {
    const pages = Math.ceil(size / WASM_PAGE);
    if (typeof WebAssembly === 'undefined')
        return { buffer: new SharedArrayBuffer(pages * WASM_PAGE) };
    return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
}
/**
 * The exports of a module (base64) that imports its memory as `host.memory`; null on a machine without its instructions.
 */
export function wasmKernel(module, memory) {
    try {
        const compiled = new WebAssembly.Module(Buffer.from(module, 'base64'));
        return new WebAssembly.Instance(compiled, { host: { memory } }).exports;
    }
    catch {
        return null;
    }
}

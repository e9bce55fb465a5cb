/**
 * WebAssembly: memory that starts on a page, and small modules of 128-bit instructions that work in it. The only place
 * that knows the interface; the DOM library that declares it is not part of this build.
 */
export type WasmMemory = {
    readonly buffer: SharedArrayBuffer;
};
/** Zeroed shared memory; `size` is rounded up to 64 KiB. Without WebAssembly (`node --jitless`) it may start anywhere. */
export declare function wasmMemory(size: number): WasmMemory;
/**
 * The exports of a module (base64) that imports its memory as `host.memory`; null on a machine without its instructions.
 */
export declare function wasmKernel<Exports extends object>(module: string, memory: WasmMemory): Exports | null;

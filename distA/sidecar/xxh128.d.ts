/**
 * XXH128 in place: 1.3 KB of WebAssembly with 128-bit instructions, in the memory into which blocks are read. Its text is
 * bench/kernels/xxh128.wat. It takes inputs of more than 240 bytes, which XXH3 treats alike; shorter
 * ones are done in xxh128-short.ts.
 *
 *     0      the default secret, the accumulators, the digest
 *     64 KiB where bytes are copied that lie elsewhere
 *     then   where callers read what they want to have hashed without copying
 */
export declare const LENGTH_MAX: number;
export declare class Xxh128 {
    #private;
    /** LENGTH_MAX bytes, page-aligned: what is hashed here is not copied. */
    readonly buffer: Uint8Array<SharedArrayBuffer>;
    /** Null on a machine without such instructions. */
    static load(): Xxh128 | null;
    private constructor();
    /** Writes the digest to `target` at `at`, in canonical order. */
    hash(bytes: Uint8Array, target: Uint8Array, at: number): void;
}

/**
 * The door to koffi, which calls C functions without a compiler. It is an optional dependency: where it is missing, or
 * has no binary for the platform, that is a normal state with a reason. Only the few calls used here are declared.
 */
/** A C function. Integers to 2^53 come and go as numbers; `void *` takes a Uint8Array, read and written in place. */
export type CFunction = (...values: readonly (number | string | Uint8Array | null)[]) => number;
export type Library = {
    func(name: string, result: string, parameters: readonly string[]): CFunction;
};
export type Koffi = {
    readonly version: string;
    /** Null: the running process and all it is linked with. */
    load(path: string | null): Library;
    /** Where the bytes are in memory: for structures that point to others. They must stay referenced meanwhile. */
    address(bytes: Uint8Array): bigint;
    /** `errno` as the last call left it. */
    errno(): number;
};
/** koffi, or the sentence that says why not. */
export declare function loadKoffi(): Koffi | string;

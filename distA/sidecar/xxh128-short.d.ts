/**
 * XXH128 (seed 0) of at most 240 bytes, for which XXH3 has five ways of its own. Only what is hashed once for a state is so
 * short, so this is written to be read. Source: the XXH3 specification in the xxHash repository (doc/xxhash_spec.md, "Small
 * inputs", "Medium inputs").
 */
export declare const SHORT_MAX = 240;
/** Writes the digest to `target` at `at`, in canonical (big-endian) order. `secret`: the default one, 192 bytes. */
export declare function xxh128Short(bytes: Uint8Array, secret: Uint8Array, target: Uint8Array, at: number): void;

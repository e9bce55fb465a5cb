/**
 * The fingerprint of a block: XXH128 (XXH3 of 128 bits, seed 0), as 16 bytes in canonical (big-endian) order, what
 * `xxhsum -H2` prints. It finds change and damage, not forgery: an attacker can make two blocks of one fingerprint.
 *
 * Chosen by `node bench/fingerprint-kernels.mjs`, GB/s of one thread on blocks of 16, 64 and 256 KiB
 * (those with a copy on a busy machine, on which hash-wasm did 2.3 to 2.9):
 *
 *     this, in place      16.0   19.5   18.4
 *     this, with a copy    4.8    4.6    5.1
 *     hash-wasm xxh128     3.64   3.87   3.95
 *     sha1                 1.73   1.86   1.91
 *     sha256               1.62   1.75   1.78
 *     blake2b512           0.93   1.01   1.03
 *     md5                  0.72   0.75   0.75
 *
 * hash-wasm hashes where the kernel's instructions are missing: loading it takes 10 ms.
 * Sixteen zero bytes stand for a block that is all zeros: such a block is neither hashed nor stored.
 */
export declare const FINGERPRINT_SIZE = 16;
/** Writes the fingerprint of `bytes` to `target` at `at`. Synchronous. */
export type Fingerprinter = (bytes: Uint8Array, target: Uint8Array, at: number) => void;
/** The kernel of this thread; compiled once. */
export declare function loadFingerprinter(): Promise<Fingerprinter>;
/**
 * A mebibyte of page-aligned memory, one for the thread: blocks that are read here are hashed where they are. Null where
 * that makes no difference.
 */
export declare function fingerprintBuffer(): Uint8Array<SharedArrayBuffer> | null;

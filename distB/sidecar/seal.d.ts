/**
 * The seal of a state: one SHA-256 over all its bytes, for tamper evidence. Fingerprints find accidents; a seal that is
 * kept elsewhere also finds intent.
 *
 * It is the SHA-256 of `pvseal 1`, disk size and block size (u64 each, little-endian), then, for each page of 256 blocks
 * that holds anything but zeros, its number (u64) and the SHA-256 of the blocks' digests; a block of zeros counts as 32
 * zero bytes. So states that share blocks share the work: only what differs is hashed again.
 */
export type Seal = {
    /** Hexadecimal. */
    readonly sha256: string;
    /** When it was made, Unix milliseconds. */
    readonly sealedMs: number;
};
/** Digests of the blocks of one state, carried over to the next. */
export declare class SealDigests {
    #private;
    set(block: number, digest: Uint8Array): void;
    /** The block holds zeros now. */
    clear(block: number): void;
    /** Every block holds zeros until it is set: for a state of which all that holds anything else is looked at. */
    clearAll(): void;
    root(diskSize: number, blockSize: number): string;
}
export declare function encodeSeal({ sha256, sealedMs }: Seal): Uint8Array;
/** Null for a seal of another kind. */
export declare function decodeSeal(bytes: Uint8Array): Seal | null;

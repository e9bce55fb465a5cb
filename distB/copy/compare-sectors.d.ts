/**
 * The kernel that tells in which sectors two pieces differ: a function of 248 bytes of WebAssembly with 128-bit
 * instructions, in the memory into which the pieces are read. Its text is bench/kernels/compare-sectors.wat. A machine
 * without such instructions compares with memcmp and words instead.
 *
 * Chosen by `node bench/compare-kernels.mjs` on a busy machine: GB/s of one side, by how many of 2048 sectors differ.
 *
 *                            0      1     16   2048
 *     this                15.3   13.5   17.7   44.2
 *     memcmp + words      21.4   11.4    2.3    7.6
 *     memcmp + memcmp     16.0    9.8    1.6    1.5
 *
 * Equal pieces are about as fast as memory either way; pieces with scattered changes, which is what backups see, are not.
 */
/** Room for two pieces of a size, zeros of that size, and a bitmap, all on pages; and the kernel that works in it. */
export declare class SectorComparer {
    #private;
    readonly left: Uint8Array;
    readonly right: Uint8Array;
    /** Of the last comparison, one bit a sector. */
    readonly bitmap: Uint8Array;
    /** `size`: a multiple of 64 KiB. `portable`: without the kernel. */
    constructor(size: number, portable?: boolean);
    /** Compares the first `length` bytes, whole sectors, of either side; one that is zeros need not be filled. True when they differ. */
    compare(length: number, leftIsZero: boolean, rightIsZero: boolean): boolean;
}

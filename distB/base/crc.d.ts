/**
 * 32-bit CRCs of reflected polynomials, slice-by-8: about 1 GB/s once warm.
 *
 * Structures that formats protect are mostly zeros at their end (64 KiB for two entries). Appending n zero bytes
 * multiplies the remainder by x^(8n), which takes log2(n) steps, so such an end costs next to nothing.
 */
export type Crc = (bytes: Uint8Array, seed?: number) => number;
/** The CRC of this polynomial (reflected), whose `seed` is a CRC returned earlier, to go on from; 0 to start. */
export declare function makeCrc(polynomial: number): Crc;

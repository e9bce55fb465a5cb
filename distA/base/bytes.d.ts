/**
 * Little-endian helpers over DataView and Uint8Array. Pure: no I/O, no node: imports.
 *
 * u64 policy: offsets, sizes and lengths are numbers. A value beyond 2^53-1 becomes NaN, so that every range test
 * written in the positive form (`offset + length <= size`) falls on the failing side by itself.
 * Opaque 64-bit values (sequence numbers, LSNs) are bigint.
 */
export declare const KIB = 1024;
export declare const MIB: number;
export declare const GIB: number;
export declare const TIB: number;
/** A DataView on exactly these bytes (pooled Buffers start anywhere in their ArrayBuffer). */
export declare function viewOf(bytes: Uint8Array): DataView;
/** Writes ASCII text at this offset. */
export declare function setAscii(bytes: Uint8Array, offset: number, text: string): void;
/** Writes UTF-16LE text at this offset, as it is, without a terminator. */
export declare function setUtf16(view: DataView, offset: number, text: string): void;
/** Unsigned 64-bit little-endian as a number; NaN beyond 2^53-1. */
export declare function getU64(view: DataView, offset: number): number;
/** Writes a whole number from 0 to 2^53-1 as unsigned 64-bit little-endian. */
export declare function setU64(view: DataView, offset: number, value: number): void;
/** Signed 64-bit little-endian as a number; NaN outside ±2^53. */
export declare function getI64(view: DataView, offset: number): number;
export declare function getU64Be(view: DataView, offset: number): number;
/** True when the ASCII text stands at this offset. */
export declare function hasAscii(bytes: Uint8Array, offset: number, text: string): boolean;
/** UTF-16LE text of `units` code units; unpaired surrogates are kept as they are. */
export declare function getUtf16(view: DataView, offset: number, units: number): string;
export declare function isPowerOfTwo(value: number): boolean;
export declare function alignDown(value: number, unit: number): number;
export declare function alignUp(value: number, unit: number): number;
/** True when every byte from `start` to `end` is zero. */
export declare function isZero(bytes: Uint8Array, start?: number, end?: number): boolean;
/** Bytes up to the last that is not zero. */
export declare function lengthWithoutZeros(bytes: Uint8Array): number;
/** True when both hold the same bytes. */
export declare function bytesEqual(a: Uint8Array, b: Uint8Array): boolean;
/** `0x1f00` style, for messages. */
export declare function hex(value: number): string;

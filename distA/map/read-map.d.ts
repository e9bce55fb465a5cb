/** Random reads through a map: the same leaves, filled into one buffer. */
import { StorageError } from '../errors.ts';
import type { ByteFile } from '../io/byte-file.ts';
import type { AddressMap } from './address-map.ts';
/**
 * Fills `target` from `offset` on, clipped to the map's size; returns the bytes filled.
 * Throws the StorageError of any unreadable leaf it meets.
 */
export declare function readMap(map: AddressMap, offset: number, target: Uint8Array): number;
/** The same past the page cache: for whoever keeps what was read, as the kernel above a mount does. */
export declare function readPayload(map: AddressMap, offset: number, target: Uint8Array): number;
/**
 * New bytes of exactly `length`, or fewer where the map ends. Small ones are parts of a slab, as memory of their own for
 * each would cost as much as reading them: their ArrayBuffer is larger than they are (see `viewOf`).
 */
export declare function readBytes(map: AddressMap, offset: number, length: number): Uint8Array;
/** A copy of a few bytes, made as `readBytes` makes them. */
export declare function copyBytes(bytes: Uint8Array): Uint8Array;
export declare function shortRead(file: ByteFile, offset: number): StorageError;

/**
 * What a thread does with a batch: read a piece into page-aligned memory, write what is not zero. Synchronous: the
 * fastest way Node can move bytes is a 1 MiB readSync into aligned memory, in two threads.
 */
import { type StorageErrorJson } from '../errors.ts';
import type { ByteFile } from '../io/byte-file.ts';
import { type SharedBatch } from './batch.ts';
/**
 * Bytes are written in parts of this size, each while it is in the cache of the compare before it. Zero runs shorter than
 * a part are written: a compare costs about 0.1 us whatever its length. Larger writes are slower: they make the kernel
 * look for contiguous memory, which a virtual machine may have to get from its host first, and hold the lock of a file
 * that two threads write to for longer.
 */
export declare const WRITE_PART: number;
export declare const zeros: Uint8Array<SharedArrayBuffer>;
export declare function pieceBuffer(): Uint8Array;
/** Writes the bytes at `position`, leaving out zero runs when asked: the target is new, so holes read as zeros. */
export declare function writePiece(fd: number, bytes: Uint8Array, position: number, skipZeros: boolean): void;
/** How a thread is told of a file: where to open it, and which file that has to be. */
export declare function sourceName({ identity, path }: ByteFile): string;
/** Source files that a thread has open by their names (see `sourceName`). */
export declare class Sources {
    #private;
    constructor(nameOf: (source: number) => string);
    read(source: number, offset: number, target: Uint8Array): void;
    close(): void;
}
/** A worker's failure: the piece it stopped at, for the planning thread to retry with care. */
export type Failure = {
    readonly piece: number;
    readonly error: StorageErrorJson;
} | null;
/** Takes pieces of an unordered batch until none is left. Runs in a worker; computed pieces are left to the planner. */
export declare function copyPieces(batch: SharedBatch): Failure[];
export type OrderedBatch = SharedBatch & {
    readonly ring: Uint8Array<SharedArrayBuffer>;
    readonly slots: number;
};
/** Takes over, then reads and writes the pieces in order, leaving each in the ring until the hashing thread has consumed it. */
export declare function producePieces(batch: OrderedBatch): Failure[];
export declare function pieceAt(pieces: Float64Array, index: number): [at: number, length: number, source: number, offset: number];

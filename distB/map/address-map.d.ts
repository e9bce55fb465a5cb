/**
 * The one fitting of pitvault: an address map.
 *
 * A container, a partition, a volume, a file are all the same thing: a range of bytes that live somewhere else. Each
 * layer translates a range of its own into ranges of the layer below and passes the sink down; the bottom emits leaves.
 * Nothing on the way reads payload. Three kinds of leaf:
 *
 * - `data`: bytes of an unchanging file, at an offset. Two data leaves with the same file identity and offset are equal
 *   without being read.
 * - `zero`: zeros that are stored nowhere.
 * - `computed`: bytes that exist nowhere as such: log sectors whose ends were replaced, resident data under fixups,
 *   decompressed units. Damage is a computed leaf too: one whose read throws (see `unreadable`), so that the rest of
 *   the range stays readable.
 *
 * Invariants of `resolve(offset, length, at, sink)`:
 * 1. Leaves come in order, without gaps or overlap, and cover exactly `length` bytes, numbered from `at`.
 * 2. `0 <= offset`, `offset + length <= size`; a caller that asks beyond is wrong (RangeError).
 * 3. Reads are of metadata only; damage of payload structures never throws here, it is emitted as an unreadable leaf.
 */
import type { StorageError } from '../errors.ts';
import type { ByteFile } from '../io/byte-file.ts';
export interface AddressMap {
    /** Bytes. */
    readonly size: number;
    resolve(offset: number, length: number, at: number, sink: ExtentSink): void;
}
/** Receives leaves. `at` is in the address space of whoever started the resolution. */
export interface ExtentSink {
    data(at: number, length: number, file: ByteFile, fileOffset: number): void;
    zero(at: number, length: number): void;
    computed(at: number, length: number, source: ComputedBytes, sourceOffset: number): void;
}
/** Bytes made on demand. */
export interface ComputedBytes {
    /** What it is, for `map` and messages: `resident data of file record 35`. */
    readonly what: string;
    /** Fills all of target with the bytes from `offset` on, or throws a StorageError. */
    read(offset: number, target: Uint8Array): void;
}
/** A leaf whose bytes cannot be had: reading it throws `error`. */
export declare class UnreadableBytes implements ComputedBytes {
    readonly error: StorageError;
    constructor(error: StorageError);
    get what(): string;
    read(): void;
}
export declare function unreadable(error: StorageError): UnreadableBytes;
/** Throws when the range is not inside the map: a mistake of the caller, never of an image. */
export declare function requireRange(map: AddressMap, offset: number, length: number): void;

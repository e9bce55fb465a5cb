/**
 * A new VHD in a file that nobody has seen: blocks are taken as they are written, in any order; table and footers come
 * last, with one flush, by `close`.
 *
 *   footer copy, dynamic header, BAT, blocks (bitmap + payload) ..., footer
 */
import type { WritableFile } from '../io/file-store.ts';
/** What a BAT entry, a sector number of 32 bits, can reach, and what Windows takes. */
export declare const VHD_SIZE_MAX: number;
export declare class VhdBuilder {
    #private;
    readonly size: number;
    readonly blockSize: number;
    /** Owns the file. Throws invalid-argument for a disk that cannot be. */
    constructor(file: WritableFile, size: number);
    /** Writes whole sectors. */
    write(offset: number, bytes: Uint8Array): void;
    close(): void;
}
/** The footer behind the payload of a fixed VHD, or of a dynamic one, with a random id. */
export declare function footerOf(size: number, type: 'fixed' | 'dynamic'): Uint8Array;
export declare function requireVhdSize(size: number): void;

/**
 * A sidecar open for reading: facts, change map and fingerprints of one state of a replica.
 *
 * 1. Nothing is believed unchecked: header, index and change map carry checksums, a page's digest stands in the index,
 *    and the root binds all pages to the state. Whatever is wrong is kind `corrupt`, and the sidecar can be made anew
 *    from the disk it describes.
 * 2. Memory: the index (at most 8 MiB), and the one page in use. Pages of two states are compared by their digests, so
 *    what is equal is not read.
 */
import type { ByteFile } from '../io/byte-file.ts';
import { ChangeMap, type Range } from './change-map.ts';
import { type Fingerprinter } from './fingerprint.ts';
import { type SidecarHeader } from './format.ts';
export declare class Sidecar {
    #private;
    readonly name: string;
    readonly facts: SidecarHeader;
    /** Owns the file from then on, also when it throws. */
    static open(file: ByteFile, fingerprint: Fingerprinter): Sidecar;
    private constructor();
    /** Blocks under fingerprints. */
    get blockCount(): number;
    /** Names the state: equal for equal contents, whatever disk holds them. Hexadecimal. */
    get root(): string;
    /** Pages with fingerprints other than zero, ascending. */
    pageNumbers(): Iterable<number>;
    /** 256 fingerprints, valid until the next call. */
    page(page: number): Uint8Array;
    /** Copies the fingerprint of a block; sixteen zeros for a block of zeros. */
    fingerprint(block: number, target: Uint8Array, at: number): void;
    /** Copies those of neighbouring blocks, side by side. */
    fingerprints(first: number, count: number, target: Uint8Array, at: number): void;
    isZero(block: number): boolean;
    /** What changed against the state before; of a first state everything that is not zero. */
    changes(): ChangeMap;
    /** The seal's bytes, or null when the state was not sealed. */
    seal(): Uint8Array | null;
    /** Offset in this file of a page, for whoever writes the next sidecar from it; -1 when it has none. */
    slotOf(page: number): number;
    digestOf(page: number): Uint8Array | null;
    close(): void;
    [Symbol.dispose](): void;
}
/** Reads and checks the header alone. */
export declare function readHeader(file: ByteFile): SidecarHeader;
/** The change map alone. */
export declare function readChanges(file: ByteFile, facts: SidecarHeader): ChangeMap;
/** A section of the file, checked by its checksum. */
export declare function readSection(file: ByteFile, section: 'index' | 'changes' | 'seal', facts: SidecarHeader): Uint8Array;
/**
 * The root: the fingerprint of disk size, block size (u64 each), then number (u64) and digest of each page in order.
 * Where pages lie in the file does not matter to it.
 */
export declare function rootOf({ diskSize, blockSize }: {
    readonly diskSize: number;
    readonly blockSize: number;
}, index: {
    readonly bytes: Uint8Array;
    readonly pages: Float64Array;
}, fingerprint: Fingerprinter): Uint8Array;
export declare function sameFingerprint(a: Uint8Array, atA: number, b: Uint8Array, atB: number): boolean;
/**
 * Blocks whose fingerprints differ between two states of one block size, as ranges of bytes; past the end of the smaller
 * disk every block that is not zero differs. Pages of equal digests are not read.
 */
export declare function differingRanges(a: Sidecar, b: Sidecar): Generator<Range>;

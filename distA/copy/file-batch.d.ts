/**
 * Small files for whoever is free to write them: names, sizes, times and extents in shared memory.
 *
 * The planning thread fills a batch and publishes it; whoever takes it writes its files and leaves a result, and a digest
 * where one is asked for, for each. Everything has a fixed size, so memory does not grow with the number of files: a
 * file that does not fit even an empty batch is refused, and copied the general way.
 */
import type { ByteFile } from '../io/byte-file.ts';
import { type AddressMap, type ComputedBytes, type ExtentSink } from '../map/address-map.ts';
/**
 * Few enough that the end of a job finds both threads busy, many enough that handing over costs nothing. Few also because
 * what waits in batches is alive: where a collection comes early and finds little else, V8 takes the like for long-lived
 * from then on and keeps it until much has gathered (in one run of five 40 MiB more, with 4 x 128 files).
 */
export declare const FILES_MAX = 64;
export declare const DIGEST_SIZE = 32;
/** The numbers of a file. */
export declare const FileField: {
    readonly size: 0;
    readonly accessed: 1;
    readonly modified: 2;
    readonly flags: 3;
    readonly extents: 4;
    readonly SIZE: 5;
};
export declare const FileFlag: {
    readonly sparse: 1;
    readonly readOnly: 2;
};
/**
 * The numbers of an extent: where in the file, length, source (ZERO for a hole, COMPUTED for bytes that the planning
 * thread made and put inline), offset in the source.
 */
export declare const ExtentField: {
    readonly at: 0;
    readonly length: 1;
    readonly source: 2;
    readonly offset: 3;
    readonly SIZE: 4;
};
/** 0: nobody came to it. */
export declare const FileResult: {
    readonly written: 1;
    readonly failed: 2;
};
/** Strings that another thread can read: their UTF-8 bytes end to end, and where each ends. */
export declare class SharedTexts {
    #private;
    readonly bytes: Uint8Array<SharedArrayBuffer>;
    readonly ends: Uint32Array<SharedArrayBuffer>;
    static make(count: number, size: number): SharedTexts;
    constructor(memory: Pick<SharedTexts, 'bytes' | 'ends'>);
    /** False when it does not fit. */
    push(text: string): boolean;
    at(index: number): string;
    clear(): void;
}
/** Files of a job that extents point into: all batches share the list, and the other thread opens them by path. */
export declare class FileSources {
    #private;
    readonly files: ByteFile[];
    readonly paths: SharedTexts;
    /** `byPath`: only files that another thread can open count. */
    constructor(byPath: boolean);
    /** The file's number, or -1 when it cannot be a source. */
    indexOf(file: ByteFile): number;
}
/** What crosses to the other thread. */
export type SharedFileBatch = {
    readonly numbers: Float64Array<SharedArrayBuffer>;
    readonly extents: Float64Array<SharedArrayBuffer>;
    readonly results: Uint8Array<SharedArrayBuffer>;
    readonly digests: Uint8Array<SharedArrayBuffer>;
    readonly inline: Uint8Array<SharedArrayBuffer>;
    readonly paths: Pick<SharedTexts, 'bytes' | 'ends'>;
};
/** A file to write: where, and what it gets besides its bytes. */
export type SmallFile = {
    readonly path: string;
    /** Seconds since 1970. */
    readonly accessed: number;
    readonly modified: number;
    readonly sparse: boolean;
    readonly readOnly: boolean;
};
/** The planning thread's side of a batch: it fills it, and knows what each of its files stands for. */
export declare class FileBatch<Token> implements ExtentSink {
    #private;
    readonly numbers: Float64Array<SharedArrayBuffer>;
    readonly extents: Float64Array<SharedArrayBuffer>;
    readonly results: Uint8Array<SharedArrayBuffer>;
    readonly digests: Uint8Array<SharedArrayBuffer>;
    readonly inline: Uint8Array<SharedArrayBuffer>;
    readonly paths: SharedTexts;
    readonly tokens: Token[];
    constructor(sources: FileSources);
    get shared(): SharedFileBatch;
    /**
     * Adds a file of at most PIECE_SIZE bytes. Nothing is added when there is no room for it (`full`), or when it is
     * nothing for a batch at all (`refused`).
     */
    add(map: AddressMap, file: SmallFile, token: Token): 'added' | 'full' | 'refused';
    clear(): void;
    data(at: number, length: number, file: ByteFile, fileOffset: number): void;
    zero(at: number, length: number): void;
    /** What is short is made at once and goes along; what is long, or cannot be had, is copied the general way. */
    computed(at: number, length: number, source: ComputedBytes, sourceOffset: number): void;
}

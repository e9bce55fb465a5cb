/** The files of a volume by path: the embedder's view of a FileSystem. */
import type { Readable } from 'node:stream';
import type { Finding } from '../errors.ts';
import type { DataStream, FileEntry, FileSystem, FileSystemInfo, StreamInfo } from '../filesystem/file-system.ts';
import { type Extent } from '../map/extent.ts';
export declare class VolumeFiles {
    #private;
    constructor(fileSystem: FileSystem, image: string);
    get info(): FileSystemInfo;
    /** What was met while opening and reading so far. */
    get findings(): readonly Finding[];
    /** The entry at this path, or null. Paths may be written as Windows writes them. */
    stat(path: string): Promise<FileEntry | null>;
    /** The entries of a directory. */
    list(path?: string): AsyncGenerator<FileEntry>;
    /** Everything below a directory, depth first, directories before their content. */
    walk(path?: string): AsyncGenerator<FileEntry>;
    /** Every file of the volume in one linear pass: the fastest way to see them all, in no order of names. */
    scan(): AsyncGenerator<FileEntry>;
    /** Alternate streams of a file. */
    streams(path: string): Promise<readonly StreamInfo[]>;
    /** Opens a file, or a stream of it (`/a/b.txt:stream`). Throws `unsupported` for content that is not in the image. */
    open(path: string): Promise<FileHandle>;
}
/** In bytes: `start` is 0 and `end` the size unless given. */
export type StreamOptions = {
    readonly start?: number | undefined;
    readonly end?: number | undefined;
    readonly signal?: AbortSignal | undefined;
};
/** An open stream of a file. Needs no close: it holds nothing but the image. */
export declare class FileHandle {
    readonly entry: FileEntry;
    /** The address map of the content: for `resolveExtents`, for the copy engine, or as an image inside an image. */
    readonly map: DataStream;
    constructor(entry: FileEntry, map: DataStream);
    /** Bytes. */
    get size(): number;
    /** Where a range of the file lives, down to the image's own bytes. Reads metadata only. */
    resolve(offset: number, length: number): Extent[];
    /** Fills `target` from `offset` on; returns the bytes filled, fewer only at the end of the file. */
    read(target: Uint8Array, offset?: number): Promise<number>;
    /** The bytes from `start` up to (not including) `end` as a stream, in chunks of up to 1 MiB. */
    stream(options?: StreamOptions): Readable;
}

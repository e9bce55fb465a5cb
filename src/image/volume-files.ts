/** The files of a volume by path: the embedder's view of a FileSystem. */

import type { Readable } from 'node:stream';
import type { Finding } from '../errors.ts';
import { invalidArgument, notFound, throwIfCancelled } from '../errors.ts';
import type { DataStream, FileEntry, FileSystem, FileSystemInfo, StreamInfo } from '../filesystem/file-system.ts';
import { type Extent, resolveExtents } from '../map/extent.ts';
import { readMap } from '../map/read-map.ts';
import { normalizePath, splitStream } from './path.ts';

const CHUNK = 1024 * 1024;

export class VolumeFiles {
  readonly #fileSystem: FileSystem;
  readonly #image: string;

  constructor(fileSystem: FileSystem, image: string) {
    this.#fileSystem = fileSystem;
    this.#image = image;
  }

  get info(): FileSystemInfo {
    return this.#fileSystem.info;
  }

  /** What was met while opening and reading so far. */
  get findings(): readonly Finding[] {
    return this.#fileSystem.findings;
  }

  /** The entry at this path, or null. Paths may be written as Windows writes them. */
  async stat(path: string): Promise<FileEntry | null> {
    return this.#fileSystem.lookup(splitStream(path).file);
  }

  /** The entries of a directory. */
  async *list(path = '/'): AsyncGenerator<FileEntry> {
    yield* this.#fileSystem.list(this.#require(path));
  }

  /** Everything below a directory, depth first, directories before their content. */
  async *walk(path = '/'): AsyncGenerator<FileEntry> {
    yield* this.#fileSystem.walk(this.#require(path));
  }

  /** Every file of the volume in one linear pass: the fastest way to see them all, in no order of names. */
  async *scan(): AsyncGenerator<FileEntry> {
    yield* this.#fileSystem.scan();
  }

  /** Alternate streams of a file. */
  async streams(path: string): Promise<readonly StreamInfo[]> {
    return this.#fileSystem.streams(this.#require(path));
  }

  /** Opens a file, or a stream of it (`/a/b.txt:stream`). Throws `unsupported` for content that is not in the image. */
  async open(path: string): Promise<FileHandle> {
    const { file, stream } = splitStream(path);
    const entry = this.#require(file);
    return new FileHandle(entry, this.#fileSystem.open(entry, stream));
  }

  #require(path: string): FileEntry {
    const normal = normalizePath(path);
    const entry = this.#fileSystem.lookup(normal);
    if (entry === null) throw notFound('FILE_MISSING', `no file ${normal} in ${this.#image}`, { image: this.#image });
    return entry;
  }
}

/** In bytes: `start` is 0 and `end` the size unless given. */
export type StreamOptions = {
  readonly start?: number | undefined;
  readonly end?: number | undefined;
  readonly signal?: AbortSignal | undefined;
};

/** An open stream of a file. Needs no close: it holds nothing but the image. */
export class FileHandle {
  readonly entry: FileEntry;
  /** The address map of the content: for `resolveExtents`, for the copy engine, or as an image inside an image. */
  readonly map: DataStream;

  constructor(entry: FileEntry, map: DataStream) {
    this.entry = entry;
    this.map = map;
  }

  /** Bytes. */
  get size(): number {
    return this.map.size;
  }

  /**
   * Where a range of the file lives, down to the image's own bytes. Reads metadata only. Throws FILE_RANGE when the range is
   * not within the file.
   */
  resolve(offset: number, length: number): Extent[] {
    this.#requireRange(offset, offset + length);
    return resolveExtents(this.map, offset, length);
  }

  /**
   * Fills `target` from `offset` on; returns the bytes filled, fewer only at the end of the file, and 0 from there on. Rejects
   * with the error of whatever cannot be read.
   */
  async read(target: Uint8Array, offset = 0): Promise<number> {
    this.#requireRange(Math.min(offset, this.size), this.size);
    return readMap(this.map, offset, target);
  }

  /**
   * The bytes from `start` up to (not including) `end` as a stream, in chunks of up to 1 MiB. Throws FILE_RANGE when that is not
   * within the file; the stream ends with the error of whatever cannot be read.
   */
  stream(options: StreamOptions = {}): Readable {
    const { start = 0, end = this.size, signal } = options;
    this.#requireRange(start, end);
    const { Readable } = process.getBuiltinModule('node:stream'); // not loaded for those who never stream
    return Readable.from(chunks(this.map, start, end, signal), { objectMode: false, highWaterMark: CHUNK });
  }

  #requireRange(start: number, end: number): void {
    const isWhole = Number.isSafeInteger(start) && Number.isSafeInteger(end);
    if (isWhole && start >= 0 && start <= end && end <= this.size) return;
    throw invalidArgument('FILE_RANGE', `range ${start}..${end} is not within a file of ${this.size} bytes`);
  }
}

async function* chunks(
  map: DataStream,
  start: number,
  end: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  for (let offset = start; offset < end; offset += CHUNK) {
    throwIfCancelled(signal);
    const chunk = new Uint8Array(Math.min(CHUNK, end - offset));
    readMap(map, offset, chunk);
    yield chunk;
  }
}

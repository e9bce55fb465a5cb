/**
 * Small files for whoever is free to write them: names, sizes, times and extents in shared memory.
 *
 * The planning thread fills a batch and publishes it; whoever takes it writes its files and leaves a result, and a digest
 * where one is asked for, for each. Everything has a fixed size, so memory does not grow with the number of files: a
 * file that does not fit even an empty batch is refused, and copied the general way.
 */

import { Buffer } from 'node:buffer';
import type { ByteFile } from '../io/byte-file.ts';
import { type AddressMap, type ComputedBytes, type ExtentSink, UnreadableBytes } from '../map/address-map.ts';
import { COMPUTED, PIECE_SIZE, ZERO } from './batch.ts';
import { sourceName } from './kernel.ts';

/**
 * Few enough that the end of a job finds both threads busy, many enough that handing over costs nothing. Few also because
 * what waits in batches is alive: where a collection comes early and finds little else, V8 takes the like for long-lived
 * from then on and keeps it until much has gathered (in one run of five 40 MiB more, with 4 x 128 files).
 */
const FILES_MAX = 64;
export const DIGEST_SIZE = 32;
const EXTENTS_MAX = 1024;
const PATH_BYTES_MAX = 64 * 1024;
const PAYLOAD_MAX = 4 * PIECE_SIZE;
const SOURCES_MAX = 64;
/** Computed bytes of a batch: of files that fit their record, and of tails that were put together. */
const INLINE_MAX = 64 * 1024;

/** The numbers of a file. */
export const FileField = {
  size: 0,
  accessed: 1, // seconds since 1970
  modified: 2,
  flags: 3,
  extents: 4, //  how many of the batch's extents, after those of the file before, are its own
  SIZE: 5,
} as const;

export const FileFlag = { sparse: 1, readOnly: 2 } as const;

/**
 * The numbers of an extent: where in the file, length, source (ZERO for a hole, COMPUTED for bytes that the planning
 * thread made and put inline), offset in the source.
 */
export const ExtentField = { at: 0, length: 1, source: 2, offset: 3, SIZE: 4 } as const;

/** 0: nobody came to it. */
export const FileResult = { written: 1, failed: 2 } as const;

/** Strings that another thread can read: their UTF-8 bytes end to end, and where each ends. */
export class SharedTexts {
  readonly bytes: Uint8Array<SharedArrayBuffer>;
  readonly ends: Uint32Array<SharedArrayBuffer>;
  #count = 0;

  static make(count: number, size: number): SharedTexts {
    return new SharedTexts({
      bytes: new Uint8Array(new SharedArrayBuffer(size)),
      ends: new Uint32Array(new SharedArrayBuffer(4 * count)),
    });
  }

  constructor(memory: Pick<SharedTexts, 'bytes' | 'ends'>) {
    this.bytes = memory.bytes;
    this.ends = memory.ends;
  }

  /** False when it does not fit. */
  push(text: string): boolean {
    const start = this.#count === 0 ? 0 : this.ends[this.#count - 1]!;
    if (this.#count >= this.ends.length || start + 3 * text.length > this.bytes.length) return false;
    this.ends[this.#count++] = start + bufferOf(this.bytes).write(text, start);
    return true;
  }

  at(index: number): string {
    const start = index === 0 ? 0 : this.ends[index - 1]!;
    return bufferOf(this.bytes).toString('utf8', start, this.ends[index]!);
  }

  clear(): void {
    this.#count = 0;
  }
}

function bufferOf(bytes: Uint8Array<SharedArrayBuffer>): Buffer<SharedArrayBuffer> {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** Files of a job that extents point into: all batches share the list, and the other thread opens them by path. */
export class FileSources {
  readonly files: ByteFile[] = [];
  readonly paths = SharedTexts.make(SOURCES_MAX, PATH_BYTES_MAX);
  readonly #byPath: boolean;

  /** `byPath`: only files that another thread can open count. */
  constructor(byPath: boolean) {
    this.#byPath = byPath;
  }

  /** The file's number, or -1 when it cannot be a source. */
  indexOf(file: ByteFile): number {
    if (this.files.at(-1) === file) return this.files.length - 1;
    const index = this.files.indexOf(file);
    if (index >= 0) return index;
    if (this.files.length >= SOURCES_MAX) return -1;
    if (this.#byPath && (file.path === null || !this.paths.push(sourceName(file)))) return -1;
    return this.files.push(file) - 1;
  }
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
export class FileBatch<Token> implements ExtentSink {
  readonly numbers = new Float64Array(new SharedArrayBuffer(8 * FileField.SIZE * FILES_MAX));
  readonly extents = new Float64Array(new SharedArrayBuffer(8 * ExtentField.SIZE * EXTENTS_MAX));
  readonly results = new Uint8Array(new SharedArrayBuffer(FILES_MAX));
  readonly digests = new Uint8Array(new SharedArrayBuffer(FILES_MAX * DIGEST_SIZE));
  readonly inline = new Uint8Array(new SharedArrayBuffer(INLINE_MAX));
  readonly paths = SharedTexts.make(FILES_MAX, PATH_BYTES_MAX);
  readonly tokens: Token[] = [];
  readonly #sources: FileSources;
  #extentCount = 0;
  #payload = 0;
  #inlineSize = 0;
  /** While a file is added: where its extents start, and whether all of them can stay. */
  #firstExtent = 0;
  #added: 'added' | 'full' | 'refused' = 'added';

  constructor(sources: FileSources) {
    this.#sources = sources;
  }

  get shared(): SharedFileBatch {
    const { numbers, extents, results, digests, inline, paths } = this;
    return { numbers, extents, results, digests, inline, paths: { bytes: paths.bytes, ends: paths.ends } };
  }

  /**
   * Adds a file of at most PIECE_SIZE bytes. Nothing is added when there is no room for it (`full`), or when it is
   * nothing for a batch at all (`refused`).
   */
  add(map: AddressMap, file: SmallFile, token: Token): 'added' | 'full' | 'refused' {
    const index = this.tokens.length;
    if (index >= FILES_MAX || this.#payload + map.size > PAYLOAD_MAX) return 'full';
    const inlineBefore = this.#inlineSize;
    this.#firstExtent = this.#extentCount;
    this.#added = 'added';
    if (map.size > 0) map.resolve(0, map.size, 0, this);
    if (this.#added === 'added' && !this.paths.push(file.path)) this.#added = 'full';
    if (this.#added !== 'added') {
      this.#extentCount = this.#firstExtent;
      this.#inlineSize = inlineBefore;
      return index === 0 ? 'refused' : this.#added;
    }
    const base = index * FileField.SIZE;
    this.numbers[base + FileField.size] = map.size;
    this.numbers[base + FileField.accessed] = file.accessed;
    this.numbers[base + FileField.modified] = file.modified;
    this.numbers[base + FileField.flags] =
      (file.sparse ? FileFlag.sparse : 0) | (file.readOnly ? FileFlag.readOnly : 0);
    this.numbers[base + FileField.extents] = this.#extentCount - this.#firstExtent;
    this.#payload += map.size;
    this.tokens.push(token);
    return 'added';
  }

  clear(): void {
    this.results.fill(0);
    this.paths.clear();
    this.tokens.length = 0;
    this.#extentCount = 0;
    this.#inlineSize = 0;
    this.#payload = 0;
  }

  data(at: number, length: number, file: ByteFile, fileOffset: number): void {
    const source = this.#sources.indexOf(file);
    if (source >= 0) this.#push(at, length, source, fileOffset);
    else this.#added = 'refused';
  }

  zero(at: number, length: number): void {
    this.#push(at, length, ZERO, 0);
  }

  /** What is short is made at once and goes along; what is long, or cannot be had, is copied the general way. */
  computed(at: number, length: number, source: ComputedBytes, sourceOffset: number): void {
    if (length > INLINE_MAX || source instanceof UnreadableBytes) this.#added = 'refused';
    else if (this.#inlineSize + length > INLINE_MAX && this.#added === 'added') this.#added = 'full';
    if (this.#added !== 'added') return;
    try {
      source.read(sourceOffset, this.inline.subarray(this.#inlineSize, this.#inlineSize + length));
    } catch {
      this.#added = 'refused'; // the general way meets the same error, and tells
      return;
    }
    this.#push(at, length, COMPUTED, this.#inlineSize);
    this.#inlineSize += length;
  }

  #push(at: number, length: number, source: number, offset: number): void {
    if (this.#extentCount > this.#firstExtent) {
      const last = (this.#extentCount - 1) * ExtentField.SIZE;
      const end = this.extents[last + ExtentField.offset]! + this.extents[last + ExtentField.length]!;
      if (this.extents[last + ExtentField.source] === source && (source === ZERO || end === offset)) {
        this.extents[last + ExtentField.length]! += length;
        return;
      }
    }
    if (this.#extentCount >= EXTENTS_MAX) {
      this.#added = 'full';
      return;
    }
    const base = this.#extentCount++ * ExtentField.SIZE;
    this.extents[base + ExtentField.at] = at;
    this.extents[base + ExtentField.length] = length;
    this.extents[base + ExtentField.source] = source;
    this.extents[base + ExtentField.offset] = offset;
  }
}

/**
 * Finds whether a range of a map is one range of an open file: asked for each read of a mount, so it makes nothing for it,
 * and remembers of each window of the map where it lies, as far as that is one place in one file. To look that up takes a
 * tenth of what following it down through file system, partition and container does.
 */

import type { ByteFile } from '../../io/byte-file.ts';
import type { HostFile } from '../../io/host-files.ts';
import type { AddressMap, ExtentSink } from '../../map/address-map.ts';

/** Of an open file, in bytes. */
export type FileRange = { readonly fd: number; readonly offset: number; readonly length: number };

const WINDOW_MIN = 2 ** 20;
/** Windows of one map: 128 KiB are remembered at most. */
const WINDOWS_MAX = 16_384;
/** What is remembered of a window is where it starts in the file and one more, or one of these. */
const UNKNOWN = 0;
const IN_PIECES = -1;

export class FileRanges {
  readonly #map: AddressMap;
  readonly #window: number;
  #places: Float64Array | undefined;
  /** The one in which what is remembered lies. */
  #file: ByteFile | undefined;
  readonly #found = { fd: -1, offset: 0, length: 0 };

  constructor(map: AddressMap) {
    this.#map = map;
    this.#window = WINDOW_MIN;
    while (map.size > this.#window * WINDOWS_MAX) this.#window *= 2;
  }

  /** The range in which all of this lies, until the next is asked for; null where it lies otherwise. */
  find(offset: number, length: number): FileRange | null {
    if (length === 0) return null;
    const window = Math.floor(offset / this.#window);
    const into = offset - window * this.#window;
    const place = into + length <= this.#window ? this.#place(window) : IN_PIECES;
    if (place !== IN_PIECES) return this.#in(this.#file!.host, place - 1 + into, length);
    const one = resolveOne(this.#map, offset, length);
    return this.#in(one?.file.host, one?.fileOffset ?? 0, length);
  }

  #in(host: HostFile | undefined, offset: number, length: number): FileRange | null {
    if (host === undefined) return null;
    this.#found.fd = host.fd;
    this.#found.offset = offset;
    this.#found.length = length;
    return this.#found;
  }

  #place(window: number): number {
    this.#places ??= new Float64Array(Math.ceil(this.#map.size / this.#window));
    const known = this.#places[window]!;
    return known === UNKNOWN ? this.#learn(this.#places, window) : known;
  }

  #learn(places: Float64Array, window: number): number {
    const start = window * this.#window;
    const one = resolveOne(this.#map, start, Math.min(this.#window, this.#map.size - start));
    this.#file ??= one?.file;
    places[window] = one !== null && one.file === this.#file ? one.fileOffset + 1 : IN_PIECES;
    return places[window];
  }
}

/** Not null where all of a range is one piece of one file. */
function resolveOne(map: AddressMap, offset: number, length: number): OnePiece | null {
  const sink = new OnePieceSink();
  map.resolve(offset, length, 0, sink);
  return sink.one;
}

type OnePiece = { readonly file: ByteFile; readonly fileOffset: number };

class OnePieceSink implements ExtentSink {
  #first: OnePiece | null = null;
  #end = 0;
  #isOne = true;

  get one(): OnePiece | null {
    return this.#isOne ? this.#first : null;
  }

  data(_at: number, length: number, file: ByteFile, fileOffset: number): void {
    this.#first ??= { file, fileOffset };
    if (file !== this.#first.file || fileOffset !== this.#first.fileOffset + this.#end) this.#isOne = false;
    this.#end += length;
  }

  zero(): void {
    this.#isOne = false;
  }

  computed(): void {
    this.#isOne = false;
  }
}

/** A map that knows the holes of the files it lives in: what the host stores nowhere are zeros, as the format's own are. */

import type { ByteFile } from '../io/byte-file.ts';
import type { HostFiles } from '../io/host-files.ts';
import type { AddressMap, ComputedBytes, ExtentSink } from '../map/address-map.ts';

/** Shorter data is not asked about: a question costs as much as reading it. */
const ASK_MIN = 256 * 1024;
/** A question looks this far: whoever reads in small pieces from several places is answered once for many of them. */
const LOOK_AHEAD = 64 * 1024 * 1024;
const KNOWN_MAX = 8;

export class HostHoleMap implements AddressMap {
  readonly size: number;
  readonly #below: AddressMap;
  readonly #host: HostFiles;
  readonly #known: KnownData[] = [];

  constructor(below: AddressMap, host: HostFiles) {
    this.size = below.size;
    this.#below = below;
    this.#host = host;
  }

  resolve(offset: number, length: number, at: number, sink: ExtentSink): void {
    this.#below.resolve(offset, length, at, new Splitter(sink, this.#host, this.#known));
  }
}

/** Bytes of a file that the host stores, newest answers last; files do not change. */
type KnownData = { readonly file: ByteFile; readonly start: number; readonly end: number };

class Splitter implements ExtentSink {
  readonly #sink: ExtentSink;
  readonly #host: HostFiles;
  readonly #known: KnownData[];

  constructor(sink: ExtentSink, host: HostFiles, known: KnownData[]) {
    this.#sink = sink;
    this.#host = host;
    this.#known = known;
  }

  data(at: number, length: number, file: ByteFile, fileOffset: number): void {
    const end = fileOffset + length;
    const open = length < ASK_MIN || this.#isKnown(file, fileOffset, end) ? undefined : file.host;
    const ranges =
      open === undefined ? null : this.#host.dataRanges(open, fileOffset, fileOffset + Math.max(length, LOOK_AHEAD));
    if (ranges === null) {
      this.#sink.data(at, length, file, fileOffset);
      return;
    }
    let position = fileOffset;
    const zeroTo = (to: number): void => {
      if (to > position) this.#sink.zero(at + position - fileOffset, to - position);
    };
    for (const { offset, length: found } of ranges) {
      if (offset >= end) break;
      this.#remember({ file, start: offset, end: offset + found });
      zeroTo(offset);
      position = Math.min(end, offset + found);
      this.#sink.data(at + offset - fileOffset, position - offset, file, offset);
      if (position === end) break;
    }
    zeroTo(end);
  }

  #isKnown(file: ByteFile, start: number, end: number): boolean {
    return this.#known.some((data) => data.file === file && data.start <= start && end <= data.end);
  }

  #remember(data: KnownData): void {
    this.#known.push(data);
    if (this.#known.length > KNOWN_MAX) this.#known.shift();
  }

  zero(at: number, length: number): void {
    this.#sink.zero(at, length);
  }

  computed(at: number, length: number, source: ComputedBytes, sourceOffset: number): void {
    this.#sink.computed(at, length, source, sourceOffset);
  }
}

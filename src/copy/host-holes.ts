/** A map that knows the holes of the files it lives in: what the host stores nowhere are zeros, as the format's own are. */

import type { ByteFile } from '../io/byte-file.ts';
import type { HostFiles } from '../io/host-files.ts';
import type { AddressMap, ComputedBytes, ExtentSink } from '../map/address-map.ts';
import type { OpenFiles } from './open-files.ts';

/** Shorter data is not asked about: a question costs as much as reading it. */
const ASK_MIN = 256 * 1024;

export class HostHoleMap implements AddressMap {
  readonly size: number;
  readonly #below: AddressMap;
  readonly #files: OpenFiles;
  readonly #host: HostFiles;

  constructor(below: AddressMap, files: OpenFiles, host: HostFiles) {
    this.size = below.size;
    this.#below = below;
    this.#files = files;
    this.#host = host;
  }

  resolve(offset: number, length: number, at: number, sink: ExtentSink): void {
    this.#below.resolve(offset, length, at, new Splitter(sink, this.#files, this.#host));
  }
}

class Splitter implements ExtentSink {
  readonly #sink: ExtentSink;
  readonly #files: OpenFiles;
  readonly #host: HostFiles;

  constructor(sink: ExtentSink, files: OpenFiles, host: HostFiles) {
    this.#sink = sink;
    this.#files = files;
    this.#host = host;
  }

  data(at: number, length: number, file: ByteFile, fileOffset: number): void {
    const open = length < ASK_MIN ? null : this.#files.of(file);
    const ranges = open === null ? null : this.#host.dataRanges(open, fileOffset, fileOffset + length);
    if (ranges === null) {
      this.#sink.data(at, length, file, fileOffset);
      return;
    }
    let position = fileOffset;
    const zeroTo = (end: number): void => {
      if (end > position) this.#sink.zero(at + position - fileOffset, end - position);
    };
    for (const range of ranges) {
      zeroTo(range.offset);
      this.#sink.data(at + range.offset - fileOffset, range.length, file, range.offset);
      position = range.offset + range.length;
    }
    zeroTo(fileOffset + length);
  }

  zero(at: number, length: number): void {
    this.#sink.zero(at, length);
  }

  computed(at: number, length: number, source: ComputedBytes, sourceOffset: number): void {
    this.#sink.computed(at, length, source, sourceOffset);
  }
}

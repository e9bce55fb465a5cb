/**
 * What the host's file system knows of the files that hold the disks: which parts are holes, and which are stored once
 * for several files (clones). Nothing of it is read through the files, so it decides at the speed of metadata.
 *
 * Shared extents count only where both files are on one device, and both extents are trusted (see host-files.ts): the
 * port writes dirty pages out before it answers. Without a port, or on a file system that does not tell, nothing is known.
 */

import { fstatSync } from 'node:fs';
import type { ByteFile } from '../io/byte-file.ts';
import type { HostFile, HostFiles } from '../io/host-files.ts';

/** Extents held of one file: 24 MiB at most. Of what lies behind them nothing is known. */
const EXTENTS_MAX = 2 ** 20;
/** Shorter pieces are read sooner than asked about. */
const HOLE_MIN = 64 * 1024;

/** Offsets of a file and where they are on its device; `physical` is -1 where that cannot be trusted. Gaps are holes. */
class PhysicalExtents {
  readonly offsets: number[] = [];
  readonly ends: number[] = [];
  readonly physical: number[] = [];
  /** What lies behind the last one is a hole. */
  isComplete = true;

  /** Index of the extent that holds the offset, or of the first behind it. */
  indexOf(offset: number): number {
    let low = 0;
    let high = this.offsets.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.ends[middle]! > offset) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

type OpenFile = { readonly host: HostFile; readonly device: bigint; extents: PhysicalExtents | null | undefined };

export class HostStorage {
  readonly #host: HostFiles | null;
  readonly #files = new Map<ByteFile, OpenFile | null>();

  constructor(host: HostFiles | null) {
    this.#host = host;
  }

  /**
   * Splits a range of two files into parts, in order: `same` ones are stored once for both, or are holes in both.
   * `take` is given the distance from the start.
   */
  compare(
    before: ByteFile,
    beforeOffset: number,
    after: ByteFile,
    afterOffset: number,
    length: number,
    take: (distance: number, length: number, same: boolean) => void,
  ): void {
    const pair = this.#shared(before, after);
    if (pair === null) {
      take(0, length, false);
      return;
    }
    const [a, b] = pair;
    let [i, j] = [a.indexOf(beforeOffset), b.indexOf(afterOffset)];
    let from = 0;
    let same = false;
    for (let at = 0; at < length; ) {
      while (i < a.ends.length && a.ends[i]! <= beforeOffset + at) i++;
      while (j < b.ends.length && b.ends[j]! <= afterOffset + at) j++;
      const [placeA, nextA] = placeIn(a, i, beforeOffset + at);
      const [placeB, nextB] = placeIn(b, j, afterOffset + at);
      const here = placeA !== UNKNOWN && placeA === placeB;
      if (here !== same && at > from) {
        take(from, at - from, same);
        from = at;
      }
      same = here;
      at += Math.min(length - at, nextA, nextB);
    }
    take(from, length - from, same);
  }

  /** Splits a range of a file into parts, in order: holes read as zeros and need no reading. */
  holes(
    file: ByteFile,
    offset: number,
    length: number,
    take: (distance: number, length: number, hole: boolean) => void,
  ): void {
    const open = length < HOLE_MIN ? null : this.#open(file);
    const ranges = open === null ? null : this.#host!.dataRanges(open.host, offset, offset + length);
    if (ranges === null) {
      take(0, length, false);
      return;
    }
    let done = 0;
    for (const range of ranges) {
      const start = range.offset - offset;
      if (start > done) take(done, start - done, true);
      take(start, range.length, false);
      done = start + range.length;
    }
    if (done < length) take(done, length - done, true);
  }

  #shared(before: ByteFile, after: ByteFile): readonly [PhysicalExtents, PhysicalExtents] | null {
    const [a, b] = [this.#open(before), this.#open(after)];
    if (a === null || b === null || a.device !== b.device) return null;
    const [extentsA, extentsB] = [this.#extentsOf(a, before.size), this.#extentsOf(b, after.size)];
    return extentsA === null || extentsB === null ? null : [extentsA, extentsB];
  }

  #extentsOf(file: OpenFile, size: number): PhysicalExtents | null {
    if (file.extents !== undefined) return file.extents;
    const found = this.#host!.physicalExtents(file.host, 0, size);
    file.extents = found === null ? null : new PhysicalExtents();
    for (const { offset, length, physical, trusted } of found ?? []) {
      const { offsets, ends, physical: places } = file.extents!;
      if (offsets.length === EXTENTS_MAX) {
        file.extents!.isComplete = false;
        break;
      }
      offsets.push(offset);
      ends.push(offset + length);
      places.push(trusted ? physical : -1);
    }
    return file.extents;
  }

  /** What is known of the file; null where it is none of its own on this host. */
  #open(file: ByteFile): OpenFile | null {
    const known = this.#files.get(file);
    if (known !== undefined || this.#host === null) return known ?? null;
    const { host } = file;
    const open =
      host === undefined ? null : { host, device: fstatSync(host.fd, { bigint: true }).dev, extents: undefined };
    this.#files.set(file, open);
    return open;
  }
}

/** Places that are no address: nobody knows, and nothing is stored. */
const UNKNOWN = -1;
const HOLE = -2;

/** Where an offset is on the device and for how many bytes that holds. */
function placeIn(extents: PhysicalExtents, index: number, offset: number): readonly [place: number, length: number] {
  const start = extents.offsets[index];
  if (start === undefined) return [extents.isComplete ? HOLE : UNKNOWN, Number.POSITIVE_INFINITY];
  if (start > offset) return [HOLE, start - offset];
  const physical = extents.physical[index]!;
  return [physical < 0 ? UNKNOWN : physical + offset - start, extents.ends[index]! - offset];
}

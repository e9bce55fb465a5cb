/**
 * All disks below a differencing disk as one map. Asking each disk for what the one above it lacks costs a walk down the
 * chain for every piece; here the chain is gone through once for each window, disk by disk, and what comes out is kept.
 * So reading costs the same at any depth.
 *
 * 1. Leaves are what a walk down would give: of the first disk that holds a range, or zeros past the end of a smaller one.
 * 2. Memory: WINDOWS_MAX windows, which get smaller where they hold many pieces, and larger where they hold few.
 */

import type { DiskImage } from '../disk/disk-image.ts';
import { type AddressMap, type ExtentSink, requireRange } from '../map/address-map.ts';
import { type Extent, ExtentList } from '../map/extent.ts';

const WINDOW_START = 2 ** 28;
const WINDOW_MAX = 2 ** 46;
const WINDOW_MIN = 2 ** 20;
const PIECES_FEW = 2 ** 10;
const PIECES_MAX = 2 ** 16;
const WINDOWS_MAX = 2;

/** A disk that can tell what it holds without its parent. */
export interface OwnMap extends DiskImage {
  resolveOwn(offset: number, length: number, sink: ExtentSink, below: (start: number, stop: number) => void): void;
}

type Window = { readonly start: number; readonly end: number; readonly extents: readonly Extent[] };

export class ComposedParents implements AddressMap {
  readonly size: number;
  /** From the nearest parent down. */
  readonly #disks: readonly DiskImage[];
  #windows: Window[] = [];
  #windowSize = WINDOW_START;

  constructor(nearest: DiskImage) {
    const disks: DiskImage[] = [];
    for (let disk: DiskImage | null = nearest; disk !== null; disk = disk.parent) disks.push(disk);
    this.#disks = disks;
    this.size = nearest.size;
  }

  resolve(offset: number, length: number, at: number, sink: ExtentSink): void {
    requireRange(this, offset, length);
    const end = offset + length;
    for (let position = offset; position < end; ) {
      const window = this.#windowAt(position);
      const stop = Math.min(end, window.end);
      for (let i = firstEndingAfter(window.extents, position); i < window.extents.length; i++) {
        const extent = window.extents[i]!;
        if (extent.offset >= stop) break;
        emit(
          extent,
          Math.max(position, extent.offset),
          Math.min(stop, extent.offset + extent.length),
          at - offset,
          sink,
        );
      }
      position = stop;
    }
  }

  #windowAt(position: number): Window {
    const known = this.#windows.find(({ start, end }) => position >= start && position < end);
    if (known !== undefined) return known;
    const start = position - (position % this.#windowSize);
    const window = this.#compose(start, Math.min(this.size, start + this.#windowSize));
    if (window.extents.length > PIECES_MAX) this.#windowSize = Math.max(WINDOW_MIN, this.#windowSize / 4);
    else if (window.extents.length < PIECES_FEW) this.#windowSize = Math.min(WINDOW_MAX, this.#windowSize * 4);
    this.#windows = [window, ...this.#windows].slice(0, WINDOWS_MAX);
    return window;
  }

  #compose(start: number, end: number): Window {
    const list = new UnjoinedExtents();
    let pending = [start, end];
    for (const disk of this.#disks) {
      const stop = Math.min(end, disk.size);
      if (disk.parent !== null && 'resolveOwn' in disk) {
        const own = new UnjoinedExtents();
        if (stop > start) (disk as OwnMap).resolveOwn(start, stop - start, own, () => {});
        if (stop < end) own.zero(Math.max(start, stop), end - Math.max(start, stop));
        pending = take(own.all, pending, list);
      } else {
        resolveRanges(disk, pending, list);
        pending = [];
      }
      if (pending.length === 0) break;
    }
    const extents = list.all.sort((a, b) => a.offset - b.offset);
    return { start, end, extents: joined(extents) };
  }
}

/**
 * Gives the parts of the extents that lie in the pending ranges to the sink; returns what is still pending then. Extents
 * and ranges (start, stop, start, ...) are in order, so each is looked at once: a disk deep in a chain holds little, and
 * asking it for each of many ranges would cost more than all it holds.
 */
function take(extents: readonly Extent[], pending: readonly number[], sink: ExtentSink): number[] {
  const left: number[] = [];
  let first = 0;
  for (let i = 0; i < pending.length; i += 2) {
    let position = pending[i]!;
    const stop = pending[i + 1]!;
    while (first < extents.length && extents[first]!.offset + extents[first]!.length <= position) first++;
    for (let k = first; k < extents.length && extents[k]!.offset < stop; k++) {
      const extent = extents[k]!;
      const from = Math.max(position, extent.offset);
      const to = Math.min(stop, extent.offset + extent.length);
      if (from > position) left.push(position, from);
      emit(extent, from, to, 0, sink);
      position = to;
    }
    if (position < stop) left.push(position, stop);
  }
  return left;
}

/** A disk that stands alone has everything; past its end are zeros. */
function resolveRanges(disk: DiskImage, ranges: readonly number[], sink: ExtentSink): void {
  for (let i = 0; i < ranges.length; i += 2) {
    const [from, to] = [ranges[i]!, ranges[i + 1]!];
    const stop = Math.max(from, Math.min(to, disk.size));
    if (stop > from) disk.resolve(from, stop - from, from, sink);
    if (to > stop) sink.zero(stop, to - stop);
  }
}

function emit(extent: Extent, start: number, stop: number, shift: number, sink: ExtentSink): void {
  const skipped = start - extent.offset;
  const length = stop - start;
  if (length <= 0) return;
  if (extent.kind === 'zero') sink.zero(start + shift, length);
  else if (extent.kind === 'data') sink.data(start + shift, length, extent.file, extent.fileOffset + skipped);
  else sink.computed(start + shift, length, extent.source, extent.sourceOffset + skipped);
}

function firstEndingAfter(extents: readonly Extent[], position: number): number {
  let [low, high] = [0, extents.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (extents[middle]!.offset + extents[middle]!.length > position) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Extents in any order: an ExtentList joins neighbours, and takes what follows the last one to continue it. */
class UnjoinedExtents implements ExtentSink {
  readonly all: Extent[] = [];

  data(at: number, length: number, file: Extract<Extent, { kind: 'data' }>['file'], fileOffset: number): void {
    this.all.push({ kind: 'data', offset: at, length, file, fileOffset });
  }

  zero(at: number, length: number): void {
    this.all.push({ kind: 'zero', offset: at, length });
  }

  computed(
    at: number,
    length: number,
    source: Extract<Extent, { kind: 'computed' }>['source'],
    sourceOffset: number,
  ): void {
    this.all.push({ kind: 'computed', offset: at, length, source, sourceOffset });
  }
}

function joined(extents: readonly Extent[]): Extent[] {
  const list = new ExtentList();
  for (const extent of extents) emit(extent, extent.offset, extent.offset + extent.length, 0, list);
  return list.extents;
}

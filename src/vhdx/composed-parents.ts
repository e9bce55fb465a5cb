/**
 * All disks below a differencing disk as one map. Asking each disk for what the one above it lacks costs a walk down the
 * chain for every piece; here the chain is gone through once for each window, disk by disk, and what comes out is kept.
 * So reading costs the same at any depth.
 *
 * 1. Leaves are what a walk down would give: of the first disk that holds a range, or zeros past the end of a smaller one.
 * 2. Memory: windows of PIECES_MAX pieces at most together, and the one at hand; windows get smaller where they hold many
 *    pieces, and larger where they hold few.
 * 3. Whoever goes through the states of a chain from the oldest on composes each from the one before: a window of that is
 *    the end of the way down.
 */

import type { DiskImage } from '../disk/disk-image.ts';
import { type AddressMap, type ExtentSink, requireRange } from '../map/address-map.ts';
import type { Extent } from '../map/extent.ts';

const WINDOW_START = 2 ** 28;
const WINDOW_MAX = 2 ** 46;
const WINDOW_MIN = 2 ** 20;
const PIECES_FEW = 2 ** 10;
const PIECES_MANY = 2 ** 15;
const PIECES_MAX = 2 ** 17;
const WINDOWS_MAX = 64;

/** A disk that can tell what it holds without its parent. */
export interface OwnMap extends DiskImage {
  resolveOwn(offset: number, length: number, sink: ExtentSink, below: (start: number, stop: number) => void): void;
}

type Window = { readonly start: number; readonly end: number; readonly extents: readonly Extent[] };

export class ComposedParents implements AddressMap {
  readonly size: number;
  /** From the nearest parent down. */
  readonly #disks: readonly DiskImage[];
  /** The one used last comes first. */
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
    const index = this.#windows.findIndex(({ start, end }) => position >= start && position < end);
    if (index === 0) return this.#windows[0]!;
    const window = index > 0 ? this.#windows.splice(index, 1)[0]! : this.#newWindow(position);
    this.#windows.unshift(window);
    return window;
  }

  #newWindow(position: number): Window {
    const before = this.#windows.length === 0 ? this.#before() : null;
    if (before !== null) this.#windowSize = before.map.#windowSize;
    const size = this.#windowSize;
    const start = position - (position % size);
    const window = this.#compose(start, Math.min(this.size, start + size));
    const count = window.extents.length;
    if (count > PIECES_MANY) this.#windowSize = Math.max(WINDOW_MIN, size / 4);
    else if (count < PIECES_FEW) this.#windowSize = Math.min(WINDOW_MAX, size * 4);
    // A grown window may cover older ones: they are found no more, and age.
    let held = count;
    const kept = this.#windows.findIndex(({ extents }, i) => i >= WINDOWS_MAX || (held += extents.length) > PIECES_MAX);
    if (kept >= 0) this.#windows.length = kept;
    latest = new WeakRef(this);
    return window;
  }

  /** The map composed last, when it is that of disks further down, and how many disks lie above those. */
  #before(): { readonly map: ComposedParents; readonly above: number } | null {
    const map = latest?.deref();
    const above = map === undefined || map === this ? -1 : this.#disks.indexOf(map.#disks[0]!);
    return above <= 0 ? null : { map: map!, above };
  }

  #compose(start: number, end: number): Window {
    const list = new UnjoinedExtents();
    const own = new UnjoinedExtents();
    const before = this.#before();
    const windows = before === null ? [] : before.map.#windows;
    const known = windows.find((window) => window.start <= start && window.end >= end);
    let [pending, left] = [new Ranges(), new Ranges()];
    pending.push(start, end);
    for (const [index, disk] of this.#disks.entries()) {
      const stop = Math.min(end, disk.size);
      left.clear();
      if (known !== undefined && index === before!.above) {
        take(known.extents, pending, left, list);
      } else if (disk.parent !== null && 'resolveOwn' in disk) {
        own.all.length = 0;
        if (stop > start) (disk as OwnMap).resolveOwn(start, stop - start, own, () => {});
        if (stop < end) own.zero(Math.max(start, stop), end - Math.max(start, stop));
        take(own.all, pending, left, list);
      } else resolveRanges(disk, pending, list);
      [pending, left] = [left, pending];
      if (pending.count === 0) break;
    }
    list.all.sort((a, b) => a.offset - b.offset);
    return { start, end, extents: joined(list.all) };
  }
}

/** Does not keep what nobody reads any more. */
let latest: WeakRef<ComposedParents> | undefined;

/** Starts and stops of ranges, in order, in memory that is used again. */
class Ranges {
  #values = new Float64Array(256);
  /** Of starts and stops together. */
  count = 0;

  push(start: number, stop: number): void {
    if (this.count + 2 > this.#values.length) {
      const grown = new Float64Array(2 * this.#values.length);
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[this.count++] = start;
    this.#values[this.count++] = stop;
  }

  at(index: number): number {
    return this.#values[index]!;
  }

  clear(): void {
    this.count = 0;
  }
}

/**
 * Gives the parts of the extents that lie in the pending ranges to the sink, and what is still pending then to `left`.
 * Extents and ranges (start, stop, start, ...) are in order, so each is looked at once: a disk deep in a chain holds little, and
 * asking it for each of many ranges would cost more than all it holds.
 */
function take(extents: readonly Extent[], pending: Ranges, left: Ranges, sink: ExtentSink): void {
  let first = 0;
  for (let i = 0; i < pending.count; i += 2) {
    let position = pending.at(i);
    const stop = pending.at(i + 1);
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
}

/** A disk that stands alone has everything; past its end are zeros. */
function resolveRanges(disk: DiskImage, ranges: Ranges, sink: ExtentSink): void {
  for (let i = 0; i < ranges.count; i += 2) {
    const [from, to] = [ranges.at(i), ranges.at(i + 1)];
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

/** Neighbours that continue each other become one, in the array itself: a copy of a long list would be garbage at once. */
function joined(extents: Extent[]): Extent[] {
  let count = 0;
  for (const extent of extents) {
    const last = count === 0 ? undefined : extents[count - 1]!;
    if (last !== undefined && continues(last, extent)) last.length += extent.length;
    else extents[count++] = extent;
  }
  extents.length = count;
  return extents;
}

function continues(last: Extent, next: Extent): boolean {
  if (last.kind === 'data' && next.kind === 'data') {
    return last.file === next.file && last.fileOffset + last.length === next.fileOffset;
  }
  if (last.kind === 'computed' && next.kind === 'computed') {
    return last.source === next.source && last.sourceOffset + last.length === next.sourceOffset;
  }
  return last.kind === 'zero' && next.kind === 'zero';
}

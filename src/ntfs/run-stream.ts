/**
 * Non-resident streams: runs composed onto the volume.
 *
 * Invariants:
 * 1. Bytes from `validSize` on are zero leaves: the clusters behind are never read, they hold other files' old data.
 * 2. Holes are zero leaves; damaged runs, and what the runs do not cover, are unreadable leaves.
 */

import { hex } from '../base/bytes.ts';
import type { ErrorCode } from '../error-codes.ts';
import { corrupt, type StorageError } from '../errors.ts';
import type { DataStream } from '../filesystem/file-system.ts';
import { type ExtentSink, requireRange, unreadable } from '../map/address-map.ts';
import { type Attribute, attributeLabel, FLAG_SPARSE } from './attribute.ts';
import { HOLE, type RunList } from './run-list.ts';
import { detailsIn, type VolumeContext } from './volume-context.ts';

export class RunStream implements DataStream {
  readonly size: number;
  readonly validSize: number;
  readonly sparse: boolean;
  readonly runs: RunList;
  readonly #context: VolumeContext;
  readonly #first: Attribute;

  /** `first`: the piece of the attribute that has its sizes. */
  constructor(context: VolumeContext, runs: RunList, first: Attribute) {
    this.size = first.dataSize;
    this.validSize = Math.min(first.initialisedSize, first.dataSize);
    this.sparse = (first.flags & FLAG_SPARSE) !== 0;
    this.runs = runs;
    this.#context = context;
    this.#first = first;
  }

  get allocatedSize(): number {
    return this.runs.placedClusters * this.#context.geometry.clusterSize;
  }

  resolve(offset: number, length: number, at: number, sink: ExtentSink): void {
    requireRange(this, offset, length);
    const valid = Math.min(offset + length, this.validSize);
    if (valid > offset) this.resolveValid(offset, valid - offset, at, sink);
    const rest = offset + length - Math.max(valid, offset);
    if (rest > 0) sink.zero(at + length - rest, rest);
  }

  /** The runs as they are, with no regard to the stream's sizes: for what keeps compressed bytes in them. */
  resolveValid(offset: number, length: number, at: number, sink: ExtentSink): void {
    const { runs } = this;
    const { clusterSize } = this.#context.geometry;
    const end = offset + length;
    const mapped = Math.min(end, runs.end * clusterSize);
    let position = offset;
    if (position < mapped) {
      for (let index = runs.indexOf(Math.floor(position / clusterSize)); position < mapped; index++) {
        const count = Math.min(runs.endOf(index) * clusterSize, mapped) - position;
        const inRun = position - runs.startOf(index) * clusterSize;
        this.#resolveRun(index, inRun, count, at + position - offset, sink);
        position += count;
      }
    }
    if (position < end) sink.computed(at + position - offset, end - position, unreadable(this.#uncovered(position)), 0);
  }

  #resolveRun(index: number, inRun: number, count: number, at: number, sink: ExtentSink): void {
    const { map, geometry } = this.#context;
    const lcn = this.runs.lcnOf(index);
    if (lcn === HOLE) {
      sink.zero(at, count);
      return;
    }
    const error = this.runs.errorOf(index);
    if (error !== null) {
      sink.computed(at, count, unreadable(error), 0);
      return;
    }
    const start = lcn * geometry.clusterSize + inRun;
    const there = Math.max(0, Math.min(count, map.size - start));
    if (there > 0) map.resolve(start, there, at, sink);
    if (there < count) sink.computed(at + there, count - there, unreadable(this.#truncated(start + there)), 0);
  }

  #uncovered(position: number): StorageError {
    const message = `no run covers the bytes from ${hex(position)} on`;
    return this.#error('NTFS_RUNS_SHORT', message, this.#first.record.offset + this.#first.offset);
  }

  #truncated(offset: number): StorageError {
    const message = `its bytes at ${hex(offset)} are behind the end of the volume (${hex(this.#context.map.size)})`;
    const hint = 'the image is shorter than the volume in it: look for a whole copy';
    return this.#error('NTFS_VOLUME_TRUNCATED', message, offset, hint);
  }

  #error(code: ErrorCode, message: string, offset: number, hint?: string): StorageError {
    const label = attributeLabel(this.#first);
    return corrupt(code, `${label}: ${message}`, detailsIn(this.#context, label, offset, hint));
  }
}

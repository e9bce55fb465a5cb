/**
 * What changed in the streams of a file between two states of its volume, told from where they are stored. A cluster
 * that both states hold at one place has changed where the volume has; one that was stored anew may have.
 *
 * 1. Never too little: bytes that differ lie in a range that is told. Never more than is known, except `possible` ones.
 * 2. Bytes past the valid length and holes are zeros, whatever lies in the clusters.
 * 3. Compressed content is told in whole compression units; that of the overlay filter as a whole.
 */

import type { ChangedBytes, ContentRange } from '../filesystem/file-system.ts';
import { type Attribute, FLAG_COMPRESSION_MASK, residentValue, TYPE } from './attribute.ts';
import type { FileAttributes } from './file-attributes.ts';
import { HOLE } from './run-list.ts';
import type { RunStream } from './run-stream.ts';
import { WOF_STREAM } from './streams.ts';
import type { VolumeFiles } from './volume-files.ts';

type State = ContentRange['state'];

/** Ranges told of one stream: 8 MiB. What lies behind them is told as one. */
const RANGES_MAX = 65_536;

/** A file in one of the two states of the volume. */
export type FileState = { readonly files: VolumeFiles; readonly file: FileAttributes };

/** Changed ranges of all streams of a file that both states have. */
export function contentChanges(before: FileState, after: FileState, bytes: ChangedBytes): ContentRange[] {
  const ranges: ContentRange[] = [];
  const [olds, news] = [before.file.all(TYPE.data), after.file.all(TYPE.data)];
  for (const now of news) {
    const old = olds.find(({ name }) => name === now.name) ?? null;
    streamChanges(before, old, after, now, bytes, ranges);
  }
  for (const old of olds) {
    if (news.every(({ name }) => name !== old.name)) streamChanges(before, old, after, null, bytes, ranges);
  }
  return ranges;
}

function streamChanges(
  before: FileState,
  old: Attribute | null,
  after: FileState,
  now: Attribute | null,
  bytes: ChangedBytes,
  ranges: ContentRange[],
): void {
  const { name } = (now ?? old)!;
  const joiner = new StreamRanges(name, ranges);
  const [a, b] = [old === null ? null : contentOf(before, old), now === null ? null : contentOf(after, now)];
  const [sizeA, sizeB] = [a?.size ?? 0, b?.size ?? 0];
  if (a === null || b === null) {
    const isLost = mayHaveLost(a === null ? before.file : after.file, name);
    joiner.add(0, Math.max(sizeA, sizeB), isLost ? 'unreadable' : 'changed');
  } else {
    compareContents(a, b, Math.min(sizeA, sizeB), bytes, joiner);
    joiner.add(Math.min(sizeA, sizeB), Math.abs(sizeA - sizeB), 'changed');
  }
  joiner.finish(Math.max(a?.unit ?? 1, b?.unit ?? 1), Math.max(sizeA, sizeB));
  if (name === WOF_STREAM && joiner.count > 0) {
    const size = after.file.find(TYPE.data, '')?.dataSize ?? 0;
    if (size > 0) ranges.push({ offset: 0, length: size, state: 'possible' });
  }
}

/** A stream that no record gives is not absent where records are damaged. */
function mayHaveLost(file: FileAttributes, name: string): boolean {
  const isThis = (part: { readonly type: number; readonly name: string }) =>
    part.type === TYPE.data && part.name === name;
  return file.defect !== null || file.missing.some(isThis) || file.pieces.some(isThis);
}

/** Content as it is stored: bytes at hand, or runs of clusters. */
type Content = {
  readonly size: number;
  /** Bytes that are only readable together. */
  readonly unit: number;
  readonly resident: Uint8Array | null;
  readonly stored: RunStream | null;
  /** Bytes from here on are zeros. */
  readonly validSize: number;
  readonly clusterSize: number;
};

function contentOf({ files, file }: FileState, attribute: Attribute): Content {
  const { clusterSize } = files.context.geometry;
  const size = attribute.dataSize;
  if (attribute.isResident) {
    return { size, unit: 1, resident: residentValue(attribute), stored: null, validSize: size, clusterSize };
  }
  const stored = files.runStream(file, attribute);
  const isCompressed = (attribute.flags & FLAG_COMPRESSION_MASK) !== 0;
  const unit = isCompressed ? clusterSize * 2 ** (attribute.compressionUnit || 4) : 1;
  return { size, unit, resident: null, stored, validSize: isCompressed ? size : stored.validSize, clusterSize };
}

/** Where a byte of a stream is: an offset in the volume, or one of these. */
const ZERO = -1;
const UNKNOWN = -2;

function compareContents(a: Content, b: Content, size: number, bytes: ChangedBytes, joiner: StreamRanges): void {
  if (a.resident !== null && b.resident !== null) {
    compareResident(a.resident, b.resident, size, joiner);
    return;
  }
  for (let at = 0; at < size; ) {
    const [placeA, countA] = placeOf(a, at);
    const [placeB, countB] = placeOf(b, at);
    const length = Math.min(size - at, countA, countB);
    if (placeA === UNKNOWN || placeB === UNKNOWN) joiner.add(at, length, 'unreadable');
    else if (placeA !== placeB || a.resident !== null || b.resident !== null) joiner.add(at, length, 'possible');
    else if (placeA !== ZERO) {
      const start = at;
      for (const state of ['changed', 'possible', 'unreadable'] as const) {
        bytes[state].within(placeA, length, (offset, part) => joiner.add(start + offset - placeA, part, state));
      }
    }
    at += length;
  }
  if (a.unit === 1 && b.unit === 1) return;
  // Of a compressed unit all is stored, so its places do not tell where the valid length ends.
  const [validA, validB] = [a, b].map(({ stored }) => Math.min(size, stored?.validSize ?? size));
  joiner.add(Math.min(validA!, validB!), Math.abs(validA! - validB!), 'possible');
}

function compareResident(a: Uint8Array, b: Uint8Array, size: number, joiner: StreamRanges): void {
  let first = 0;
  while (first < size && a[first] === b[first]) first++;
  let end = size;
  while (end > first && a[end - 1] === b[end - 1]) end--;
  joiner.add(first, end - first, 'changed');
}

/** Where the byte at this offset is, and for how many bytes that goes on. */
function placeOf({ stored, validSize, clusterSize }: Content, at: number): readonly [place: number, length: number] {
  if (stored === null) return [ZERO, Number.POSITIVE_INFINITY];
  if (at >= validSize) return [ZERO, Number.POSITIVE_INFINITY];
  const { runs } = stored;
  if (at >= runs.end * clusterSize) return [UNKNOWN, validSize - at];
  const index = runs.indexOf(Math.floor(at / clusterSize));
  const length = Math.min(validSize, runs.endOf(index) * clusterSize) - at;
  const lcn = runs.lcnOf(index);
  if (lcn === HOLE) return [ZERO, length];
  if (lcn < HOLE) return [UNKNOWN, length];
  return [lcn * clusterSize + at - runs.startOf(index) * clusterSize, length];
}

/** Ranges of one stream; those of different states come in any order and may overlap once they are widened to units. */
class StreamRanges {
  readonly #name: string;
  readonly #target: ContentRange[];
  readonly #found: { offset: number; length: number; state: State }[] = [];

  constructor(name: string, target: ContentRange[]) {
    this.#name = name;
    this.#target = target;
  }

  get count(): number {
    return this.#found.length;
  }

  add(offset: number, length: number, state: State): void {
    if (length <= 0) return;
    const last = this.#found.at(-1);
    if (last?.state === state && last.offset + last.length === offset) last.length += length;
    else if (last === undefined || this.#found.length < RANGES_MAX) this.#found.push({ offset, length, state });
    else {
      const start = Math.min(last.offset, offset);
      last.length = Math.max(last.offset + last.length, offset + length) - start;
      last.offset = start;
      last.state = 'possible';
    }
  }

  /** Widens what was found to whole units and hands it on, joined. */
  finish(unit: number, size: number): void {
    const stream = this.#name === '' || this.#name === WOF_STREAM ? {} : { stream: this.#name };
    let last: { offset: number; length: number; readonly state: State } | null = null;
    for (const { offset, length, state } of this.#found.sort((a, b) => a.offset - b.offset)) {
      const start = Math.max(Math.floor(offset / unit) * unit, last === null ? 0 : last.offset + last.length);
      const end = Math.min(size, Math.ceil((offset + length) / unit) * unit);
      if (end <= start) continue;
      if (last !== null && last.state === state && last.offset + last.length === start) {
        last.length += end - start;
        continue;
      }
      last = { offset: start, length: end - start, state, ...stream };
      if (this.#name !== WOF_STREAM) this.#target.push(last);
    }
  }
}

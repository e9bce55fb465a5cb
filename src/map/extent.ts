/** Leaves as values: what the public API returns and what the copy engine plans with. */

import type { ByteFile } from '../io/byte-file.ts';
import type { AddressMap, ComputedBytes, ExtentSink } from './address-map.ts';

/** Offsets and lengths in bytes. `offset` is in the address space of the map that was asked. */
export type Extent =
  | {
      readonly kind: 'data';
      readonly offset: number;
      length: number;
      readonly file: ByteFile;
      readonly fileOffset: number;
    }
  | { readonly kind: 'zero'; readonly offset: number; length: number }
  | {
      readonly kind: 'computed';
      readonly offset: number;
      length: number;
      readonly source: ComputedBytes;
      readonly sourceOffset: number;
    };

/** Collects leaves, joining neighbours that continue each other. */
export class ExtentList implements ExtentSink {
  readonly extents: Extent[] = [];

  data(at: number, length: number, file: ByteFile, fileOffset: number): void {
    const last = this.extents.at(-1);
    if (last?.kind === 'data' && last.file === file && last.fileOffset + last.length === fileOffset)
      last.length += length;
    else this.extents.push({ kind: 'data', offset: at, length, file, fileOffset });
  }

  zero(at: number, length: number): void {
    const last = this.extents.at(-1);
    if (last?.kind === 'zero') last.length += length;
    else this.extents.push({ kind: 'zero', offset: at, length });
  }

  computed(at: number, length: number, source: ComputedBytes, sourceOffset: number): void {
    const last = this.extents.at(-1);
    if (last?.kind === 'computed' && last.source === source && last.sourceOffset + last.length === sourceOffset) {
      last.length += length;
    } else this.extents.push({ kind: 'computed', offset: at, length, source, sourceOffset });
  }
}

/** Where a range of the map lives. For a map of unknown fragmentation use `extentsOf`, which bounds memory. */
export function resolveExtents(map: AddressMap, offset: number, length: number): Extent[] {
  const list = new ExtentList();
  if (length > 0) map.resolve(offset, length, offset, list);
  return list.extents;
}

/**
 * All extents of a range in order, resolved a window at a time so that memory stays bounded however large and
 * fragmented the map is. Neighbours are joined across windows.
 */
export function* extentsOf(
  map: AddressMap,
  offset = 0,
  length = map.size - offset,
  window = 2 ** 34,
): Generator<Extent> {
  let held: Extent | null = null;
  for (let start = offset; start < offset + length; start += window) {
    const list = new ExtentList();
    if (held !== null) list.extents.push(held);
    map.resolve(start, Math.min(window, offset + length - start), start, list);
    held = list.extents.pop() ?? null;
    yield* list.extents;
  }
  if (held !== null) yield held;
}
